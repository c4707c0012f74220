//! Who waits for rooms that are being opened.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{RoomName, UserId};
use ractor::RpcReplyPort;

use super::{OpenError, Opened};
use crate::room::Room;

/// Somebody who waits, and who they are.
type Waiting = (Option<UserId>, RpcReplyPort<Opened>);

/// Who waits for rooms that are being opened. Bounded by the sockets there may be: each waits for one room.
#[derive(Default)]
pub(super) struct Opening(HashMap<RoomName, Vec<Waiting>>);

impl Opening {
    /// Lets somebody wait for the room of this name. Whether they are the first: then the store is to be asked.
    pub(super) fn wait(
        &mut self,
        name: &RoomName,
        creator: Option<UserId>,
        reply: RpcReplyPort<Opened>,
    ) -> bool {
        let waiting = self.0.entry(name.clone()).or_default();
        waiting.push((creator, reply));
        waiting.len() == 1
    }

    /// Gives the room to all who wait for it.
    pub(super) fn give(&mut self, name: &RoomName, room: &Arc<Room>) {
        for (_, reply) in self.0.remove(name).unwrap_or_default() {
            // Whoever waited may have gone.
            let _ = reply.send(Ok(Arc::clone(room)));
        }
    }

    /// Refuses the room to the one for whom the store was asked, or to all, if nobody can be told anything. The others,
    /// who are to be asked for one by one.
    pub(super) fn refuse(&mut self, name: &RoomName, error: OpenError) -> Vec<Waiting> {
        let mut waiting = self.0.remove(name).unwrap_or_default();
        let refused = if error == OpenError::Unavailable { waiting.len() } else { 1 };
        let others = waiting.split_off(refused.min(waiting.len()));
        for (_, reply) in waiting {
            let _ = reply.send(Err(error));
        }
        others
    }
}
