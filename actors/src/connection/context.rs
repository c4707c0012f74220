//! What every connection needs of the rest of the tree.

use std::sync::Arc;

use accounts::Accounts;
use domain::{Clock, Entropy};
use store::Store;
use tokio_util::task::TaskTracker;

use crate::connections::Supervisor;
use crate::live::Live;
use crate::log_writer::Log;
use crate::people::People;
use crate::permit::Flights;
use crate::registry::Registry;
use crate::{Metrics, connection, room};

/// What every connection needs of the rest of the tree: one of these, shared by all.
pub(crate) struct Context {
    pub(crate) sockets: connection::Config,
    pub(crate) rooms: room::Config,
    pub(crate) accounts: Accounts,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) people: People,
    pub(crate) live: Live,
    pub(crate) flights: Flights,
    pub(crate) log: Log,
    pub(crate) registry: Registry,
    pub(crate) supervisor: Supervisor,
    pub(crate) tracker: TaskTracker,
    pub(crate) metrics: Metrics,
}
