//! The whole program, started and stopped in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use actors::Tree;
use actors::mailer::Transport;
use domain::{Clock, Entropy};
use prometheus_client::registry::Registry;
use serde::{Deserialize, Serialize};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::http::accept::Door;
use crate::http::app::App;
use crate::http::connection::Connections;
use crate::http::cors::Cors;
use crate::http::mailbox::Mailbox;
use crate::http::metrics::Metrics;
use crate::http::origin::OriginPattern;
use crate::http::router::Router;
use crate::http::throttle::AddressThrottle;
use crate::http::upgrade::Upgrades;
use crate::http::{Public, service, throttle};
use crate::telemetry;

/// How long the last tasks may take after everybody was told to go, so that a deadline that was used up doesn't cut off a
/// connection that is just closing.
const LAST_TASKS: Duration = Duration::from_secs(1);

/// `[shutdown]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShutdownConfig {
    /// How long a stop may take to store and answer what was accepted, and to bid everybody goodbye. What isn't done
    /// by then is cut off. 0: cut off at once.
    #[serde(with = "humantime_serde")]
    pub deadline: Duration,
}

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(30) }
    }
}

/// What the program needs of the outside world. Tests bring their own.
#[derive(Clone)]
pub struct World {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener can't say where it listens.
    #[error("the listener has no address: {0}")]
    Listener(#[source] std::io::Error),
    /// Letters would go to files on a server that others reach.
    #[error(
        "mail goes to files, but {0} is not a loopback address: set mail.transport = \"smtp\", listen on 127.0.0.1, or \
         allow it with mail.allow_file_in_public = true"
    )]
    FileMailInPublic(SocketAddr),
    /// The addresses of the listener make no URL.
    #[error("server.public_url can't be made out; set it")]
    PublicUrl,
    /// The table of routes contradicts itself.
    #[error("the routes contradict each other: {0}")]
    Routes(#[from] matchit::InsertError),
    /// A page of the mailbox is broken.
    #[error("a page of the mailbox is broken: {0}")]
    Mailbox(#[from] minijinja::Error),
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The keys can't be read or made.
    #[error(transparent)]
    Accounts(#[from] accounts::StartError),
    /// The actor tree didn't start.
    #[error(transparent)]
    Tree(#[from] actors::StartError),
}

/// A running server. Dropping it without [`Server::stop`] leaves its tasks to the runtime.
pub struct Server {
    addr: SocketAddr,
    metrics_addr: SocketAddr,
    public: Public,
    app: Arc<App>,
    tree: Tree,
    store: Store,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Server {
    /// Starts everything: the store (which takes the data folder for itself), accounts, the actor tree, then the doors on
    /// `listener` and `metrics_listener`. When this fails, nothing is left running.
    pub async fn start(
        config: Config,
        world: World,
        listener: TcpListener,
        metrics_listener: TcpListener,
    ) -> Result<Self, StartError> {
        let addr = listener.local_addr().map_err(StartError::Listener)?;
        let metrics_addr = metrics_listener.local_addr().map_err(StartError::Listener)?;
        let to_files = config.mail.transport == Transport::File;
        if to_files && !addr.ip().is_loopback() && !config.mail.allow_file_in_public {
            return Err(StartError::FileMailInPublic(addr));
        }
        let public = Public::of(&config.server, addr).ok_or(StartError::PublicUrl)?;
        let (router, mailbox) =
            (Router::new()?, Mailbox::new(&config.server.data_dir, addr, &public.url)?);
        let mut registry = Registry::with_prefix("parlour");
        let tracker = TaskTracker::new();
        let stop = CancellationToken::new();

        let parts = parts(&config, &world, &public, &mut registry, &tracker).await?;
        let Parts { store, accounts, tree } = parts;
        let app = Arc::new(App {
            accounts,
            tree: tree.clone(),
            store: store.clone(),
            clock: world.clock,
            entropy: world.entropy,
            metrics: Metrics::register(&mut registry),
            tracker: tracker.clone(),
            router,
            cors: Cors::new(&public.origins, &config.server.allowed_origins),
            upgrades: upgrades(&public, config.sockets.allowed_origins.as_deref(), &config.throttle),
            mailbox: mailbox.filter(|_| to_files),
            trusted_proxies: config.server.trusted_proxies.clone(),
            body_timeout: config.server.body_timeout,
            readiness: crate::http::readiness::Readiness::default(),
            draining: crate::http::draining::Draining::default(),
        });
        open_door(listener, &config.server, &app, &stop);
        let numbers = telemetry::metrics::serve(
            metrics_listener,
            Arc::new(registry),
            config.metrics,
            tracker.clone(),
            stop.clone(),
        );
        tracker.spawn(numbers);
        Ok(Self { addr, metrics_addr, public, app, tree, store, tracker, stop })
    }

    /// Where the HTTP server listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where `/metrics` is served.
    #[must_use]
    pub fn metrics_addr(&self) -> SocketAddr {
        self.metrics_addr
    }

    /// What the server is called from outside.
    #[must_use]
    pub fn public(&self) -> &Public {
        &self.public
    }

    /// Whether `/dev/mailbox` is there for callers on this machine.
    #[must_use]
    pub fn has_mailbox(&self) -> bool {
        self.app.mailbox.is_some()
    }

    /// The actor tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Waits until the server has ended without being told to: an actor went on crashing and was given up. After that
    /// nothing works; whoever started it stops it and reports.
    pub async fn ended(&self) {
        self.tree.ended().await;
    }

    /// Stops in order, within `deadline`: nobody new comes in, requests are answered, sockets bidden goodbye, everything
    /// accepted stored, the doors shut, the store closed. Until the doors shut, `/readyz` says that the server stops.
    pub async fn stop(self, deadline: Duration) {
        let until = Instant::now() + deadline;
        if timeout_at(until, self.app.draining.drain()).await.is_err() {
            tracing::warn!("requests were still being answered at the deadline");
        }
        self.tree.stop(until.saturating_duration_since(Instant::now())).await;
        self.stop.cancel();
        self.tracker.close();
        // What these hold keeps tasks alive that end by themselves once nobody needs them any more.
        drop((self.app, self.tree));
        let last = until.max(Instant::now() + LAST_TASKS);
        if timeout_at(last, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "tasks were cut off at the deadline");
        }
        self.store.close().await;
    }
}

/// What stands behind the doors.
struct Parts {
    store: Store,
    accounts: Accounts,
    tree: Tree,
}

async fn parts(
    config: &Config,
    world: &World,
    public: &Public,
    registry: &mut Registry,
    tracker: &TaskTracker,
) -> Result<Parts, StartError> {
    let data_dir = &config.server.data_dir;
    let store = Store::open(
        &config.database,
        data_dir,
        Arc::clone(&world.clock),
        Arc::clone(&world.entropy),
        store::Metrics::register(registry),
    )
    .await?;
    let (writer, revocations) = accounts::revocation::pair();
    let accounts = Accounts::start(accounts::Parts {
        store: store.clone(),
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        data_dir: data_dir.clone(),
        tokens: config.tokens.clone(),
        passwords: config.passwords.clone(),
        accounts: config.accounts.clone(),
        public_url: public.url.clone(),
        frontend_url: public.frontend.clone(),
        revocations,
        metrics: accounts::Metrics::register(registry),
        tracker: tracker.clone(),
    })
    .await?;
    let tree = actors::start(actors::Parts {
        store: store.clone(),
        accounts: accounts.clone(),
        revocations: writer,
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        data_dir: data_dir.clone(),
        mail: config.mail.clone(),
        rooms: config.rooms.clone(),
        sockets: config.sockets.clone(),
        metrics: actors::Metrics::register(registry),
        tracker: tracker.clone(),
    })
    .await?;
    Ok(Parts { store, accounts, tree })
}

/// Who may open a socket: the pages that the configuration names, else our own and the front end's.
fn upgrades(public: &Public, allowed: Option<&[String]>, throttle: &throttle::Config) -> Upgrades {
    let origins = match allowed {
        Some(allowed) => allowed.iter().map(|pattern| OriginPattern::new(pattern)).collect(),
        None => public.origins.iter().map(OriginPattern::exactly).collect(),
    };
    Upgrades::new(origins, AddressThrottle::of_upgrades(throttle))
}

fn open_door(
    listener: TcpListener,
    config: &crate::http::Config,
    app: &Arc<App>,
    stop: &CancellationToken,
) {
    let connections = Connections::new(config.header_timeout, config.write_timeout, stop.clone());
    let door = Door {
        listener,
        permits: Arc::new(Semaphore::new(config.connections())),
        tracker: app.tracker.clone(),
        stop: stop.clone(),
        connections: app.metrics.connections.clone(),
        accept_errors: app.metrics.accept_errors.clone(),
    };
    let served = Arc::clone(app);
    app.tracker.spawn(door.open(move |tcp, peer| {
        let app = Arc::clone(&served);
        connections.clone().serve(tcp, move |request| {
            service::answer(Arc::clone(&app), peer.ip(), request)
        })
    }));
}
