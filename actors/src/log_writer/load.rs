//! How much may wait to be committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Metrics;

/// The most bytes that may wait: far more than a healthy disk lets gather, far less than would hurt.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What waits to be committed, of all incarnations of the writer. Cheap to clone.
#[derive(Clone)]
pub(super) struct Loads(Arc<Inner>);

struct Inner {
    bytes: AtomicUsize,
    metrics: Metrics,
}

impl Loads {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self(Arc::new(Inner { bytes: AtomicUsize::new(0), metrics }))
    }

    /// Takes on so many bytes, unless that is too much.
    pub(super) fn take(&self, bytes: usize) -> Option<Load> {
        let within = |present: usize| present.checked_add(bytes).filter(|sum| *sum <= MOST_BYTES);
        self.0.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within).ok()?;
        self.0.metrics.log_queue.inc();
        self.0.metrics.log_queue_bytes.inc_by(gauged(bytes));
        Some(Load { bytes, loads: self.clone() })
    }
}

/// One command that waits to be committed.
pub(super) struct Load {
    bytes: usize,
    loads: Loads,
}

impl Drop for Load {
    fn drop(&mut self) {
        self.loads.0.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.loads.0.metrics.log_queue.dec();
        self.loads.0.metrics.log_queue_bytes.dec_by(gauged(self.bytes));
    }
}

fn gauged(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_refused_until_there_is_room() {
        let loads = Loads::new(Metrics::default());
        let half = loads.take(MOST_BYTES / 2).expect("there is room");
        let other = loads.take(MOST_BYTES / 2).expect("there is just room");
        assert!(loads.take(1).is_none());
        assert_eq!(loads.0.metrics.log_queue.get(), 2);
        drop(half);
        assert!(loads.take(1).is_some());
        drop(other);
        assert_eq!(loads.0.metrics.log_queue_bytes.get(), 0);
    }
}
