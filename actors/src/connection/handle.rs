//! One socket, as everyone else holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use accounts::Identity;
use domain::{Action, ConnectionId, Person, Seq, SpanContext, Standing, Subject, UserId};
use parking_lot::Mutex;
use ractor::{ActorId, ActorStatus};
use tokio::time::Instant;
use wire::CloseReason;

use super::context::Context;
use super::errors::Errors;
use super::farewell::Farewell;
use super::message::{ConnectionMessage, Joined};
use super::socket::Outbox;
use crate::permit::Flights;
use crate::room::Room;
use crate::slot::Slot;
use crate::supervision::Crashes;

/// Numbers the tries of one connection to join its room, so that a late answer to an old one is known as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ticket(u64);

/// Who is behind a socket that isn't a guest's.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// What their token said.
    pub(crate) identity: Identity,
    /// Who they were when they came in.
    pub(crate) person: Arc<Person>,
}

/// One socket, as everyone else holds it: the outbox is its voice and its kill switch, the slot finds its actor. It lives
/// as long as the socket, however often its actor is replaced.
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    /// None: a guest.
    pub(crate) who: Option<Who>,
    pub(crate) room: Arc<Room>,
    pub(crate) outbox: Arc<Outbox>,
    /// What its client has received up to, in this telling of the room's log, when it came back. None: it has nothing to
    /// go on from.
    pub(super) since: Option<Seq>,
    /// When the socket is closed 3005. None: not by itself.
    pub(crate) expires: Option<Instant>,
    /// Where in a trace its upgrade belongs.
    pub(crate) trace: Option<SpanContext>,
    pub(crate) context: Arc<Context>,
    pub(super) slot: Slot<ConnectionMessage>,
    /// Held while a page of history is read and queued for this client.
    pub(super) paging: tokio::sync::Mutex<()>,
    /// How often its actor has crashed.
    pub(crate) crashes: Mutex<Crashes>,
    tickets: AtomicU64,
    /// Whether hello was said.
    greeted: AtomicBool,
    gone: AtomicBool,
    in_flight: AtomicUsize,
    pub(super) farewell: Farewell,
    pub(super) errors: Mutex<Errors>,
}

impl Connection {
    pub(super) fn new(
        who: Option<Who>,
        room: Arc<Room>,
        since: Option<Seq>,
        expires: Option<Instant>,
        trace: Option<SpanContext>,
        context: Arc<Context>,
    ) -> Self {
        let limit = usize::try_from(context.sockets.outbound_bytes).unwrap_or(usize::MAX);
        Self {
            id: context.live.next_id(),
            who,
            room,
            outbox: Outbox::new(limit),
            since,
            expires,
            trace,
            context,
            slot: Slot::new(),
            paging: tokio::sync::Mutex::default(),
            crashes: Mutex::default(),
            tickets: AtomicU64::new(0),
            greeted: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
            farewell: Farewell::default(),
            errors: Mutex::default(),
        }
    }

    /// Whose socket it is; None: a guest's.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.who.as_ref().map(|who| who.person.id)
    }

    /// The person as they are now, as far as is known without a query.
    pub(crate) fn person(&self) -> Option<Arc<Person>> {
        let known = &self.who.as_ref()?.person;
        Some(self.context.people.at_hand(known.id).unwrap_or_else(|| Arc::clone(known)))
    }

    /// Whether whoever is behind this socket may do `action` in its room. Asked on every action.
    pub(crate) fn may(&self, action: Action) -> bool {
        let subject = subject(self.person().map(|person| person.standing));
        domain::allows(subject, self.room.visibility(), action)
    }

    /// All requests in flight.
    pub(crate) fn flights(&self) -> &Flights {
        &self.context.flights
    }

    /// How many of them are of this socket.
    pub(crate) fn in_flight(&self) -> &AtomicUsize {
        &self.in_flight
    }

    /// Tells the actor that the socket is there.
    pub(crate) fn start(&self) {
        self.tell(ConnectionMessage::Join);
    }

    /// Tells the actor that the room has taken it in.
    pub(crate) fn joined(&self, joined: Joined) {
        self.tell(ConnectionMessage::Joined(joined));
    }

    /// Tells the actor that the room let go of it.
    pub(crate) fn rejoin(&self, ticket: Ticket) {
        self.tell(ConnectionMessage::Rejoin { ticket });
    }

    /// Makes the actor panic, if it is there.
    #[cfg(feature = "testing")]
    pub(crate) fn crash(&self) -> bool {
        self.slot.cast(ConnectionMessage::Crash).is_ok()
    }

    /// An actor that isn't there needs no telling: the next incarnation begins with joining.
    fn tell(&self, message: ConnectionMessage) {
        drop(self.slot.cast(message));
    }

    /// Whether the socket is no more.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }

    /// Takes the connection out of the world: its socket is no more.
    pub(crate) fn end(&self) {
        // First this, then the room: a join that the room finds behind the leave is known to be late.
        self.gone.store(true, Ordering::SeqCst);
        self.outbox.close(CloseReason::Internal);
        self.room.leave(self.id);
        if let Some((_, actor)) = self.slot.present() {
            actor.stop(None);
        }
        self.slot.close();
    }

    /// Whether this is the present actor.
    pub(crate) fn is_actor(&self, id: ActorId) -> bool {
        self.slot.present().is_some_and(|(_, actor)| actor.get_id() == id)
    }

    /// Whether the present actor is dead. (There is none before the first has started.)
    pub(crate) fn has_lost_its_actor(&self) -> bool {
        let present = self.slot.present();
        present.is_some_and(|(_, actor)| actor.get_status() >= ActorStatus::Stopping)
    }

    pub(super) fn next_ticket(&self) -> Ticket {
        Ticket(self.tickets.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// What its client has everything up to; none: it has nothing to go on from.
    pub(super) fn has_up_to(&self) -> Option<Seq> {
        if self.is_greeted() { Some(self.outbox.last_seq()) } else { self.since }
    }

    pub(super) fn is_greeted(&self) -> bool {
        self.greeted.load(Ordering::SeqCst)
    }

    pub(super) fn set_greeted(&self) {
        self.greeted.store(true, Ordering::SeqCst);
    }
}

/// Who is asking, for the permission table. Rooms have no members yet.
pub(super) const fn subject(standing: Option<Standing>) -> Subject {
    match standing {
        Some(standing) => Subject::Person { standing, member: false },
        None => Subject::Guest,
    }
}
