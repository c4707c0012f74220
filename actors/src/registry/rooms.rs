//! The rooms' actors: started, restarted, retired.

use std::collections::HashMap;
use std::sync::Arc;

use domain::RoomName;
use ractor::{Actor, ActorId, ActorRef};
use tokio::time::Instant;

use super::{Arguments, RegistryMessage};
use crate::metrics;
use crate::room::{self, Room, RoomActor, RoomMessage};
use crate::supervision::{Budget, Crashes, Decision};

/// Who holds a room besides the directory when nobody uses it: its own actor.
const OWN_HOLDERS: usize = 1;

/// The rooms' actors.
pub(super) struct Rooms {
    parts: Arguments,
    running: HashMap<ActorId, RoomName>,
    crashes: HashMap<RoomName, Crashes>,
}

impl Rooms {
    pub(super) fn new(parts: Arguments) -> Self {
        Self { parts, running: HashMap::new(), crashes: HashMap::new() }
    }

    pub(super) fn find(&self, name: &RoomName) -> Option<Arc<Room>> {
        self.parts.registry.find(name)
    }

    pub(super) fn all(&self) -> Vec<Arc<Room>> {
        self.parts.registry.live()
    }

    /// Enters `room` into the directory and starts its actor, unless it is live already.
    pub(super) async fn open(
        &mut self,
        room: Room,
        myself: &ActorRef<RegistryMessage>,
    ) -> Arc<Room> {
        let (room, new) = self.parts.directory.enter(room);
        if new {
            self.parts.metrics.rooms_opened.inc();
            self.parts.metrics.rooms.inc();
            self.start(&room, myself).await;
        }
        room
    }

    /// Starts another actor for the room of this name, if it is live and has none. (It may have been retired and opened
    /// again since its last actor crashed.)
    pub(super) async fn restart(&mut self, name: &RoomName, myself: &ActorRef<RegistryMessage>) {
        let Some(room) = self.find(name) else { return };
        let runs =
            |(_, actor): (_, ActorRef<RoomMessage>)| self.running.contains_key(&actor.get_id());
        if !room.slot().present().is_some_and(runs) {
            self.start(&room, myself).await;
        }
    }

    /// Starts an actor for `room`: known first, and only then told to read its head.
    async fn start(&mut self, room: &Arc<Room>, myself: &ActorRef<RegistryMessage>) {
        let Arguments { registry, store, tracker, metrics, .. } = &self.parts;
        let arguments = room::Arguments {
            room: Arc::clone(room),
            store: store.clone(),
            tracker: tracker.clone(),
            registry: registry.clone(),
            metrics: metrics.clone(),
        };
        match RoomActor::spawn_linked(None, RoomActor, arguments, myself.get_cell()).await {
            Ok((actor, _)) => {
                self.running.insert(actor.get_id(), room.name().clone());
                room.slot().fill(actor);
                // If it is dead already, its successor is told.
                drop(room.slot().cast(RoomMessage::ReadHead));
            }
            Err(error) => {
                tracing::error!(room = %room.name(), %error, "a room didn't start");
                self.crashed(room.name(), myself);
            }
        }
    }

    /// An actor has ended: whose it was.
    pub(super) fn forget(&mut self, actor: ActorId) -> Option<RoomName> {
        self.running.remove(&actor)
    }

    /// The room's actor has crashed: starts another, at once or in a while, or gives the room up.
    pub(super) fn crashed(&mut self, name: &RoomName, myself: &ActorRef<RegistryMessage>) {
        let now = Instant::now();
        self.crashes.retain(|_, crashes| crashes.matter(now, &Budget::ONE_OF_MANY));
        let crashes = self.crashes.entry(name.clone()).or_default();
        match crashes.count(now, &Budget::ONE_OF_MANY) {
            Decision::RestartIn(wait) => {
                let actor = metrics::Actor { actor: "room" };
                self.parts.metrics.actor_restarts.get_or_create(&actor).inc();
                let name = name.clone();
                myself.send_after(wait, || RegistryMessage::Restart(name));
            }
            Decision::GiveUp => {
                tracing::error!(room = %name, "a room crashed too often and is given up");
                if let Some(room) = self.parts.directory.strike(name) {
                    self.parts.metrics.rooms.dec();
                    room.slot().close();
                }
            }
        }
    }

    /// Takes a room out that nobody is in, and nobody is about to come into.
    pub(super) fn retire(&mut self, name: &RoomName) {
        let Some(room) = self.parts.directory.retire(name, OWN_HOLDERS) else { return };
        self.parts.metrics.rooms_retired.inc();
        self.parts.metrics.rooms.dec();
        if let Some((_, actor)) = room.slot().present() {
            // Its end is no news: by the time it is told of, the name may be another actor's.
            self.forget(actor.get_id());
            actor.stop(None);
        }
        room.slot().close();
    }
}
