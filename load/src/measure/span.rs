//! A stretch of a run: what happened in it, and what it cost.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::Process;
use crate::counts::Totals;
use crate::{LoadError, Setup};

/// A stretch that has begun.
#[derive(Debug)]
pub(crate) struct Span {
    began: Instant,
    totals: Totals,
    own: Option<Duration>,
    server: Option<(Duration, u64)>,
}

/// What there was between two moments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    pub took: Duration,
    pub totals: Totals,
    pub server: Option<Cost>,
    /// What the load tester itself computed.
    pub own: Option<Duration>,
}

/// What a stretch cost the server.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cost {
    /// Seconds of CPU, user and kernel together.
    pub cpu_seconds: f64,
    /// The same as a share of one core.
    pub cpu_share: f64,
    /// Bytes of memory held when the stretch began.
    pub resident_before: u64,
    /// And when it ended.
    pub resident_after: u64,
}

impl Span {
    /// Begins one.
    ///
    /// # Errors
    ///
    /// When the server's process is gone.
    pub(crate) fn begin(setup: &Setup) -> Result<Self, LoadError> {
        Ok(Self {
            began: Instant::now(),
            totals: setup.counts.totals(),
            own: Process::own().cpu().ok(),
            server: setup.server.map(Process::look).transpose()?,
        })
    }

    /// Ends it. A server that has been killed meanwhile isn't told of.
    pub(crate) fn end(&self, setup: &Setup) -> Spent {
        let took = self.began.elapsed();
        let now = setup.server.and_then(|server| server.look().ok());
        let cost = |((before, resident_before), (after, resident_after)): (
            (Duration, _),
            (Duration, _),
        )| {
            let cpu_seconds = after.saturating_sub(before).as_secs_f64();
            let cpu_share = cpu_seconds / took.as_secs_f64().max(f64::MIN_POSITIVE);
            Cost { cpu_seconds, cpu_share, resident_before, resident_after }
        };
        let own = Process::own().cpu().ok().zip(self.own);
        Spent {
            took,
            totals: setup.counts.totals() - self.totals,
            server: self.server.zip(now).map(cost),
            own: own.map(|(after, before)| after.saturating_sub(before)),
        }
    }
}

/// Microseconds since `moment`.
pub(crate) fn micros_since(moment: Instant) -> u64 {
    u64::try_from(moment.elapsed().as_micros()).unwrap_or(u64::MAX)
}
