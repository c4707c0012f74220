//! How a stop spreads what it does to the sockets: their closing, and their coming back.

use std::time::Duration;

/// How many sockets are closed at once: few enough that those who are still here hardly notice.
const BATCH: usize = 100;
/// How long after one batch the next is closed: 5,000 sockets a second.
const PAUSE: Duration = Duration::from_millis(20);
/// Which part of the time that is left the batches may take. The rest is for those who read slowly.
const SHARE: u32 = 3;

/// How long everybody stays away at least after the last socket was closed: what a small server takes to start again.
const AWAY: Duration = Duration::from_millis(500);
/// The least and the most time over which the return is spread. Nobody is asked to wait for longer than a minute.
const SPREAD: (Duration, Duration) = (Duration::from_millis(500), Duration::from_mins(1));

/// How a stop spreads what it does to the sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drain {
    /// How many sockets are closed at once.
    pub batch: usize,
    /// How many batches there are.
    pub batches: usize,
    /// Over what time the return is spread.
    spread: Duration,
}

impl Drain {
    /// For so many `sockets`, of which `per_second` had better come back in a second (0: as many as like), with so much
    /// time `left`.
    pub fn new(sockets: usize, per_second: u32, left: Duration) -> Self {
        let most = (left / SHARE).as_millis() / PAUSE.as_millis();
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(1);
        let batch = BATCH.max(sockets.div_ceil(most));
        let spread = match (u32::try_from(sockets).unwrap_or(u32::MAX), per_second) {
            (_, 0) => Duration::ZERO,
            (sockets, per_second) => Duration::from_secs(sockets.into()) / per_second,
        };
        Self { batch, batches: sockets.div_ceil(batch), spread: spread.clamp(SPREAD.0, SPREAD.1) }
    }

    /// How many sockets are closed before the last batch.
    pub fn before_last(self) -> usize {
        self.batches.saturating_sub(1).saturating_mul(self.batch)
    }

    /// When the batch `number`, from 0, is closed, seen from the first one.
    pub fn closes_after(self, number: usize) -> Duration {
        PAUSE.saturating_mul(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The window in which those of the batch `number` come back, seen from when they are closed. It begins when the last
    /// batch has been closed too: before, they would only find this server, which lets nobody in.
    pub fn window(self, number: usize) -> (Duration, Duration) {
        let last = self.closes_after(self.batches.saturating_sub(1));
        let from = AWAY + last.saturating_sub(self.closes_after(number));
        (from, from + self.spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Duration = Duration::from_secs(30);

    fn millis((from, to): (Duration, Duration)) -> (u128, u128) {
        (from.as_millis(), to.as_millis())
    }

    #[test]
    fn a_few_are_closed_at_once_and_hardly_wait() {
        for sockets in [0, 1, BATCH] {
            let drain = Drain::new(sockets, 1000, LEFT);
            assert!(drain.batches <= 1);
            assert_eq!(millis(drain.window(0)), (500, 1000));
        }
    }

    #[test]
    fn many_come_back_no_faster_than_is_asked_for_and_find_an_open_door() {
        let drain = Drain::new(7_500, 1000, LEFT);
        assert_eq!(drain.batches, 75);
        assert_eq!(millis(drain.window(74)), (500, 8_000), "the last");
        assert_eq!(millis(drain.window(0)), (500 + 74 * 20, 8_000 + 74 * 20), "the first");
        assert_eq!(millis(Drain::new(7_500, 0, LEFT).window(74)), (500, 1000), "as they like");
        assert_eq!(millis(Drain::new(1_000_000, 1, LEFT).window(999_999)).1, 60_500);
    }

    #[test]
    fn the_batches_are_done_in_a_third_of_the_time_however_many_there_are() {
        for (sockets, left) in [(100_000, LEFT), (1_000_000, LEFT), (500, Duration::ZERO)] {
            let drain = Drain::new(sockets, 1000, left);
            assert!(drain.closes_after(drain.batches - 1) <= left / 3);
            assert!(drain.batch * drain.batches >= sockets);
        }
    }
}
