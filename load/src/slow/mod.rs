//! `slow`: a share of each room's members stops reading, while the others go on.

mod ledger;
mod sleeper;
mod sleepers;

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use self::sleeper::Slept;
use self::sleepers::Sleepers;
use crate::client::{Client, Room};
use crate::measure::{Latency, Span, Spent};
use crate::report::as_float;
use crate::talk::{Crowd, Dialect, Drive, Script, Seat, Stage, drive};
use crate::{LoadError, Report, Setup};

/// How long what was sent may take to come back, and a sleeper to catch up.
const SETTLING: Duration = Duration::from_secs(30);

/// How often the server's memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many rooms.
    pub rooms: usize,
    /// How many members each has.
    pub members: usize,
    /// How many of each room's members publish as well.
    pub publishers: usize,
    /// How many messages a second each of them says.
    pub rate: f64,
    /// How many bytes the text of a message has.
    pub payload: usize,
    /// Which share of each room's members stops reading: more than 0, less than 1; one at least.
    pub share: f64,
    /// For how long everybody reads.
    pub before: Duration,
    /// For how long they don't.
    pub stall: Duration,
    /// How much the kernel holds for one of them, in bytes. What it holds isn't the server's: small, so that the server
    /// has it.
    pub receive_buffer: u32,
}

impl Options {
    /// How many of a room's members are slow.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of the members, between 0 and their number"
    )]
    fn slow(&self) -> Result<usize, LoadError> {
        let some = self.share > 0.0 && self.share < 1.0;
        let slow = ((self.members as f64 * self.share).round() as usize).max(1);
        let fits = self.publishers.checked_add(slow).is_some_and(|all| all <= self.members);
        if self.rooms == 0 || self.publishers == 0 || !some || !fits {
            return Err(LoadError::Options(
                "a room needs publishers, slow members, and members enough for both",
            ));
        }
        Ok(slow)
    }
}

/// Runs it. Latencies: `delivery_before` and `delivery_during` (to those who went on reading). Figures: `p50_ratio` and
/// `p99_ratio` (during by before), `slow_members`, `slow_closed` (whose socket the server ended, by 3008 or a cut), `slow_recovered`
/// (resumed without a gap), `slow_paged` (were too far behind, and read `history`), `holes` (events that a slow member
/// never got; must be 0), `repeats` (got twice; must be 0), `late` (slow members that didn't catch up in time; must be
/// 0), `resident_peak` (the most memory the server held meanwhile, in bytes).
pub(crate) async fn run(options: Options, setup: &Rc<Setup>) -> Result<Report, LoadError> {
    let slow = options.slow()?;
    let script = Script::new(Dialect::Parlour, options.payload)?;
    let stage = Stage::new(setup, script, Drive::Rate(options.rate), 1)?;
    let rooms: Vec<_> =
        setup.room_names(options.rooms)?.into_iter().map(|name| Rc::new(Room::new(name))).collect();
    let fast = options.members - slow;

    let (mut seats, mut number) = (Vec::new(), 0_u32);
    for room in &rooms {
        for member in 0..fast {
            let speaks = member < options.publishers;
            seats.push(Seat { number, room: Rc::clone(room), speaks });
            number += 1;
        }
    }
    let crowd = Crowd::gather(&stage, seats).await?;
    let sleepers = Sleepers::gather(&options, setup, &rooms, (slow, number as usize)).await?;

    let phases = async {
        measure(&stage, setup, options.before).await?;
        let [_, before] = stage.take_latencies();
        sleepers.fall_asleep();
        let (during, peak) =
            tokio::join!(measure(&stage, setup, options.stall), peak(setup, options.stall));
        let [_, after] = stage.take_latencies();
        Ok((before, during?, after, peak))
    };
    let time = options.before + options.stall;
    let ((before, spent, during, peak), ()) =
        tokio::try_join!(phases, drive(&stage, &crowd.voices, time))?;
    stage.hush();
    let unsettled = stage.settle(SETTLING).await;
    for (index, room) in rooms.iter().enumerate() {
        // Whoever comes new is told the head, up to which the slow ones have to catch up.
        let mut prober = Client::new(setup, number as usize + slow * rooms.len() + index, room)?;
        if prober.enter(|_| ()).await.is_ok() {
            prober.left();
        }
    }
    let slept = sleepers.wake().await?;
    crowd.rest(&stage, SETTLING).await;

    let mut report = Report::new("slow", &spent, &setup.counts);
    report.unsettled = unsettled;
    report.per_second("deliveries", spent.totals.deliveries);
    tell(&mut report, &before, &during, &slept);
    if peak > 0 {
        report.figure("resident_peak", as_float(peak));
    }
    Ok(report)
}

async fn measure(stage: &Stage, setup: &Setup, time: Duration) -> Result<Spent, LoadError> {
    stage.begin_measuring();
    let span = Span::begin(setup)?;
    tokio::time::sleep(time).await;
    stage.end_measuring();
    Ok(span.end(setup))
}

/// The most memory the server holds within `time`; 0 where that can't be seen.
async fn peak(setup: &Setup, time: Duration) -> u64 {
    let (until, mut peak) = (Instant::now() + time, 0);
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < until {
        ticks.tick().await;
        let resident = setup.server.and_then(|server| server.resident().ok());
        peak = peak.max(resident.unwrap_or(0));
    }
    peak
}

fn tell(report: &mut Report, before: &Latency, during: &Latency, slept: &[Slept]) {
    report.latency("delivery_before", before);
    report.latency("delivery_during", during);
    if let (Some(before), Some(during)) = (before.summary(), during.summary()) {
        report.figure("p50_ratio", during.p50 / before.p50.max(0.001));
        report.figure("p99_ratio", during.p99 / before.p99.max(0.001));
    }
    let sum = |count: fn(&Slept) -> u64| as_float(slept.iter().map(count).sum());
    report.figure("slow_members", as_float(slept.len() as u64));
    report.figure("slow_closed", sum(|slept| u64::from(slept.closed)));
    report.figure("slow_recovered", sum(|slept| u64::from(slept.recovered)));
    report.figure("slow_paged", sum(|slept| u64::from(slept.paged)));
    report.figure("holes", sum(|slept| slept.ledger.holes));
    report.figure("repeats", sum(|slept| slept.ledger.repeats));
    report.figure("late", sum(|slept| u64::from(slept.late)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Options = Options {
        rooms: 1,
        members: 100,
        publishers: 10,
        rate: 1.0,
        payload: 10,
        share: 0.1,
        before: Duration::ZERO,
        stall: Duration::ZERO,
        receive_buffer: 4096,
    };

    #[test]
    fn a_share_is_a_number_of_members_and_at_least_one() {
        assert!(matches!(TENTH.slow(), Ok(10)));
        assert!(matches!(Options { share: 0.001, ..TENTH }.slow(), Ok(1)));
        for bad in [
            Options { share: 0.0, ..TENTH },
            Options { share: f64::NAN, ..TENTH },
            Options { share: 0.95, ..TENTH },
            Options { publishers: usize::MAX, ..TENTH },
            Options { publishers: 0, ..TENTH },
        ] {
            assert!(bad.slow().is_err(), "{bad:?}");
        }
    }
}
