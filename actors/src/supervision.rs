//! How often a crashed actor is started again, and how soon.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many crashes a supervisor puts up with, and how long it waits after each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// The most restarts within `within`; one more crash and the actor is given up.
    pub(crate) restarts: usize,
    /// The window in which restarts are counted.
    pub(crate) within: Duration,
    /// The delay before the second restart of the window; it doubles from one to the next. The first is immediate: most
    /// crashes are of one message, and whoever waits shouldn't wait longer for it.
    pub(crate) backoff: Duration,
    /// The longest delay.
    pub(crate) backoff_max: Duration,
}

impl Budget {
    /// For the actors there is one of: without them nothing works, so they are tried for some minutes, and then the tree
    /// is given up, so that whoever watches the process starts it anew.
    pub(crate) const SINGLE: Self = Self {
        restarts: 12,
        within: Duration::from_mins(5),
        backoff: Duration::from_millis(50),
        backoff_max: Duration::from_secs(10),
    };
    /// For the actors there are many of: one that goes on crashing is given up alone.
    pub(crate) const ONE_OF_MANY: Self = Self {
        restarts: 5,
        within: Duration::from_mins(1),
        backoff: Duration::from_millis(50),
        backoff_max: Duration::from_secs(2),
    };
}

/// What to do about a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Start it again after so long.
    RestartIn(Duration),
    /// Don't: it crashed too often.
    GiveUp,
}

/// The crashes of one actor.
#[derive(Debug, Default)]
pub(crate) struct Crashes(VecDeque<Instant>);

impl Crashes {
    /// Whether any of them still counts at `now`.
    pub(crate) fn matter(&self, now: Instant, budget: &Budget) -> bool {
        self.0.back().is_some_and(|at| now.duration_since(*at) <= budget.within)
    }

    /// Counts a crash at `now`, and decides.
    pub(crate) fn count(&mut self, now: Instant, budget: &Budget) -> Decision {
        while self.0.front().is_some_and(|at| now.duration_since(*at) > budget.within) {
            self.0.pop_front();
        }
        let before = self.0.len();
        if before >= budget.restarts {
            return Decision::GiveUp;
        }
        self.0.push_back(now);
        let delay = match before {
            0 => Duration::ZERO,
            n => {
                let doublings = u32::try_from(n - 1).unwrap_or(u32::MAX);
                let factor = 2u32.checked_pow(doublings).unwrap_or(u32::MAX);
                budget.backoff.saturating_mul(factor).min(budget.backoff_max)
            }
        };
        Decision::RestartIn(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget {
        restarts: 4,
        within: Duration::from_secs(10),
        backoff: Duration::from_millis(100),
        backoff_max: Duration::from_millis(300),
    };

    #[test]
    fn the_first_restart_is_immediate_and_the_next_ones_wait_longer_and_longer() {
        let (mut crashes, now) = (Crashes::default(), Instant::now());
        let delays = [0, 100, 200, 300].map(|ms| Decision::RestartIn(Duration::from_millis(ms)));
        for delay in delays {
            assert_eq!(crashes.count(now, &BUDGET), delay);
        }
        assert_eq!(crashes.count(now, &BUDGET), Decision::GiveUp);
    }

    #[test]
    fn crashes_are_forgotten_after_the_window() {
        let (mut crashes, now) = (Crashes::default(), Instant::now());
        for _ in 0..4 {
            crashes.count(now, &BUDGET);
        }
        let later = now + Duration::from_millis(10_001);
        assert_eq!(crashes.count(later, &BUDGET), Decision::RestartIn(Duration::ZERO));
    }
}
