//! How fast a client may send.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Config;
use crate::timing::{Moment, TokioClock};

/// How fast one client may send (`sockets.messages_per_second`, `sockets.burst`).
pub(super) struct Limiter(Option<Gcra>);

type Gcra = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>;

impl Limiter {
    pub(super) fn new(config: &Config) -> Self {
        let quota = NonZeroU32::new(config.messages_per_second).map(|rate| {
            let burst = NonZeroU32::new(config.burst).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        Self(quota.map(|quota| RateLimiter::direct_with_clock(quota, TokioClock)))
    }

    /// Counts a message.
    ///
    /// # Errors
    ///
    /// When it is too early for one, by how much.
    pub(super) fn count(&self) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check().map_err(|early| early.wait_time_from(TokioClock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_the_rate() {
        let limiter = Limiter::new(&Config::default());
        assert!((0..40).all(|_| limiter.count().is_ok()));
        let early = limiter.count().expect_err("the burst is used up");
        assert!(early <= Duration::from_millis(50), "{early:?}");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..40).filter(|_| limiter.count().is_ok()).count(), 20);
    }

    #[test]
    fn zero_is_no_limit() {
        let limiter = Limiter::new(&Config { messages_per_second: 0, ..Config::default() });
        assert!((0..10_000).all(|_| limiter.count().is_ok()));
    }
}
