//! Parlour's load tester: many clients in one process, on one thread, so that one core of them can load one core of the
//! server. A client only: it knows the protocol, not the server.
//!
//! [`run`] runs one [`Plan`] against the server of a [`Setup`] and gives a [`Report`]. Everything is bounded: in count by
//! the plan, in time by its durations and the patience that each step has. Where the setup has a [`record::Recording`],
//! every client writes down what it sees, for [`check`] to hold against what the protocol promises.

pub mod chaos;
pub mod check;
pub mod churn;
mod client;
pub mod connect;
mod counts;
mod error;
pub mod fanout;
mod measure;
mod pace;
#[cfg(test)]
mod peer;
pub mod record;
mod report;
mod setup;
pub mod slow;
mod socket;
mod stamp;
mod talk;
mod target;
mod timer;
mod tokens;

use std::rc::Rc;

use tokio::task::LocalSet;

pub use counts::{Counts, Tally, Totals};
pub use error::LoadError;
pub use measure::{Cost, Percentiles, Process};
pub use report::Report;
pub use setup::Setup;
pub use talk::{Dialect, Drive};
pub use target::Target;
pub use tokens::Tokens;

/// What to do to a server.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Rooms × members, some of whom publish.
    Fanout(fanout::Options),
    /// As many sockets as possible.
    Connect(connect::Options),
    /// People who come, say something, and go.
    Churn(churn::Options),
    /// A share of the members stops reading.
    Slow(slow::Options),
    /// Everything that can happen to a client.
    Chaos(chaos::Options),
}

/// Runs `plan`, on the thread that polls this.
///
/// # Errors
///
/// When it can't be run as it was meant: its options contradict each other, sockets it needs can't be opened. What the
/// server does otherwise than one would wish is no error, it stands in the report.
pub async fn run(plan: Plan, setup: Setup) -> Result<Report, LoadError> {
    let setup = Rc::new(setup);
    let run = async {
        match plan {
            Plan::Fanout(options) => fanout::run(options, &setup).await,
            Plan::Connect(options) => connect::run(options, &setup).await,
            Plan::Churn(options) => churn::run(options, &setup).await,
            Plan::Slow(options) => slow::run(options, &setup).await,
            Plan::Chaos(options) => chaos::run(options, &setup).await,
        }
    };
    // What the tasks of a run still hold is dropped with the set, recorders too.
    LocalSet::new().run_until(run).await
}
