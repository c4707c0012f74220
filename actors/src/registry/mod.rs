//! `RoomRegistry`: opens a `RoomActor` a room, retires those that nobody is in, and is the one writer of the directory.
//!
//! Whoever wants a live room finds it in the directory without asking. Only a room that isn't live yet passes here: the
//! registry asks the store in a task, starts the room's actor, and then tells all who wait for it.
//!
//! The directory outlives the registry. A new incarnation brings back every room in it (ractor killed their actors with
//! the last one), and their members join again.

mod handle;
mod lookup;
mod message;
mod opening;
mod rooms;

use std::sync::Arc;

use domain::{Clock, RoomName, UserId};
use ractor::{ActorCell, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent};
use store::Store;
use tokio_util::task::TaskTracker;

pub use handle::{OpenError, Registry};
pub(crate) use message::{Opened, RegistryMessage};

use self::lookup::Lookup;
use self::opening::Opening;
use self::rooms::Rooms;
use crate::Metrics;
use crate::directory::DirectoryWriter;
use crate::room::{self, Room};

/// Opens and retires rooms.
pub(crate) struct RoomRegistry;

/// What a `RoomRegistry` is made of.
pub(crate) struct Arguments {
    pub(crate) directory: Arc<DirectoryWriter>,
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: room::Config,
    pub(crate) tracker: TaskTracker,
    pub(crate) metrics: Metrics,
}

/// What a `RoomRegistry` knows.
pub(crate) struct State {
    rooms: Rooms,
    opening: Opening,
    lookup: Arc<Lookup>,
    /// The store's incarnation: the first half of every room's epoch.
    incarnation: u32,
    tracker: TaskTracker,
}

#[ractor::actor(message = RegistryMessage, state = State, arguments = Arguments)]
impl RoomRegistry {
    async fn pre_start(
        &self,
        _myself: ActorRef<RegistryMessage>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let Arguments { store, clock, tracker, .. } = &arguments;
        let lookup = Arc::new(Lookup::new(store.clone(), Arc::clone(clock), &arguments.config));
        let (incarnation, tracker) = (store.incarnation(), tracker.clone());
        Ok(State {
            opening: Opening::default(),
            lookup,
            incarnation,
            tracker,
            rooms: Rooms::new(arguments),
        })
    }

    #[ractor::message(RegistryMessage::BringBack)]
    async fn bring_back(&self, myself: ActorRef<RegistryMessage>, state: &mut State) {
        for room in state.rooms.all() {
            state.rooms.restart(room.name(), &myself).await;
        }
    }

    #[ractor::message(RegistryMessage::Open(name, creator, reply))]
    fn open(
        &self,
        myself: ActorRef<RegistryMessage>,
        name: RoomName,
        creator: Option<UserId>,
        reply: RpcReplyPort<Opened>,
        state: &mut State,
    ) {
        if let Some(room) = state.rooms.find(&name) {
            // Whoever asked may have gone.
            let _ = reply.send(Ok(room));
            return;
        }
        if state.opening.wait(&name, creator, reply) {
            let lookup = Arc::clone(&state.lookup);
            state.tracker.spawn(lookup.run(name, creator, myself));
        }
    }

    #[ractor::message(RegistryMessage::Found(name, found))]
    async fn found(
        &self,
        myself: ActorRef<RegistryMessage>,
        name: RoomName,
        found: Result<store::rooms::Room, OpenError>,
        state: &mut State,
    ) {
        match found {
            Ok(row) => {
                let room = Room::new(row, state.incarnation);
                let room = state.rooms.open(room, &myself).await;
                state.opening.give(&name, &room);
            }
            Err(error) => {
                // What was refused to one may be another's to have.
                for (creator, reply) in state.opening.refuse(&name, error) {
                    self.open(myself.clone(), name.clone(), creator, reply, state);
                }
            }
        }
    }

    #[ractor::message(RegistryMessage::Restart(name))]
    async fn restart(&self, myself: ActorRef<RegistryMessage>, name: RoomName, state: &mut State) {
        state.rooms.restart(&name, &myself).await;
    }

    #[ractor::message(RegistryMessage::Idle(name))]
    fn idle(&self, name: RoomName, state: &mut State) {
        state.rooms.retire(&name);
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(RegistryMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the registry crash");
    }

    #[ractor::supervision(SupervisionEvent::ActorFailed(actor, error))]
    fn room_failed(
        &self,
        myself: ActorRef<RegistryMessage>,
        actor: ActorCell,
        error: ActorProcessingErr,
        state: &mut State,
    ) {
        if let Some(name) = state.rooms.forget(actor.get_id()) {
            tracing::error!(room = %name, %error, "a room crashed");
            state.rooms.crashed(&name, &myself);
        }
    }

    #[ractor::supervision(SupervisionEvent::ActorTerminated(actor, _, _))]
    fn room_ended(&self, myself: ActorRef<RegistryMessage>, actor: ActorCell, state: &mut State) {
        // A retired room has left the directory before. One that ends while it is in there was killed.
        if let Some(name) = state.rooms.forget(actor.get_id())
            && state.rooms.find(&name).is_some()
        {
            tracing::error!(room = %name, "a room ended unasked");
            state.rooms.crashed(&name, &myself);
        }
    }
}
