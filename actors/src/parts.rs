//! What a tree is made of.

use std::path::PathBuf;
use std::sync::Arc;

use accounts::Accounts;
use accounts::revocation::RevocationWriter;
use domain::{Clock, Entropy};
use store::Store;
use tokio_util::task::TaskTracker;

use crate::{Metrics, connection, mailer, room};

/// What [`start`](crate::start) is made of.
pub struct Parts {
    /// The log, the people, the letters.
    pub store: Store,
    /// Checks tokens; knows the keys.
    pub accounts: Accounts,
    /// The revocation index, whose one writer becomes `AuthActor`. The index that `accounts` asks is its other half.
    pub revocations: RevocationWriter,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The folder of everything that is kept; letters go into its `outbox/` when mail goes to files.
    pub data_dir: PathBuf,
    /// `[mail]`.
    pub mail: mailer::Config,
    /// `[rooms]`.
    pub rooms: room::Config,
    /// `[sockets]`.
    pub sockets: connection::Config,
    /// How many connections may speak HTTP at once, beside the sockets: what `sockets.max = "auto"` leaves to them.
    pub http_connections: usize,
    /// How many clients had better come back in a second after a stop (`shutdown.reconnects_per_second`; 0: as many as
    /// like).
    pub reconnects_per_second: u32,
    /// What to count into.
    pub metrics: Metrics,
    /// Where the tasks run that aren't actors: one a socket, one a commit. Whoever stops the tree closes it and waits for
    /// it afterwards.
    pub tracker: TaskTracker,
}

/// Why a tree can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// `[mail]` makes no sense.
    #[error("mail: {0}")]
    Mail(#[from] mailer::MailError),
    /// What was ended before this start can't be read, so nobody can be let in.
    #[error("the system room can't be read")]
    Revocations(#[source] store::StoreError),
    /// An actor didn't start.
    #[error("{actor} didn't start: {reason}")]
    Actor {
        /// Which.
        actor: &'static str,
        /// Why.
        reason: String,
    },
}
