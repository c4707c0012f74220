//! The sockets that are open, by session and by person.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use dashmap::DashMap;
use domain::{ConnectionId, SessionId, UserId};
use tokio::sync::Notify;

use crate::connection::{self, Connection};
use crate::metrics::Metrics;

/// The sockets that are open. Each one's own guard ([`Attached`]) enters it and takes it out. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Live(Arc<Inner>);

struct Inner {
    all: DashMap<ConnectionId, Arc<Connection>>,
    by_session: DashMap<SessionId, Vec<Arc<Connection>>>,
    by_person: DashMap<UserId, Vec<Arc<Connection>>>,
    limits: Limits,
    last_id: AtomicU64,
    taken: AtomicUsize,
    left: Notify,
    closed: AtomicBool,
    metrics: Metrics,
}

/// How many sockets there may be.
struct Limits {
    all: usize,
    of_person: usize,
    of_person_in_room: usize,
}

impl Live {
    /// None yet, of as many as `config` says, beside up to `http` connections that speak HTTP.
    pub(crate) fn new(config: &connection::Config, http: usize, metrics: Metrics) -> Self {
        let limit = |count: u32| match usize::try_from(count) {
            Ok(count @ 1..) => count,
            Ok(0) | Err(_) => usize::MAX,
        };
        let limits = Limits {
            all: config.max.resolve(http),
            of_person: limit(config.max_per_user),
            of_person_in_room: limit(config.max_per_user_and_room),
        };
        let this = Self(Arc::new(Inner {
            all: DashMap::new(),
            by_session: DashMap::new(),
            by_person: DashMap::new(),
            limits,
            last_id: AtomicU64::new(0),
            taken: AtomicUsize::new(0),
            left: Notify::new(),
            closed: AtomicBool::new(false),
            metrics: metrics.clone(),
        }));
        // Metrics are one tree's; those of a second would go on counting the first's outboxes.
        let _ = metrics.live.set(WeakLive(Arc::downgrade(&this.0)));
        this
    }

    /// A place for one socket. None: there is none left (`sockets.max`), or no more are let in.
    pub(crate) fn place(&self) -> Option<Place> {
        if self.is_closed() {
            return None;
        }
        let below_limit = |count| (count < self.0.limits.all).then(|| count + 1);
        self.0.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, below_limit).ok()?;
        Some(Place(self.clone()))
    }

    /// An id no connection of this process has had.
    pub(crate) fn next_id(&self) -> ConnectionId {
        ConnectionId::new(self.0.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Enters `connection`. None: its person has as many sockets as they may.
    pub(crate) fn attach(&self, connection: Connection, place: Place) -> Option<Attached> {
        let connection = Arc::new(connection);
        if let Some(user) = connection.user() {
            // The entry is locked while it is counted and grows, so that two upgrades can't both be the last.
            let mut theirs = self.0.by_person.entry(user).or_default();
            let room = connection.room.id();
            let in_room = theirs.iter().filter(|other| other.room.id() == room).count();
            let limits = &self.0.limits;
            if theirs.len() >= limits.of_person || in_room >= limits.of_person_in_room {
                return None;
            }
            theirs.push(Arc::clone(&connection));
        }
        if let Some(session) = session(&connection) {
            self.0.by_session.entry(session).or_default().push(Arc::clone(&connection));
        }
        self.0.all.insert(connection.id, Arc::clone(&connection));
        self.0.metrics.sockets.inc();
        self.0.metrics.sockets_opened.inc();
        Some(Attached { connection, live: self.clone(), _place: place })
    }

    fn detach(&self, connection: &Connection) {
        self.0.all.remove(&connection.id);
        if let Some(session) = session(connection) {
            remove(&self.0.by_session, session, connection.id);
        }
        if let Some(user) = connection.user() {
            remove(&self.0.by_person, user, connection.id);
        }
        self.0.metrics.sockets.dec();
    }

    /// The sockets of a session at this moment.
    pub(crate) fn of_session(&self, session: SessionId) -> Vec<Arc<Connection>> {
        self.0.by_session.get(&session).map(|these| these.clone()).unwrap_or_default()
    }

    /// The sockets of a person at this moment.
    pub(crate) fn of_person(&self, user: UserId) -> Vec<Arc<Connection>> {
        self.0.by_person.get(&user).map(|these| these.clone()).unwrap_or_default()
    }

    /// The socket with this id, if it is open.
    #[cfg(feature = "testing")]
    pub(crate) fn find(&self, id: ConnectionId) -> Option<Arc<Connection>> {
        self.0.all.get(&id).map(|connection| Arc::clone(&connection))
    }

    /// All sockets at this moment.
    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        self.0.all.iter().map(|connection| Arc::clone(&connection)).collect()
    }

    /// How many sockets there are, those that are being let in included.
    pub(crate) fn count(&self) -> usize {
        self.0.taken.load(Ordering::SeqCst)
    }

    /// How many bytes wait to be sent to all sockets.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.0.all.iter().map(|connection| connection.outbox.queued_bytes()).sum()
    }

    /// Lets nobody in from now on.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    /// Whether nobody is let in any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::SeqCst)
    }

    /// Waits until there is no socket left.
    pub(crate) async fn none(&self) {
        loop {
            let left = self.0.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            left.await;
        }
    }
}

/// The live sockets, for the metrics, which they count into.
pub(crate) struct WeakLive(Weak<Inner>);

impl WeakLive {
    pub(crate) fn upgrade(&self) -> Option<Live> {
        self.0.upgrade().map(Live)
    }
}

impl fmt::Debug for WeakLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakLive")
    }
}

fn session(connection: &Connection) -> Option<SessionId> {
    connection.who.as_ref().and_then(|who| who.identity.session)
}

fn remove<K: Eq + std::hash::Hash>(
    index: &DashMap<K, Vec<Arc<Connection>>>,
    key: K,
    connection: ConnectionId,
) {
    if let dashmap::Entry::Occupied(mut these) = index.entry(key) {
        these.get_mut().retain(|other| other.id != connection);
        if these.get().is_empty() {
            these.remove();
        }
    }
}

/// One of the sockets that there may be; dropped, it is free again.
pub(crate) struct Place(Live);

impl Drop for Place {
    fn drop(&mut self) {
        if self.0.0.taken.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.0.left.notify_waiters();
        }
    }
}

/// The guard of a live socket: it belongs to whoever runs the socket. Dropped, the socket is no more: it leaves this table
/// and its room, and its actor stops.
pub(crate) struct Attached {
    connection: Arc<Connection>,
    live: Live,
    _place: Place,
}

impl Attached {
    /// Whose guard it is.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.live.detach(&self.connection);
        self.connection.end();
    }
}
