//! How fast a client may send.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use super::Config;
use crate::timing::{Moment, TokioClock};

/// How fast one client may send (`sockets.messages_per_second`, `sockets.burst`).
pub(super) struct Limiter {
    /// None: as fast as it likes.
    gcra: Option<Gcra>,
    /// Until when it was told to wait.
    told: Cell<Option<Instant>>,
}

/// It is too early for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooEarly {
    /// By how much, in whole milliseconds, as the client is told.
    pub(super) wait: Duration,
    /// Whether the client had been told so and didn't wait. Who sends, is told, and waits isn't at fault, however often.
    pub(super) again: bool,
}

type Gcra = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>;

impl Limiter {
    pub(super) fn new(config: &Config) -> Self {
        let quota = NonZeroU32::new(config.messages_per_second).map(|rate| {
            let burst = NonZeroU32::new(config.burst).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        let gcra = quota.map(|quota| RateLimiter::direct_with_clock(quota, TokioClock));
        Self { gcra, told: Cell::new(None) }
    }

    /// Counts a message.
    ///
    /// # Errors
    ///
    /// When it is too early for one.
    pub(super) fn count(&self) -> Result<(), TooEarly> {
        let Some(limiter) = &self.gcra else { return Ok(()) };
        let Err(early) = limiter.check() else { return Ok(()) };
        let (wait, now) = (early.wait_time_from(TokioClock.now()), Instant::now());
        let again = self.told.replace(now.checked_add(wait)).is_some_and(|told| now < told);
        // Rounded down, the wait would send a client back too early.
        let wait = Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
            .saturating_add(Duration::from_millis(1));
        Err(TooEarly { wait, again })
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
        assert!(early.wait <= Duration::from_millis(51), "{early:?}");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..40).filter(|_| limiter.count().is_ok()).count(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_does_not_wait_as_told_is_at_fault() {
        let limiter = Limiter::new(&Config { burst: 1, ..Config::default() });
        for _ in 0..20 {
            assert_eq!(limiter.count(), Ok(()));
            let early = limiter.count().expect_err("one at a time");
            assert!(!early.again);
            tokio::time::advance(early.wait).await;
        }
        assert_eq!(limiter.count(), Ok(()));
        let told = [(); 3].map(|()| limiter.count().map_err(|early| early.again));
        assert_eq!(told, [Err(false), Err(true), Err(true)]);
    }

    #[test]
    fn zero_is_no_limit() {
        let limiter = Limiter::new(&Config { messages_per_second: 0, ..Config::default() });
        assert!((0..10_000).all(|_| limiter.count().is_ok()));
    }
}
