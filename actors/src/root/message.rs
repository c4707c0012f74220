//! What `Root` is told.

use ractor::RpcReplyPort;
use tokio::time::Instant;

use super::Child;

/// What `Root` is told.
pub(crate) enum RootMessage {
    /// Start this one again, the wait is over.
    Restart(Child),
    /// Stop everything in order, at the latest then.
    Stop(Instant, RpcReplyPort<()>),
}
