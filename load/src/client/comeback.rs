//! When to come back.

use std::time::Duration;

/// The first and the longest wait of a client that can't get in, by the protocol.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(20);

/// Whether a close with this status code is for good: 3500–3999, 4500–4999, 1002, 1007 and 1009. After any other a client
/// comes back, with its place and all that is unanswered.
pub(crate) const fn ends(code: u16) -> bool {
    matches!(code, 1002 | 1007 | 1009 | 3500..=3999 | 4500..=4999)
}

/// How long to stay away: anything between nothing and a bound that doubles each time (*full jitter*), or a moment within
/// the window that a server in shutdown gave.
#[derive(Debug, Clone)]
pub(crate) struct Comeback {
    bound: Duration,
    longest: Duration,
    window: Option<(Duration, Duration)>,
}

impl Comeback {
    /// One that waits up to `longest`, if that is less than the protocol's 20 s.
    pub(crate) fn new(longest: Duration) -> Self {
        let longest = longest.min(LONGEST);
        Self { bound: FIRST.min(longest), longest, window: None }
    }

    /// It is in: the next failure is its first.
    pub(crate) fn arrived(&mut self) {
        *self = Self::new(self.longest);
    }

    /// The server stops, and wants nobody back outside of this window.
    pub(crate) fn drained(&mut self, from: Duration, to: Duration) {
        let most = self.longest;
        self.window = Some((from.min(most), to.min(most)));
    }

    /// How long to wait now.
    pub(crate) fn wait(&mut self) -> Duration {
        if let Some((from, to)) = self.window.take() {
            return from + to.saturating_sub(from).mul_f64(fastrand::f64());
        }
        let wait = self.bound.mul_f64(fastrand::f64());
        self.bound = (self.bound * 2).min(self.longest);
        wait
    }
}

#[cfg(test)]
mod tests {
    use wire::CloseReason;

    use super::*;

    #[test]
    fn a_number_tells_the_client_what_it_tells_the_server() {
        for reason in CloseReason::ALL {
            assert_eq!(ends(reason.code()), reason.ends(), "{reason:?}");
        }
        assert!(!ends(1005) && !ends(1006) && !ends(1001));
    }

    #[test]
    fn waits_are_spread_over_a_bound_that_doubles() {
        let mut longest = [Duration::ZERO; 8];
        for _ in 0..500 {
            let mut comeback = Comeback::new(Duration::MAX);
            for most in &mut longest {
                *most = comeback.wait().max(*most);
            }
        }
        let bounds = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000];
        for (most, bound) in longest.iter().zip(bounds.map(Duration::from_millis)) {
            assert!(*most <= bound && *most >= bound / 2, "{most:?} of {bound:?}");
        }
    }

    #[test]
    fn a_drain_says_within_which_window() {
        let mut comeback = Comeback::new(LONGEST);
        for _ in 0..100 {
            comeback.drained(Duration::from_secs(2), Duration::from_secs(3));
            let wait = comeback.wait();
            assert!((2_000..=3_000).contains(&wait.as_millis()), "{wait:?}");
        }
        assert!(comeback.wait() <= FIRST, "the window holds once");
        comeback.arrived();
        assert!(comeback.wait() <= FIRST);
    }
}
