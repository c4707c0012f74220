//! How long things took.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest that is told apart; longer ones count as this: ten minutes, in microseconds.
const LONGEST: u64 = 600_000_000;

/// How exactly a value is kept: to three significant digits.
const DIGITS: u8 = 3;

/// A histogram of latencies, in microseconds (HDR: <https://hdrhistogram.github.io/HdrHistogram/>).
///
/// Corrected for coordinated omission by what it is fed: each value counts from the moment at which the thing was *due*,
/// not from that at which the client came round to it. So a server that stands still for a second is charged a second by
/// everything that was due in it, though the client, waiting too, sent little of that.
#[derive(Debug, Clone)]
pub(crate) struct Latency(Histogram<u64>);

impl Latency {
    #[expect(clippy::expect_used, reason = "the bounds are constants, and in order")]
    pub(crate) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("1 to 600,000,000 at 3 digits"))
    }

    /// Counts something that took `took`.
    pub(crate) fn record(&mut self, took: Duration) {
        self.record_micros(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Counts something that took `micros` microseconds.
    pub(crate) fn record_micros(&mut self, micros: u64) {
        self.0.saturating_record(micros.max(1));
    }

    /// Its percentiles; none, when nothing was counted.
    pub(crate) fn summary(&self) -> Option<Percentiles> {
        let at = |quantile: f64| millis(self.0.value_at_quantile(quantile));
        (!self.0.is_empty()).then(|| Percentiles {
            count: self.0.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: millis(self.0.max()),
        })
    }
}

/// What a latency was, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Percentiles {
    /// How many were measured.
    pub count: u64,
    /// Half took no longer.
    pub p50: f64,
    /// Nine in ten took no longer.
    pub p90: f64,
    /// 99 in a hundred took no longer.
    pub p99: f64,
    /// 999 in a thousand took no longer.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

#[expect(clippy::cast_precision_loss, reason = "at most ten minutes of microseconds")]
fn millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_told_in_milliseconds() {
        let mut latency = Latency::new();
        assert_eq!(latency.summary(), None);
        for micros in 1..=1000 {
            latency.record_micros(micros * 10);
        }
        let summary = latency.summary().unwrap();
        assert_eq!(summary.count, 1000);
        assert!((summary.p50 - 5.0).abs() < 0.01, "{summary:?}");
        assert!((summary.p99 - 9.9).abs() < 0.01, "{summary:?}");
        assert!((summary.max - 10.0).abs() < 0.01, "{summary:?}");
    }

    #[test]
    fn what_takes_for_ever_counts_as_ten_minutes() {
        let mut latency = Latency::new();
        latency.record(Duration::from_secs(100_000));
        latency.record(Duration::ZERO);
        let summary = latency.summary().unwrap();
        assert!((summary.max - 600_000.0).abs() < 1_000.0, "{summary:?}");
    }
}
