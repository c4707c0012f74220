//! What remains of a connection for the rules that need the whole run.

use std::sync::Arc;

use super::Witness;

/// One connection, in brief.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub room: Arc<str>,
    /// Which book it read, once it was greeted.
    pub book: Option<usize>,
    pub witness: Witness,
    pub session: u64,
    /// When it was asked for.
    pub opened: u64,
    /// When the greeting came, and the head that it named.
    pub hello: Option<(u64, u64)>,
    /// What came first would follow this.
    pub from: u64,
    /// The latest event that came.
    pub last: u64,
    /// When anything came last.
    pub latest: u64,
    /// Of all commands that were acknowledged, when the latest was sent, and where it is.
    pub acked: (u64, u64),
}
