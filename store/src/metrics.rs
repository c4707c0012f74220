//! What the store counts.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::{Outcome, StoreError};

/// What the store counts. Cheap to clone; every clone counts into the same. [`Default`] counts for nobody.
#[derive(Debug, Clone)]
pub struct Metrics {
    commit_batch_size: Histogram,
    commit: Histogram,
    write_wait: Histogram,
    commands: Family<Fate, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Fate {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            commit_batch_size: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            commit: Histogram::new(exponential_buckets(0.000_1, 2.0, 15)),
            write_wait: Histogram::new(exponential_buckets(0.000_01, 4.0, 10)),
            commands: Family::default(),
        }
    }
}

impl Metrics {
    /// Makes the store's metrics and names them in `registry`.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let this = Self::default();
        registry.register(
            "commit_batch_size",
            "Log commands in one transaction",
            this.commit_batch_size.clone(),
        );
        registry.register_with_unit(
            "commit",
            "Time to store one batch of log commands, once it had the write connection",
            Unit::Seconds,
            this.commit.clone(),
        );
        registry.register_with_unit(
            "write_wait",
            "Time spent waiting for the write connection",
            Unit::Seconds,
            this.write_wait.clone(),
        );
        registry.register(
            "log_commands",
            "Log commands by what became of them",
            this.commands.clone(),
        );
        this
    }

    pub(crate) fn batch(&self, size: usize, took: Duration) {
        self.commit_batch_size.observe(f64::from(u32::try_from(size).unwrap_or(u32::MAX)));
        self.commit.observe(took.as_secs_f64());
    }

    pub(crate) fn waited(&self, time: Duration) {
        self.write_wait.observe(time.as_secs_f64());
    }

    pub(crate) fn answered<'a>(
        &self,
        answers: impl IntoIterator<Item = Result<&'a Outcome, &'a StoreError>>,
    ) {
        let names = ["stored", "duplicate", "refused", "rejected", "unavailable"];
        let mut counts = [0_u64; 5];
        for answer in answers {
            let [stored, duplicate, refused, rejected, unavailable] = &mut counts;
            *match answer {
                Ok(Outcome::Stored { .. }) => stored,
                Ok(Outcome::Duplicate { .. }) => duplicate,
                Ok(Outcome::Refused(_)) => refused,
                Err(StoreError::Rejected(_)) => rejected,
                Err(_) => unavailable,
            } += 1;
        }
        for (outcome, count) in names.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
            self.commands.get_or_create(&Fate { outcome }).inc_by(count);
        }
    }
}
