//! When things are due.

use std::time::Duration;

/// A rhythm: the `n`th beat, counted from 0, is due `n` gaps after the beginning, however late the ones before came. The
/// load is thus the same whether the server is fast or slow, and what a slow one owes is counted (an *open* loop).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    per_second: f64,
}

impl Pace {
    /// So many beats a second. None, when that is no rhythm: zero, negative, or no number.
    pub(crate) fn per_second(beats: f64) -> Option<Self> {
        (beats.is_finite() && beats > 0.0).then_some(Self { per_second: beats })
    }

    /// When beat `number` is due, in microseconds after the beginning.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "positive, and exact to the microsecond for nine thousand years' worth of microseconds"
    )]
    pub(crate) fn due(self, number: u64) -> u64 {
        (number as f64 / self.per_second * 1_000_000.0) as u64
    }

    /// The same as a duration.
    pub(crate) fn due_after(self, number: u64) -> Duration {
        Duration::from_micros(self.due(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Latency;

    #[test]
    fn beats_are_due_by_their_number_and_do_not_drift() {
        let pace = Pace::per_second(3.0).unwrap();
        assert_eq!((pace.due(0), pace.due(1), pace.due(3)), (0, 333_333, 1_000_000));
        assert_eq!(pace.due(3 * 86_400), 86_400_000_000);
        assert!(
            [0.0, -1.0, f64::NAN, f64::INFINITY].iter().all(|n| Pace::per_second(*n).is_none())
        );
    }

    /// Coordinated omission: at 100 beats a second each is answered at once, but for one second in which the server stands
    /// still. A client that waits for it and counts from when it *sent* sees one slow answer in a thousand; from when each was
    /// *due*, one in ten was held up, by half a second in the mean.
    #[test]
    fn a_second_of_standstill_is_charged_to_everything_that_was_due_in_it() {
        let pace = Pace::per_second(100.0).unwrap();
        let (still_from, still_until) = (4_000_000, 5_000_000);
        let (mut from_due, mut from_sent) = (Latency::new(), Latency::new());
        let mut free = 0;
        for beat in 0..1_000 {
            let due = pace.due(beat);
            let sent = due.max(free);
            let answered =
                if (still_from..still_until).contains(&sent) { still_until } else { sent };
            free = answered;
            from_due.record_micros(answered - due);
            from_sent.record_micros(answered - sent);
        }
        let (from_due, from_sent) = (from_due.summary().unwrap(), from_sent.summary().unwrap());
        assert!(from_sent.p99 < 1.0 && from_sent.p999 < 1.0, "{from_sent:?}");
        // The longest wait is a second, the hundred of that second are spread evenly below it.
        assert!(from_due.p50 < 1.0 && from_due.p90 < 15.0, "{from_due:?}");
        assert!((895.0..=905.0).contains(&from_due.p99), "{from_due:?}");
        assert!((999.0..=1_001.0).contains(&from_due.max), "{from_due:?}");
    }
}
