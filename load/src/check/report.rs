//! What a check has found.

use std::fmt;
use std::sync::Arc;

use super::{Fault, Finding, Witness};

/// The outcome of a check: how much was looked at, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The first [`Report::MOST`] findings, in the order in which they were found.
    pub findings: Vec<Finding>,
    /// How many findings there are altogether.
    pub total: u64,
    /// How many observations were read.
    pub observations: u64,
    /// How many connections were opened.
    pub connections: u64,
    /// How many of them resumed with `recovered:true`.
    pub recovered: u64,
    /// How many durable commands were sent, retries included.
    pub sent: u64,
    /// How many acks came.
    pub acked: u64,
    /// How many events were delivered.
    pub delivered: u64,
    /// How many events the final logs hold.
    pub events: u64,
}

impl Report {
    /// How many findings are kept: enough to see what is wrong. The rest is counted.
    pub const MOST: usize = 1000;

    pub(super) fn add(&mut self, room: &Arc<str>, witness: Witness, fault: Fault) {
        self.total += 1;
        if self.findings.len() < Self::MOST {
            self.findings.push(Finding { room: Arc::clone(room), witness, fault });
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.total == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        write!(
            f,
            "{} findings in {} observations: {} connections ({} recovered), {} sent, {} acknowledged, {} delivered, {} events in the logs",
            self.total,
            self.observations,
            self.connections,
            self.recovered,
            self.sent,
            self.acked,
            self.delivered,
            self.events,
        )
    }
}
