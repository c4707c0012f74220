//! `parlour load slow`.

use std::time::Duration;

use clap::Args;
use humantime::parse_duration;
use load::{Plan, slow};

use super::common::Common;
use super::scenario::{Extent, Scenario};

/// The flags.
#[derive(Debug, Args)]
pub struct Slow {
    #[command(flatten)]
    common: Common,
    /// How many rooms.
    #[arg(long, default_value_t = 1, value_name = "N")]
    rooms: usize,
    /// How many members each room has.
    #[arg(long, default_value_t = 100, value_name = "N")]
    members: usize,
    /// How many of each room's members publish as well.
    #[arg(long, default_value_t = 10, value_name = "N")]
    publishers: usize,
    /// How many messages a second each publisher says.
    #[arg(long, default_value_t = 10.0, value_name = "N")]
    rate: f64,
    /// How many bytes the text of a message has.
    #[arg(long, default_value_t = 2048, value_name = "BYTES")]
    payload: usize,
    /// Which share of each room's members stops reading, more than 0 and less than 1.
    #[arg(long, default_value_t = 0.1, value_name = "SHARE")]
    share: f64,
    /// For how long everybody reads.
    #[arg(long, default_value = "10s", value_parser = parse_duration, value_name = "DURATION")]
    before: Duration,
    /// For how long the slow ones don't.
    #[arg(long = "for", default_value = "30s", value_parser = parse_duration, value_name = "DURATION")]
    stall: Duration,
    /// How much the kernel holds for a slow one. What it holds isn't the server's.
    #[arg(long, default_value_t = 16384, value_name = "BYTES")]
    receive_buffer: u32,
}

impl Scenario for Slow {
    fn common(&self) -> &Common {
        &self.common
    }

    fn plan(&self) -> Plan {
        Plan::Slow(slow::Options {
            rooms: self.rooms,
            members: self.members,
            publishers: self.publishers,
            rate: self.rate,
            payload: self.payload,
            share: self.share,
            before: self.before,
            stall: self.stall,
            receive_buffer: self.receive_buffer,
        })
    }

    fn extent(&self) -> Extent {
        Extent {
            sockets: self.rooms.saturating_mul(self.members.saturating_add(1)),
            rooms: self.rooms,
            duration: self.before.saturating_add(self.stall),
        }
    }
}
