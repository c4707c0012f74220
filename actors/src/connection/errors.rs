//! How many errors a client may make.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// So many errors within [`WINDOW`] close the socket (3509): a client that makes them doesn't listen to the answers.
const MOST: usize = 10;
/// See [`MOST`].
const WINDOW: Duration = Duration::from_secs(10);

/// The last errors of one client. Empty, as it is for nearly every socket, it holds no memory of its own.
#[derive(Debug, Default)]
pub(super) struct Errors(VecDeque<Instant>);

impl Errors {
    /// Counts an error at `now`. Whether that was one too many.
    pub(super) fn count(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back(now);
        self.0.len() >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_error_in_ten_seconds_is_one_too_many() {
        let (mut errors, start) = (Errors::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert!((0..9).all(|n| !errors.count(at(n * 1000))));
        assert!(errors.count(at(9_999)));
        assert!(!errors.count(at(11_000)), "the first two are forgotten");
    }
}
