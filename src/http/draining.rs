//! The way down: who is being answered is answered, and nobody new is.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Whether the server is on its way down, and who is still being answered.
#[derive(Debug, Default)]
pub struct Draining {
    begun: AtomicBool,
    requests: TaskTracker,
}

impl Draining {
    /// Whether it is. `/healthz` and `/readyz` are answered all the same, so that whoever sends people here learns it.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    /// A request comes in: it counts until what this gives is dropped. None: it comes too late.
    #[must_use]
    pub fn enter(&self) -> Option<TaskTrackerToken> {
        // Counted first: a request that finds the way open is one that `drain` waits for.
        let token = self.requests.token();
        (!self.has_begun()).then_some(token)
    }

    /// Lets nobody in any more, and waits until everybody who is in was answered.
    pub async fn drain(&self) {
        self.begun.store(true, Ordering::SeqCst);
        self.requests.close();
        self.requests.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn who_is_in_is_waited_for_and_nobody_else_comes_in() {
        let draining = Draining::default();
        let inside = draining.enter().expect("the way is open");
        let mut drained = pin!(draining.drain());
        let first = std::future::poll_fn(|cx| Poll::Ready(drained.as_mut().poll(cx))).await;
        assert!(first.is_pending());
        assert!(draining.has_begun());
        assert!(draining.enter().is_none());
        drop(inside);
        drained.await;
    }
}
