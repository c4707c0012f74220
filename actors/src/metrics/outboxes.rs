//! What waits to be sent, summed up when somebody asks: counting along would cost every push.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use super::Metrics;
use crate::live::WeakLive;

/// Sums up the outboxes of all sockets at each scrape.
#[derive(Debug)]
pub(super) struct Outboxes(pub(super) Metrics);

impl Collector for Outboxes {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let live = self.0.live.get().and_then(WeakLive::upgrade);
        let bytes = live.map_or(0, |live| live.queued_bytes());
        let gauge = ConstGauge::new(i64::try_from(bytes).unwrap_or(i64::MAX));
        let help = "What waits to be sent to sockets";
        let kind = gauge.metric_type();
        let metric = encoder.encode_descriptor("outbox", help, Some(&Unit::Bytes), kind)?;
        gauge.encode(metric)
    }
}
