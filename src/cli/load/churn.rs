//! `parlour load churn`.

use std::time::Duration;

use clap::Args;
use humantime::parse_duration;
use load::{Plan, churn};

use super::common::Common;
use super::scenario::{Extent, Scenario};

/// The flags.
#[derive(Debug, Args)]
pub struct Churn {
    #[command(flatten)]
    common: Common,
    /// How many people come and go at once.
    #[arg(long, default_value_t = 50, value_name = "N")]
    clients: usize,
    /// Over how many rooms they are spread.
    #[arg(long, default_value_t = 1, value_name = "N")]
    rooms: usize,
    /// How many bytes they say.
    #[arg(long, default_value_t = 128, value_name = "BYTES")]
    payload: usize,
    /// For how long.
    #[arg(long = "for", default_value = "10s", value_parser = parse_duration, value_name = "DURATION")]
    duration: Duration,
}

impl Scenario for Churn {
    fn common(&self) -> &Common {
        &self.common
    }

    fn plan(&self) -> Plan {
        let Self { clients, rooms, payload, duration, .. } = *self;
        Plan::Churn(churn::Options { clients, rooms, payload, duration })
    }

    fn extent(&self) -> Extent {
        let (sockets, rooms) = (self.clients, self.rooms.min(self.clients));
        Extent { sockets, rooms, duration: self.duration }
    }
}
