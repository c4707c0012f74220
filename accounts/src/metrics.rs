//! What accounts count.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// How something ended, as a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Outcome {
    pub(crate) outcome: &'static str,
}

impl Outcome {
    pub(crate) const fn of(outcome: &'static str) -> Self {
        Self { outcome }
    }
}

/// The counters of accounts. Cheap to clone: all clones count into the same.
#[derive(Debug, Clone)]
pub struct Metrics {
    pub(crate) logins: Family<Outcome, Counter>,
    pub(crate) registrations: Family<Outcome, Counter>,
    pub(crate) activations: Family<Outcome, Counter>,
    pub(crate) letter_requests: Family<Outcome, Counter>,
    pub(crate) refreshes: Family<Outcome, Counter>,
    pub(crate) logouts: Family<Outcome, Counter>,
    pub(crate) token_checks: Family<Outcome, Counter>,
    pub(crate) sessions_ended: Counter,
    pub(crate) hashing_waiting: Gauge,
    pub(crate) hashing_refused: Counter,
    pub(crate) hashing_seconds: Histogram,
    pub(crate) generation_marks_dropped: Counter,
}

impl Metrics {
    /// Names the metrics in `registry` and gives the counters behind them.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            logins: Family::default(),
            registrations: Family::default(),
            activations: Family::default(),
            letter_requests: Family::default(),
            refreshes: Family::default(),
            logouts: Family::default(),
            token_checks: Family::default(),
            sessions_ended: Counter::default(),
            hashing_waiting: Gauge::default(),
            hashing_refused: Counter::default(),
            // 1 ms to 4 s: one argon2 takes 13.5 ms at the default parameters.
            hashing_seconds: Histogram::new(exponential_buckets(0.001, 2.0, 13)),
            generation_marks_dropped: Counter::default(),
        };
        metrics.name_flows(registry);
        metrics.name_hashing(registry);
        metrics
    }

    fn name_flows(&self, registry: &mut Registry) {
        let families = [
            ("logins", "Sign-ins by outcome", &self.logins),
            ("registrations", "Registrations by outcome", &self.registrations),
            ("activations", "Activations by outcome", &self.activations),
            (
                "letter_requests",
                "Letters that somebody had sent to an address, by outcome",
                &self.letter_requests,
            ),
            ("token_refreshes", "Refreshes by outcome", &self.refreshes),
            ("logouts", "Sign-outs by outcome", &self.logouts),
            ("token_checks", "Checks of access tokens by outcome", &self.token_checks),
        ];
        for (name, help, family) in families {
            registry.register(name, help, family.clone());
        }
        registry.register("sessions_ended", "Sessions ended", self.sessions_ended.clone());
        registry.register(
            "generation_marks_dropped",
            "First uses of a refresh generation that were not noted: queue full, or store away",
            self.generation_marks_dropped.clone(),
        );
    }

    fn name_hashing(&self, registry: &mut Registry) {
        registry.register(
            "hashing_waiting",
            "Passwords that wait for a hashing thread",
            self.hashing_waiting.clone(),
        );
        registry.register(
            "hashing_refused",
            "Passwords refused because the hashing queue was full",
            self.hashing_refused.clone(),
        );
        registry.register_with_unit(
            "hashing",
            "How long one password took in its hashing thread",
            Unit::Seconds,
            self.hashing_seconds.clone(),
        );
    }
}
