//! `parlour load connect`.

use std::time::Duration;

use clap::Args;
use humantime::parse_duration;
use load::{Plan, connect};

use super::common::Common;
use super::scenario::{Extent, Scenario};

/// The flags.
#[derive(Debug, Args)]
pub struct Connect {
    #[command(flatten)]
    common: Common,
    /// How many sockets.
    #[arg(long, default_value_t = 1000, value_name = "N")]
    sockets: usize,
    /// Over how many rooms they are spread.
    #[arg(long, default_value_t = 1, value_name = "N")]
    rooms: usize,
    /// How many are being opened at once.
    #[arg(long, default_value_t = 64, value_name = "N", conflicts_with = "rate")]
    at_once: usize,
    /// How many are opened a second, whether or not the ones before are greeted.
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// For how long they are held once all are greeted.
    #[arg(long = "for", default_value = "10s", value_parser = parse_duration, value_name = "DURATION")]
    hold: Duration,
}

impl Scenario for Connect {
    fn common(&self) -> &Common {
        &self.common
    }

    fn plan(&self) -> Plan {
        let Self { sockets, rooms, at_once, rate, hold, .. } = *self;
        Plan::Connect(connect::Options { sockets, rooms, at_once, rate, hold })
    }

    fn extent(&self) -> Extent {
        Extent { sockets: self.sockets, rooms: self.rooms.min(self.sockets), duration: self.hold }
    }
}
