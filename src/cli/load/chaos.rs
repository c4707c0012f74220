//! `parlour load chaos`.

use std::time::Duration;

use clap::Args;
use humantime::parse_duration;
use load::{Plan, chaos};

use super::common::Common;
use super::scenario::{Extent, Scenario};

const AFTER_HELP: &str = "\
Clients say, edit, delete and react, ask for history, say things again under the same cid, stop reading, and leave in \
every way there is, by a reset in the middle of a frame too. They come back with their place, and say again what was not \
answered. The server may be killed and started again meanwhile, at the same address.

It fails when something that was said is never answered, when a client doesn't get back to its room's head, and with \
--check when a promise is found broken.";

/// The flags.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Chaos {
    #[command(flatten)]
    common: Common,
    /// How many rooms.
    #[arg(long, default_value_t = 2, value_name = "N")]
    rooms: usize,
    /// How many clients, spread over the rooms.
    #[arg(long, default_value_t = 20, value_name = "N")]
    clients: usize,
    /// For how long they roam.
    #[arg(long = "for", default_value = "30s", value_parser = parse_duration, value_name = "DURATION")]
    duration: Duration,
    /// How long a client waits in the mean between two deeds.
    #[arg(long, default_value = "100ms", value_parser = parse_duration, value_name = "DURATION")]
    pause: Duration,
    /// How long it may take after that until everybody is back, answered, and has heard everything.
    #[arg(long, default_value = "60s", value_parser = parse_duration, value_name = "DURATION")]
    settle: Duration,
    /// The longest a client stays away that can't get in. Less than the protocol's 20s, where the server is killed often.
    #[arg(long, default_value = "20s", value_parser = parse_duration, value_name = "DURATION")]
    longest_wait: Duration,
}

impl Scenario for Chaos {
    fn common(&self) -> &Common {
        &self.common
    }

    fn plan(&self) -> Plan {
        Plan::Chaos(chaos::Options {
            rooms: self.rooms,
            clients: self.clients,
            duration: self.duration,
            pause: self.pause,
            settle: self.settle,
            longest_wait: self.longest_wait,
        })
    }

    fn extent(&self) -> Extent {
        let (sockets, rooms) = (self.clients, self.rooms.min(self.clients));
        Extent { sockets, rooms, duration: self.duration }
    }
}
