//! What every handler may use.

use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use actors::Tree;
use domain::{Clock, Entropy};
use store::Store;
use tokio_util::task::TaskTracker;

use super::address::TrustedProxy;
use super::cors::Cors;
use super::draining::Draining;
use super::error::ApiError;
use super::mailbox::Mailbox;
use super::metrics::Metrics;
use super::readiness::Readiness;
use super::router::Router;
use super::upgrade::Upgrades;

/// What every handler may use.
pub struct App {
    /// The flows of accounts.
    pub accounts: Accounts,
    /// The actor tree.
    pub tree: Tree,
    /// The database, of which the door only asks whether it works.
    pub store: Store,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// What the door counts.
    pub metrics: Metrics,
    /// Where flows run, so that none is dropped half-way.
    pub tracker: TaskTracker,
    /// Finds routes.
    pub router: Router,
    /// Which pages may call the API.
    pub cors: Cors,
    /// Who may open a socket, and how often.
    pub upgrades: Upgrades,
    /// The dev mailbox, where it is served at all.
    pub mailbox: Option<Mailbox>,
    /// Whose forwarding headers are believed.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// How long a body may take; zero: without end.
    pub body_timeout: Duration,
    /// Whether the server does its work.
    pub readiness: Readiness,
    /// Whether the server is on its way down.
    pub draining: Draining,
}

impl App {
    /// Runs `flow` to its end, even when the client hangs up half-way: hyper then drops the handler, and what follows a
    /// commit would be lost with it.
    pub async fn run<T, E>(
        &self,
        flow: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        match self.tracker.spawn(flow).await {
            Ok(ended) => ended.map_err(Into::into),
            Err(panicked) => Err(ApiError::internal(panicked)),
        }
    }
}
