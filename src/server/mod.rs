//! The whole program, started and stopped in order.

mod door;
mod error;
mod parts;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actors::Tree;
use actors::mailer::Transport;
use domain::{Clock, Entropy};
use prometheus_client::registry::Registry;
use serde::{Deserialize, Serialize};
use store::Store;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::door::Frame;
pub use self::error::StartError;
use self::parts::Parts;
use crate::config::Config;
use crate::http::Public;
use crate::http::app::App;
use crate::http::mailbox::Mailbox;
use crate::http::router::Router;
use crate::telemetry;

/// Which part of a stop's deadline requests may take to be answered. The rest is the sockets': a client that sends its
/// body slowly must not cost them their goodbye.
const SHARE_OF_REQUESTS: u32 = 3;

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
    /// How many clients had better come back in a second after a stop: the window that each is given (`drain`) grows with
    /// the number of sockets, from half a second to a minute. 0: as many as like.
    pub reconnects_per_second: u32,
}

impl Default for ShutdownConfig {
    fn default() -> Self {
        // 1,000 upgrades are less than a tenth of a core's second; what their clients ask for next takes more.
        Self { deadline: Duration::from_secs(30), reconnects_per_second: 1000 }
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
        let reachable = !addr.ip().to_canonical().is_loopback();
        if to_files && reachable && !config.mail.allow_file_in_public {
            return Err(StartError::FileMailInPublic(addr));
        }
        let public = Public::of(&config.server, addr).ok_or(StartError::PublicUrl)?;
        let mailbox = Mailbox::new(&config.server.data_dir, addr, &public.url)?;
        let frame = Frame { router: Router::new()?, mailbox };

        let mut registry = Registry::with_prefix("parlour");
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        // On the heap: everything that starting awaits would else lie in whatever awaits this.
        let starting = Parts::start(&config, &world, &public, &mut registry, &tracker);
        let parts = Box::pin(starting).await?;
        let (store, tree) = (parts.store.clone(), parts.tree.clone());
        let app = door::app(&config, world, &public, frame, parts, &mut registry, tracker.clone());
        let app = Arc::new(app);
        door::open_door(listener, &config.server, &app, &stop);
        let registry = Arc::new(registry);
        tracker.spawn(telemetry::metrics::serve(
            metrics_listener,
            registry,
            config.metrics,
            tracker.clone(),
            stop.clone(),
        ));
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
        let (until, requests) = (Instant::now() + deadline, deadline / SHARE_OF_REQUESTS);
        if timeout(requests, self.app.draining.drain()).await.is_err() {
            tracing::warn!(waited = ?requests, "requests were still being answered");
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
