//! `ConnectionActor`: one socket's place in its room.
//!
//! Its start is the verdict on an upgrade: `pre_start` authenticates, opens the room, attaches the socket to the live
//! ones, and only then looks whether what it was admitted for was ended meanwhile (`admit.rs`). After the 101 it joins the
//! room, says hello, sends what a client that comes back has missed, and opens the outbox. When the room's actor is replaced, the guard that the room held for this
//! connection says so; it holds the outbox, joins again, reads what it missed from the log straight into the outbox, and
//! opens it: its client notices nothing.
//!
//! It never touches the socket. The I/O task ([`socket::Io`]) reads and writes; what the client says goes from its
//! `Reader` straight to the log.

mod admit;
mod answers;
mod catch_up;
mod config;
mod context;
mod errors;
pub mod event;
mod farewell;
mod handle;
mod hello;
mod history;
mod limiter;
mod message;
mod pulse;
mod reader;
mod resume;
pub mod socket;

use std::sync::Arc;

use ractor::{ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;
use wire::CloseReason;

pub(crate) use admit::Denied;
pub use config::Config;
pub(crate) use context::Context;
pub(crate) use handle::{Connection, Ticket, Who};
pub(crate) use message::{ConnectionMessage, Joined};
pub(crate) use reader::Reader;

use self::pulse::Pulse;
use crate::connections::Admission;
use crate::live::{Attached, Place};
use crate::room::Entry;
use crate::slot::Incarnation;

/// One socket's place in its room.
pub(crate) struct ConnectionActor;

/// How a `ConnectionActor` begins.
pub(crate) enum Arguments {
    /// With somebody who asks to be let in. Its failure is a [`Denied`].
    Admit {
        /// What they bring.
        admission: Admission,
        /// Their place among the sockets.
        place: Place,
        /// The rest of the tree.
        context: Arc<Context>,
        /// Where the guard of the live socket goes: it belongs to whoever runs the socket.
        seat: oneshot::Sender<Attached>,
    },
    /// In place of an incarnation that crashed.
    Revive(Arc<Connection>),
}

/// What a `ConnectionActor` knows.
pub(crate) struct State {
    connection: Arc<Connection>,
    /// The present try to be in the room.
    ticket: Ticket,
    /// The last incarnation of the room that is known to be dead.
    dead: Incarnation,
    /// Tells the supervisor when this state is dropped while the socket lives.
    _pulse: Pulse,
}

#[ractor::actor(message = ConnectionMessage, state = State, arguments = Arguments)]
impl ConnectionActor {
    async fn pre_start(
        &self,
        myself: ActorRef<ConnectionMessage>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let connection = match arguments {
            Arguments::Admit { admission, place, context, seat } => {
                let attached = admit::admit(admission, place, context).await?;
                let connection = Arc::clone(attached.connection());
                // Whoever asked has gone: the guard comes back and is dropped.
                seat.send(attached).map_err(|_| Denied::Busy)?;
                connection
            }
            Arguments::Revive(connection) => connection,
        };
        connection.slot.fill(myself.clone());
        let pulse = Pulse::new(Arc::clone(&connection), myself.get_id());
        let (ticket, dead) = (Ticket::default(), Incarnation::default());
        Ok(State { connection, ticket, dead, _pulse: pulse })
    }

    #[ractor::message(ConnectionMessage::Join)]
    fn join(&self, myself: ActorRef<ConnectionMessage>, state: &mut State) {
        let State { connection, .. } = state;
        // Held first: what the room says after this look is in the catch-up.
        connection.outbox.hold();
        state.ticket = connection.next_ticket();
        let entry = Entry::new(Arc::clone(connection), state.ticket, connection.has_up_to());
        let Err(dead) = connection.room.join(entry, state.dead) else { return };
        state.dead = dead;
        wait_for_room(Arc::clone(connection), dead, myself);
    }

    #[ractor::message(ConnectionMessage::Joined(joined))]
    async fn joined(&self, joined: Joined, state: &mut State) {
        if joined.ticket != state.ticket {
            return;
        }
        let connection = &state.connection;
        if !connection.is_greeted() {
            let Some(since) = resume::verdict(connection, &joined).await else { return };
            hello::greet(connection, since, joined.head, joined.online);
        }
        let since = connection.outbox.last_seq();
        catch_up::catch_up(connection, since, joined.head, joined.missed).await;
        connection.outbox.open();
    }

    #[ractor::message(ConnectionMessage::Rejoin { ticket })]
    fn rejoin(&self, myself: ActorRef<ConnectionMessage>, ticket: Ticket, state: &mut State) {
        if ticket == state.ticket {
            state.connection.context.metrics.rejoins.inc();
            self.join(myself, state);
        }
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(ConnectionMessage::Crash)]
    fn crash(&self) {
        panic!("a test made this connection crash");
    }
}

/// Joins again when the room's next incarnation is there. If there won't be any, the client had better come back.
fn wait_for_room(
    connection: Arc<Connection>,
    dead: Incarnation,
    actor: ActorRef<ConnectionMessage>,
) {
    let tracker = connection.context.tracker.clone();
    tracker.spawn(async move {
        if connection.room.is_back(dead).await {
            // A dead actor's successor joins by itself.
            drop(actor.cast(ConnectionMessage::Join));
        } else {
            connection.outbox.close(CloseReason::Internal);
        }
    });
}
