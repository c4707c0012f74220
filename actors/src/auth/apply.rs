//! What one entry of the system room brings about.

use domain::Standing;
use store::system::{SystemChange, SystemEvent};
use wire::CloseReason;

use super::State;

impl State {
    /// Acts on an entry: the index first, then the live sockets.
    pub(super) fn apply(&mut self, event: &SystemEvent) {
        let parts = &self.parts;
        match event.what {
            SystemChange::SessionEnded { session, .. } => {
                parts.revocations.session_ended(session, event.ts);
                for connection in parts.live.of_session(session) {
                    connection.outbox.close(CloseReason::SessionEnded);
                }
            }
            SystemChange::PersonChanged { user, standing } => {
                parts.people.forget(user);
                parts.revocations.person_changed(user, standing, event.ts);
                if standing != Standing::Active {
                    for connection in parts.live.of_person(user) {
                        connection.outbox.close(CloseReason::PersonGone);
                    }
                }
            }
            SystemChange::KeysChanged => self.keys_are_old = true,
        }
    }
}
