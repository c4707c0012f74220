//! What outlives every actor: the shared tables and the slots.

use std::sync::Arc;

use accounts::Accounts;
use accounts::revocation::RevocationWriter;
use domain::{Clock, Seq};
use store::{Store, system};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::auth::Auth;
use crate::connection::Context;
use crate::connections::{Connections, Supervisor};
use crate::directory::{self, DirectoryWriter};
use crate::live::Live;
use crate::log_writer::Log;
use crate::mailer::{Delivery, Mailer, Post};
use crate::people::People;
use crate::permit::Flights;
use crate::registry::Registry;
use crate::sweeper::{Ages, Sweeper};
use crate::{Metrics, Parts, StartError, room};

/// What outlives every actor. Root hands each incarnation what it needs of this, and nothing else.
pub(crate) struct Tables {
    pub(super) store: Store,
    pub(super) accounts: Accounts,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) tracker: TaskTracker,
    pub(super) metrics: Metrics,
    pub(super) rooms: room::Config,
    pub(super) ages: Ages,
    pub(super) reconnects_per_second: u32,

    /// For `AuthActor` alone, whichever incarnation.
    pub(super) revocations: Arc<RevocationWriter>,
    /// How far `AuthActor` has come.
    pub(super) applied: Arc<watch::Sender<Seq>>,
    /// For `RoomRegistry` alone, whichever incarnation.
    pub(super) directory: Arc<DirectoryWriter>,
    /// For `MailerActor` alone, whichever incarnation.
    pub(super) delivery: Arc<Delivery>,
    pub(super) live: Live,
    pub(super) flights: Flights,

    pub(crate) people: People,
    pub(crate) log: Log,
    pub(crate) auth: Auth,
    pub(crate) mailer: Mailer,
    pub(crate) sweeper: Sweeper,
    pub(crate) registry: Registry,
    pub(crate) supervisor: Supervisor,
    pub(crate) connections: Connections,
}

impl Tables {
    /// Empty tables. What was ended within the last `tokens.max_ttl` is still to be read: `AuthActor` begins there.
    pub(crate) async fn new(parts: Parts) -> Result<Self, StartError> {
        let Parts { store, accounts, clock, entropy, metrics, tracker, .. } = parts;
        let post = Post::open(&parts.mail, &parts.data_dir)?;
        let tokens = accounts.tokens();
        let longest_token = tokens.max_ttl.saturating_add(tokens.leeway);
        let ages = Ages { activation: accounts.config().activation_ttl, longest_token };
        let begin = system::place_before(store.reader(), clock.now().minus(longest_token)).await;
        let (applied, follow) = watch::channel(begin.map_err(StartError::Revocations)?);

        let (writer, directory) = directory::pair();
        let people = People::new(store.clone());
        let live = Live::new(&parts.sockets, parts.http_connections, metrics.clone());
        let flights = Flights::new(parts.sockets.in_flight, metrics.clone());
        let log = Log::new(metrics.clone());
        let registry = Registry::new(directory);
        let supervisor = Supervisor::new();
        let context = Context {
            sockets: parts.sockets,
            rooms: parts.rooms.clone(),
            accounts: accounts.clone(),
            store: store.clone(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            people: people.clone(),
            live: live.clone(),
            flights: flights.clone(),
            log: log.clone(),
            registry: registry.clone(),
            supervisor: supervisor.clone(),
            tracker: tracker.clone(),
            metrics: metrics.clone(),
        };
        let delivery = Delivery::new(
            store.clone(),
            accounts.clone(),
            Arc::clone(&clock),
            entropy,
            post,
            metrics.clone(),
        );
        Ok(Self {
            store,
            accounts,
            clock,
            tracker,
            metrics,
            rooms: parts.rooms,
            ages,
            reconnects_per_second: parts.reconnects_per_second,
            revocations: Arc::new(parts.revocations),
            applied: Arc::new(applied),
            directory: Arc::new(writer),
            delivery: Arc::new(delivery),
            live,
            flights,
            people,
            log,
            auth: Auth::new(follow),
            mailer: Mailer::new(),
            sweeper: Sweeper::new(),
            registry,
            supervisor,
            connections: Connections::new(Arc::new(context)),
        })
    }

    /// What is remembered.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}
