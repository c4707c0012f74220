//! What a run found, for people and for programs.

mod rows;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Counts;
use crate::counts::{Tally, Totals};
use crate::measure::{Cost, Latency, Percentiles, Spent};

/// The outcome of a run. The names of its fields, as JSON writes them, stay.
///
/// What the server put together into one write can't be seen from outside: `frames`, `bytes` and `reads` say what
/// arrived together, which is also the kernel's doing.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// `fanout`, `connect`, `churn`, `slow` or `chaos`.
    pub scenario: &'static str,
    /// How long was measured.
    pub seconds: f64,
    /// What happened meanwhile.
    #[serde(flatten)]
    pub totals: Totals,
    /// What was sent and neither seen nor acknowledged nor refused by the end: its outcome is unknown.
    pub unsettled: u64,
    /// Latencies in milliseconds, by what was waited for: `delivery` (to every receiver that was sampled), `ack`, `hello`
    /// (from the first packet, or where there is a rate from when the socket was due, to the greeting). What is sent at a
    /// rate counts from when it was due, so that coordinated omission hides nothing.
    pub latency: BTreeMap<&'static str, Percentiles>,
    /// What else the scenario measures; each scenario's own documentation names its figures.
    pub figures: BTreeMap<&'static str, f64>,
    /// What it cost the server, where its process was named.
    pub server: Option<Cost>,
    /// Seconds of CPU of the load tester itself. Near `seconds`: it was what limited the run.
    pub client_cpu_seconds: Option<f64>,
    /// How often each code came in an `error` frame, over the whole run.
    pub errors: Tally,
    /// How often the server closed a socket, by status code, over the whole run.
    pub closes: Tally,
    /// How often a socket failed otherwise, in words, over the whole run.
    pub failures: Tally,
}

impl Report {
    pub(crate) fn new(scenario: &'static str, spent: &Spent, counts: &Counts) -> Self {
        Self {
            scenario,
            seconds: spent.took.as_secs_f64(),
            totals: spent.totals,
            unsettled: 0,
            latency: BTreeMap::new(),
            figures: BTreeMap::new(),
            server: spent.server,
            client_cpu_seconds: spent.own.map(|own| own.as_secs_f64()),
            errors: counts.errors(),
            closes: counts.closes(),
            failures: counts.failures(),
        }
    }

    /// What went wrong by the scenario's own account, in words: what was never answered, holes, whoever didn't catch up.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let unanswered = ("unsettled", as_float(self.unsettled));
        let chaotic = matches!(self.scenario, "chaos" | "churn");
        let unanswered = Some(unanswered).filter(|_| chaotic);
        let figures = ["holes", "repeats", "late", "unfinished"];
        let figures = figures.map(|name| (name, self.figures.get(name).copied().unwrap_or(0.0)));
        let wrong = figures.into_iter().chain(unanswered).filter(|(_, count)| *count > 0.0);
        wrong.map(|(name, count)| format!("{name}: {count}, which should be 0")).collect()
    }

    /// Adds a latency, if there was any.
    pub(crate) fn latency(&mut self, name: &'static str, latency: &Latency) {
        self.latency.extend(latency.summary().map(|summary| (name, summary)));
    }

    /// Adds a figure of the scenario's own.
    pub(crate) fn figure(&mut self, name: &'static str, value: f64) {
        self.figures.insert(name, value);
    }

    /// Adds `count` by `seconds`, where there were any.
    pub(crate) fn ratio(&mut self, name: &'static str, count: u64, seconds: f64) {
        if seconds > 0.0 {
            self.figure(name, as_float(count) / seconds);
        }
    }

    /// Adds `count` by `of`, where there were any.
    pub(crate) fn share(&mut self, name: &'static str, count: u64, of: u64) {
        self.ratio(name, count, as_float(of));
    }

    /// Adds how often something happened a second, and a second of the server's CPU.
    pub(crate) fn per_second(&mut self, what: &'static str, count: u64) {
        let [each, each_cpu] = match what {
            "deliveries" => ["deliveries_per_second", "deliveries_per_cpu_second"],
            "upgrades" => ["upgrades_per_second", "upgrades_per_cpu_second"],
            _ => ["cycles_per_second", "cycles_per_cpu_second"],
        };
        self.ratio(each, count, self.seconds);
        // Below a tick of the kernel's clock nothing can be said.
        if let Some(server) = self.server.filter(|server| server.cpu_seconds >= 0.01) {
            self.figure(each_cpu, as_float(count) / server.cpu_seconds);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of a run, and a figure to be looked at")]
pub(crate) fn as_float(count: u64) -> f64 {
    count as f64
}
