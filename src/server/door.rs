//! The door of HTTP: what the handlers work with, and the listener they stand behind.

use std::sync::Arc;

use actors::mailer::Transport;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::World;
use super::parts::Parts;
use crate::config::Config;
use crate::http::accept::Door;
use crate::http::app::App;
use crate::http::connection::Connections;
use crate::http::cors::Cors;
use crate::http::draining::Draining;
use crate::http::mailbox::Mailbox;
use crate::http::metrics::Metrics;
use crate::http::origin_pattern::OriginPattern;
use crate::http::readiness::Readiness;
use crate::http::router::Router;
use crate::http::shares::Shares;
use crate::http::throttle::AddressThrottle;
use crate::http::upgrade::Upgrades;
use crate::http::{Public, service};

/// What is needed of HTTP before anything is started, because it can fail.
pub(super) struct Frame {
    /// Finds routes.
    pub(super) router: Router,
    /// The dev mailbox, where there may be one.
    pub(super) mailbox: Option<Mailbox>,
}

/// What the handlers work with.
pub(super) fn app(
    config: &Config,
    world: World,
    public: &Public,
    frame: Frame,
    parts: Parts,
    registry: &mut Registry,
    tracker: TaskTracker,
) -> App {
    let to_files = config.mail.transport == Transport::File;
    App {
        accounts: parts.accounts,
        tree: parts.tree,
        store: parts.store,
        clock: world.clock,
        entropy: world.entropy,
        metrics: Metrics::register(registry),
        tracker,
        router: frame.router,
        cors: Cors::new(&public.origins, &config.server.allowed_origins),
        upgrades: upgrades(config, public),
        mailbox: frame.mailbox.filter(|_| to_files),
        trusted_proxies: config.server.trusted_proxies.clone(),
        body_timeout: config.server.body_timeout,
        readiness: Readiness::default(),
        draining: Draining::default(),
    }
}

/// Who may open a socket: the pages that the configuration names, else our own and the front end's.
fn upgrades(config: &Config, public: &Public) -> Upgrades {
    let origins = match &config.sockets.allowed_origins {
        Some(allowed) => allowed.iter().map(|pattern| OriginPattern::new(pattern)).collect(),
        None => public.origins.iter().map(OriginPattern::exactly).collect(),
    };
    Upgrades::new(origins, AddressThrottle::of_upgrades(&config.throttle))
}

fn shares(config: &crate::http::Config) -> Shares {
    match config.connections_of_address() {
        Some(limit) => Shares::new(limit, &config.trusted_proxies),
        None => Shares::unlimited(),
    }
}

/// Serves HTTP on `listener`, in tasks of the tracker's, until `stop`.
pub(super) fn open_door(
    listener: TcpListener,
    config: &crate::http::Config,
    app: &Arc<App>,
    stop: &CancellationToken,
) {
    let connections = Connections::new(config.header_timeout, config.write_timeout, stop.clone());
    let door = Door {
        listener,
        permits: Arc::new(Semaphore::new(config.connections())),
        shares: shares(config),
        tracker: app.tracker.clone(),
        stop: stop.clone(),
        connections: app.metrics.connections.clone(),
        refused: app.metrics.connections_refused.clone(),
        accept_errors: app.metrics.accept_errors.clone(),
    };
    let served = Arc::clone(app);
    app.tracker.spawn(door.open(move |tcp, peer| {
        let app = Arc::clone(&served);
        connections
            .clone()
            .serve(tcp, move |request| service::answer(Arc::clone(&app), peer.ip(), request))
    }));
}
