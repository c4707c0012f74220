//! `chaos`: everything that can happen to a client, at random. It lives through a server that is killed and started again
//! under it.

mod deed;
mod departure;
mod memory;
mod mind;
mod storm;
mod wanderer;

use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use self::storm::Storm;
use self::wanderer::Wanderer;
use crate::client::{Client, Room};
use crate::measure::Span;
use crate::report::as_float;
use crate::{LoadError, Report, Setup};

/// Every so manyth client has a small receive buffer, so that the server notices when it doesn't read.
const NARROW: usize = 4;

/// How small, in bytes.
const NARROW_BUFFER: u32 = 16 * 1024;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many rooms.
    pub rooms: usize,
    /// How many clients, spread over the rooms.
    pub clients: usize,
    /// For how long they roam.
    pub duration: Duration,
    /// How long they wait in the mean between two deeds.
    pub pause: Duration,
    /// How long it may take, after that, until all of them are back, everything they said is answered, and everything
    /// anybody said has come to everybody.
    pub settle: Duration,
    /// The longest a client that can't get in stays away between two attempts; at most the protocol's 20 s. Less, where
    /// the server is killed often and time is short.
    pub longest_wait: Duration,
}

/// Runs it. Figures, each a count: `resumed` and `resumed_from_scratch` (greeted with `recovered` true or false, having
/// had a place), `closes`, `drops`, `resets`, `halves` (left in the middle of a frame), `abandoned` (said something and
/// left in the same breath), `left_at_the_door` (left before the greeting), `dozes` (stopped reading), `retries` (said
/// again under the same cid), `pages` (asked of history), `refused` (for good), `ended` (told not to come back),
/// `unfinished` (clients that weren't at their room's head when patience ended).
pub(crate) async fn run(options: Options, setup: &Rc<Setup>) -> Result<Report, LoadError> {
    if options.rooms == 0 || options.clients == 0 || options.pause.is_zero() {
        return Err(LoadError::Options("there must be rooms, clients, and a pause between deeds"));
    }
    let rooms: Vec<_> =
        setup.room_names(options.rooms)?.into_iter().map(|name| Rc::new(Room::new(name))).collect();
    let storm = Storm::new(setup, &options, Instant::now());
    let span = Span::begin(setup)?;
    let mut tasks = JoinSet::new();
    for (number, room) in (0..options.clients).zip(rooms.iter().cycle()) {
        let client = Client::new(setup, number, room)?;
        let narrow = number % NARROW == NARROW - 1;
        let client = if narrow { client.with_receive_buffer(NARROW_BUFFER) } else { client };
        tasks.spawn_local(Wanderer::new(client, &storm).wander());
    }
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    let spent = span.end(setup);

    let mut report = Report::new("chaos", &spent, &setup.counts);
    report.latency("ack", &storm.ack.borrow());
    report.unsettled = storm.unsettled();
    for (name, count) in storm.tally() {
        report.figure(name, as_float(count));
    }
    Ok(report)
}
