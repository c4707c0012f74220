//! What the tree counts.

mod labels;
mod outboxes;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

pub(crate) use labels::{Actor, Code, Kind, Letter, Resumed, Swept};

use self::outboxes::Outboxes;
use crate::live::WeakLive;

use crate::root::Child;

/// What the tree counts. Cheap to clone; every clone counts into the same.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Counts>);

/// The counters themselves.
#[derive(Debug, Default)]
pub struct Counts {
    pub(crate) sockets: Gauge,
    pub(crate) sockets_opened: Counter,
    pub(crate) sockets_refused: Family<Code, Counter>,
    pub(crate) sockets_closed: Family<Code, Counter>,
    pub(crate) draining: Gauge,
    /// Whose outboxes are counted at a scrape: known once the tree has started.
    pub(crate) live: OnceLock<WeakLive>,
    pub(crate) requests_in_flight: Gauge,
    pub(crate) requests_unavailable: Counter,
    pub(crate) request_errors: Family<Kind, Counter>,
    pub(crate) rooms: Gauge,
    pub(crate) rooms_opened: Counter,
    pub(crate) rooms_retired: Counter,
    pub(crate) messages: Counter,
    pub(crate) duplicates: Counter,
    pub(crate) deliveries: Counter,
    pub(crate) rejoins: Counter,
    pub(crate) resumes: Family<Resumed, Counter>,
    pub(crate) log_queue: Gauge,
    pub(crate) log_queue_bytes: Gauge,
    pub(crate) revocations_behind: Gauge,
    pub(crate) letters: Family<Letter, Counter>,
    pub(crate) letters_pending: Gauge,
    pub(crate) letters_parked: Gauge,
    pub(crate) swept_rows: Family<Swept, Counter>,
    pub(crate) actor_restarts: Family<Actor, Counter>,
}

impl Deref for Metrics {
    type Target = Counts;

    fn deref(&self) -> &Counts {
        &self.0
    }
}

impl Metrics {
    /// Makes the tree's metrics and names them in `registry`.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        metrics.register_sockets(registry);
        metrics.register_rooms(registry);
        metrics.register_rest(registry);
        metrics
    }

    fn register_sockets(&self, to: &mut Registry) {
        to.register("sockets", "Sockets open at this moment", self.sockets.clone());
        to.register("sockets_opened", "Sockets let in", self.sockets_opened.clone());
        to.register(
            "sockets_refused",
            "Sockets refused after the upgrade, by close code",
            self.sockets_refused.clone(),
        );
        to.register("sockets_closed", "Sockets closed, by close code", self.sockets_closed.clone());
        to.register(
            "draining",
            "Whether the sockets are bidden goodbye because the server stops: 1 from the first on",
            self.draining.clone(),
        );
        to.register_collector(Box::new(Outboxes(self.clone())));
        to.register(
            "requests_in_flight",
            "Requests of sockets that aren't answered yet",
            self.requests_in_flight.clone(),
        );
        to.register(
            "requests_unavailable",
            "Requests of sockets answered with unavailable: their outcome is unknown",
            self.requests_unavailable.clone(),
        );
        to.register(
            "request_errors",
            "Requests of sockets answered with another error, by its code",
            self.request_errors.clone(),
        );
    }

    fn register_rooms(&self, to: &mut Registry) {
        to.register("rooms", "Rooms that are live at this moment", self.rooms.clone());
        to.register("rooms_opened", "Rooms brought to life", self.rooms_opened.clone());
        to.register("rooms_retired", "Rooms put to rest, empty", self.rooms_retired.clone());
        to.register("messages", "Messages stored", self.messages.clone());
        to.register(
            "messages_duplicate",
            "Messages that had been stored before: a retry with the same cid",
            self.duplicates.clone(),
        );
        to.register("deliveries", "Events put into sockets' outboxes", self.deliveries.clone());
        to.register(
            "rejoins",
            "Times that a socket joined its room again, since the room was replaced or had missed an event",
            self.rejoins.clone(),
        );
        to.register(
            "resumes",
            "Sockets that came back with the place where they were, by how they went on",
            self.resumes.clone(),
        );
    }

    fn register_rest(&self, to: &mut Registry) {
        to.register("log_queue", "Commands that wait to be committed", self.log_queue.clone());
        to.register_with_unit(
            "log_queue",
            "Text of the commands that wait to be committed",
            Unit::Bytes,
            self.log_queue_bytes.clone(),
        );
        to.register(
            "revocations_behind",
            "Entries of the system room that aren't acted on although they were looked for",
            self.revocations_behind.clone(),
        );
        to.register("letters", "Attempts to send a letter, by outcome", self.letters.clone());
        to.register("letters_pending", "Letters that wait", self.letters_pending.clone());
        to.register("letters_parked", "Letters given up", self.letters_parked.clone());
        to.register(
            "swept_rows",
            "Rows deleted because nobody needs them",
            self.swept_rows.clone(),
        );
        to.register("actor_restarts", "Actors restarted, by kind", self.actor_restarts.clone());
        // From zero on, so that the first restart is an increase that an alert sees.
        for actor in Child::ALL.map(Child::label).into_iter().chain(["room", "connection"]) {
            drop(self.actor_restarts.get_or_create(&Actor { actor }));
        }
    }
}
