//! tokio's clock for rate limiters, so that a test which pauses tokio's time owns theirs too.

use std::ops::Add;

use governor::clock::{Clock, Reference};
use governor::nanos::Nanos;
use tokio::time::{Duration, Instant};

/// tokio's clock, as governor reads one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TokioClock;

/// A moment of tokio's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Instant);

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, by: Nanos) -> Self {
        Self(self.0 + Duration::from(by))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, by: Nanos) -> Self {
        Self(self.0.checked_sub(by.into()).unwrap_or(self.0))
    }
}

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(Instant::now())
    }
}
