//! `parlour load fanout`.

use std::time::Duration;

use clap::Args;
use humantime::parse_duration;
use load::{Dialect, Drive, Plan, fanout};

use super::common::Common;
use super::scenario::{Extent, Scenario};

/// The flags.
#[derive(Debug, Args)]
pub struct Fanout {
    #[command(flatten)]
    common: Common,
    /// How many rooms.
    #[arg(long, default_value_t = 1, value_name = "N")]
    rooms: usize,
    /// How many members each room has.
    #[arg(long, default_value_t = 100, value_name = "N")]
    members: usize,
    /// How many of all members publish as well; they are spread over the rooms.
    #[arg(long, default_value_t = 1, value_name = "N")]
    publishers: usize,
    /// How many messages a second each publisher says, whatever becomes of them (an open loop; 10, without --window).
    #[arg(long, value_name = "N", conflicts_with = "window")]
    rate: Option<f64>,
    /// How many messages each publisher has on the way; it says the next when one has come back (a closed loop).
    #[arg(long, value_name = "N")]
    window: Option<u32>,
    /// How many bytes the text of a message has.
    #[arg(long, default_value_t = 128, value_name = "BYTES")]
    payload: usize,
    /// For how long they publish before anything is measured.
    #[arg(long, default_value = "1s", value_parser = parse_duration, value_name = "DURATION")]
    warmup: Duration,
    /// For how long is measured.
    #[arg(long = "for", default_value = "10s", value_parser = parse_duration, value_name = "DURATION")]
    duration: Duration,
    /// The server knows no protocol: it sends each text to everybody in the room, as the baseline in benches/ does.
    #[arg(long, conflicts_with_all = ["check", "record"])]
    bare: bool,
}

/// The rate of a run that was told neither rate nor window.
const USUAL_RATE: f64 = 10.0;

impl Scenario for Fanout {
    fn common(&self) -> &Common {
        &self.common
    }

    fn plan(&self) -> Plan {
        let drive =
            self.window.map_or_else(|| Drive::Rate(self.rate.unwrap_or(USUAL_RATE)), Drive::Window);
        Plan::Fanout(fanout::Options {
            rooms: self.rooms,
            members: self.members,
            publishers: self.publishers,
            drive,
            payload: self.payload,
            warmup: self.warmup,
            duration: self.duration,
            dialect: if self.bare { Dialect::Bare } else { Dialect::Parlour },
        })
    }

    fn extent(&self) -> Extent {
        Extent {
            sockets: self.rooms.saturating_mul(self.members),
            rooms: self.rooms,
            duration: self.warmup.saturating_add(self.duration),
        }
    }

    fn guests(&self) -> bool {
        self.bare
    }
}
