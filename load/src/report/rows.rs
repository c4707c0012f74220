//! A report as a table.

use std::fmt::Display;

use super::Report;
use crate::counts::Tally;

impl Report {
    /// The rows of a table for people: what, and how much.
    #[must_use]
    pub fn rows(&self) -> Vec<[String; 2]> {
        let mut rows = vec![
            row("scenario", self.scenario),
            row("measured for", format!("{:.1} s", self.seconds)),
        ];
        let totals = &self.totals;
        for (name, count) in [
            ("sockets greeted", totals.greeted),
            ("sent", totals.sent),
            ("acknowledged", totals.acked),
            ("  as duplicates", totals.duplicates),
            ("unsettled", self.unsettled),
            ("deliveries", totals.deliveries),
            ("frames", totals.frames),
            ("bytes", totals.bytes),
            ("reads", totals.reads),
        ] {
            if count > 0 {
                rows.push(row(name, count));
            }
        }
        for (name, p) in &self.latency {
            let figures = format!(
                "p50 {:.2}  p90 {:.2}  p99 {:.2}  p99.9 {:.2}  max {:.2} ms",
                p.p50, p.p90, p.p99, p.p999, p.max
            );
            rows.push(row(&format!("{} latency", name.replace('_', " ")), figures));
        }
        for (name, value) in &self.figures {
            rows.push(row(&name.replace('_', " "), figure(*value)));
        }
        if let Some(server) = &self.server {
            let share = server.cpu_share * 100.0;
            rows.push(row("server's CPU", format!("{:.2} s ({share:.0} %)", server.cpu_seconds)));
            let memory = format!(
                "{} to {} KiB",
                server.resident_before / 1024,
                server.resident_after / 1024
            );
            rows.push(row("server's memory", memory));
        }
        if let Some(own) = self.client_cpu_seconds {
            rows.push(row("load tester's CPU", format!("{own:.2} s")));
        }
        for (what, tally) in
            [("error", &self.errors), ("closed", &self.closes), ("failed", &self.failures)]
        {
            rows.extend(counted(what, tally));
        }
        rows
    }
}

fn counted(what: &str, tally: &Tally) -> impl Iterator<Item = [String; 2]> {
    tally.iter().map(move |(name, count)| row(&format!("{what}: {name}"), count))
}

fn row(name: &str, value: impl Display) -> [String; 2] {
    [name.to_owned(), value.to_string()]
}

/// A large figure without, a small one with digits behind the point.
fn figure(value: f64) -> String {
    if value.abs() >= 1000.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}
