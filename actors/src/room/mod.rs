//! `RoomActor`: one live room: who is in it, in which order things were said, and the fan-out.
//!
//! It never awaits the store. What was committed comes from the log writer, after the commit; it is encoded once, gathers
//! in a buffer, and a `Flush` that the room casts to itself hands the same bytes to every member: behind whatever is in
//! the mailbox already, so that a busy room writes seldom and an idle one at once.
//!
//! A new incarnation is made known first and reads the log's head then, so that no commit falls between. Until it knows
//! the head, joins and commits wait. What turns out to be up to the head is acknowledged, but not handed out again: every
//! member that comes in reads up to the head for itself.
//!
//! The newest events stay in a ring, so that most who come back get what they missed without a query.
//!
//! A hole in what is handed over (the writer crashed between a commit and telling it) lets go of all members: they join
//! again and read what they missed.

mod buffer;
mod committed;
mod config;
mod fan_out;
mod handle;
mod head;
mod message;
mod ring;
mod roster;

use std::sync::Arc;
use std::time::Duration;

use domain::{ConnectionId, Seq};
use ractor::{ActorProcessingErr, ActorRef, RpcReplyPort};
use store::Store;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

pub(crate) use committed::Committed;
pub use config::Config;
pub(crate) use handle::Room;
pub(crate) use message::RoomMessage;
pub(crate) use roster::Entry;

use self::buffer::Buffer;
use self::head::Head;
use self::ring::Ring;
use self::roster::Roster;
use crate::Metrics;
use crate::connection::Joined;
use crate::registry::Registry;

/// How long a room without members stays: most who leave come back.
const LINGER: Duration = Duration::from_secs(30);

/// One live room.
pub(crate) struct RoomActor;

/// What a `RoomActor` is made of.
pub(crate) struct Arguments {
    pub(crate) room: Arc<Room>,
    /// Only for the tasks that read the head.
    pub(crate) store: Store,
    pub(crate) tracker: TaskTracker,
    pub(crate) registry: Registry,
    pub(crate) metrics: Metrics,
}

/// What a `RoomActor` knows.
pub(crate) struct State {
    parts: Arguments,
    head: Head,
    roster: Roster,
    buffer: Buffer,
    ring: Ring,
    /// Whether a `Flush` is on its way.
    flushing: bool,
    /// Whether a `Linger` is on its way.
    lingering: bool,
    /// Since when nobody is here.
    empty_since: Instant,
}

#[ractor::actor(message = RoomMessage, state = State, arguments = Arguments)]
impl RoomActor {
    async fn pre_start(
        &self,
        myself: ActorRef<RoomMessage>,
        parts: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let mut state = State {
            parts,
            head: Head::default(),
            roster: Roster::default(),
            buffer: Buffer::default(),
            ring: Ring::default(),
            flushing: false,
            lingering: false,
            empty_since: Instant::now(),
        };
        // Whoever asked for this room may not come in after all.
        state.linger(&myself);
        Ok(state)
    }

    #[ractor::message(RoomMessage::ReadHead)]
    fn read_head(&self, myself: ActorRef<RoomMessage>, state: &mut State) {
        let State { parts, head, .. } = state;
        head.read(parts.room.id(), &parts.store, &parts.tracker, myself);
    }

    #[ractor::message(RoomMessage::Head(seq))]
    fn head(&self, myself: ActorRef<RoomMessage>, seq: Seq, state: &mut State) {
        let State { parts, head, .. } = state;
        let before = head.known();
        let waiting = head.learn(seq, parts.room.id(), &parts.store, &parts.tracker, &myself);
        if before.is_some_and(|before| before < seq) {
            state.let_go(seq);
        }
        for message in waiting {
            match message {
                RoomMessage::Join(entry) => self.join(entry, state),
                RoomMessage::Committed(these) => self.committed(myself.clone(), these, state),
                // Nothing else waits.
                _ => {}
            }
        }
    }

    #[ractor::message(RoomMessage::Committed(these))]
    fn committed(
        &self,
        myself: ActorRef<RoomMessage>,
        mut these: Vec<Committed>,
        state: &mut State,
    ) {
        if state.head.known().is_none() {
            // Nobody waits for his ack until the store can be read: it is stored.
            Committed::acknowledge(&mut these);
            state.head.wait(RoomMessage::Committed(these));
            return;
        }
        state.take(these);
        if !state.buffer.is_empty() && !state.flushing {
            // A room that can't reach itself is being stopped; its buffer's acks go unanswered, and say so.
            state.flushing = myself.cast(RoomMessage::Flush).is_ok();
        }
    }

    #[ractor::message(RoomMessage::Join(entry))]
    fn join(&self, entry: Entry, state: &mut State) {
        let Some(head) = state.head.known() else {
            state.head.wait(RoomMessage::Join(entry));
            return;
        };
        if entry.connection().is_gone() {
            entry.disarm();
            return;
        }
        // What has gathered is for those who are here; the newcomer reads up to the head for itself. One whose actor was
        // replaced is among those who are here: what it got by that since it began to wait is in its catch-up too.
        state.flush();
        entry.connection().outbox.hold();
        let (connection, ticket) = (Arc::clone(entry.connection()), entry.ticket());
        let missed = entry.since().and_then(|since| state.ring.between(since, head));
        state.roster.add(entry);
        connection.joined(Joined { ticket, head, online: state.roster.online(), missed });
    }

    #[ractor::message(RoomMessage::Cut(floor))]
    fn cut(&self, floor: Seq, state: &mut State) {
        state.ring.forget_up_to(floor);
    }

    #[ractor::message(RoomMessage::Leave(connection))]
    fn leave(&self, myself: ActorRef<RoomMessage>, connection: ConnectionId, state: &mut State) {
        state.roster.remove(connection);
        if state.roster.is_empty() {
            state.empty_since = Instant::now();
            state.linger(&myself);
        }
    }

    #[ractor::message(RoomMessage::Flush)]
    fn flush(&self, state: &mut State) {
        state.flushing = false;
        state.flush();
    }

    #[ractor::message(RoomMessage::Linger)]
    fn lingered(&self, myself: ActorRef<RoomMessage>, state: &mut State) {
        state.lingering = false;
        if !state.roster.is_empty() {
            return;
        }
        if state.empty_since.elapsed() >= LINGER {
            state.parts.registry.idle(state.parts.room.name());
        }
        // The registry may find that somebody is about to come in: then ask again.
        state.linger(&myself);
    }

    #[ractor::message(RoomMessage::Quiesce(reply))]
    fn quiesce(&self, reply: RpcReplyPort<()>, state: &mut State) {
        state.flush();
        // Whoever asked may have lost patience.
        let _ = reply.send(());
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(RoomMessage::Crash)]
    fn crash(&self) {
        panic!("a test made this room crash");
    }
}

impl State {
    fn linger(&mut self, myself: &ActorRef<RoomMessage>) {
        if !self.lingering {
            self.lingering = true;
            myself.send_after(LINGER, || RoomMessage::Linger);
        }
    }
}
