//! `parlour load …`: the load tester. A file a subcommand, and what they share.

mod chaos;
mod check;
mod churn;
mod common;
mod connect;
mod fanout;
mod findings;
mod progress;
mod scenario;
mod slow;
mod tokens;

use std::io::Write;

use clap::Subcommand;

use super::{CliError, parts, serve};
use crate::config::Config;

const AFTER_HELP: &str = "\
Each scenario takes tokens from a file (--tokens), or, beside the server's data folder, makes them (--user). The limits \
that keep a server from being flooded keep a load test from it too; benches/load.toml shows how to lift them.

  parlour load fanout --user ann --members 1000 --publishers 4 --window 16 --for 10s --pid 4711
  parlour load chaos --user ann --user bob --clients 50 --for 1m --check";

/// What to do to a server.
#[derive(Debug, Subcommand)]
#[command(after_help = AFTER_HELP)]
pub enum LoadCommand {
    /// Rooms full of members, some of whom publish: deliveries, latency, and what they cost.
    Fanout(fanout::Fanout),
    /// As many sockets as possible: how fast they are let in, and what they cost when they are silent.
    Connect(connect::Connect),
    /// People who come, say something, and go, again and again.
    Churn(churn::Churn),
    /// A share of each room's members stops reading: what that costs the others, and whether they catch up.
    Slow(slow::Slow),
    /// Everything that can happen to a client, at random, while the server may be killed and started again.
    Chaos(chaos::Chaos),
    /// Check a recorded run against the logs of its rooms.
    Check(check::Check),
}

impl LoadCommand {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        serve::limits::raise_open_files();
        parts::wait(async {
            match self {
                Self::Fanout(fanout) => scenario::run(fanout, config, out).await,
                Self::Connect(connect) => scenario::run(connect, config, out).await,
                Self::Churn(churn) => scenario::run(churn, config, out).await,
                Self::Slow(slow) => scenario::run(slow, config, out).await,
                Self::Chaos(chaos) => scenario::run(chaos, config, out).await,
                Self::Check(check) => check.run(out),
            }
        })?
    }
}
