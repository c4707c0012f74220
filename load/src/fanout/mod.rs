//! `fanout`: rooms × members, some of whom publish.

use std::rc::Rc;
use std::time::Duration;

use crate::client::Room;
use crate::measure::Span;
use crate::stamp::Stamp;
use crate::talk::{Crowd, Dialect, Drive, Script, Seat, Stage, drive};
use crate::{LoadError, Report, Setup};

/// How long what was sent may take to come back once nobody sends any more.
const SETTLING: Duration = Duration::from_secs(10);

/// Of how many deliveries to a member one is timed in a closed loop, which goes as fast as the server does. At a rate each
/// is.
const SAMPLED: u32 = 16;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many rooms.
    pub rooms: usize,
    /// How many members each has.
    pub members: usize,
    /// How many of all members publish as well; they are spread over the rooms.
    pub publishers: usize,
    /// When they do.
    pub drive: Drive,
    /// How many bytes the text of a message has.
    pub payload: usize,
    /// For how long they publish before anything is measured.
    pub warmup: Duration,
    /// For how long is measured.
    pub duration: Duration,
    /// What the server speaks.
    pub dialect: Dialect,
}

impl Options {
    fn check(&self) -> Result<(), LoadError> {
        let members = self.rooms.checked_mul(self.members);
        if self.rooms == 0 || self.members == 0 || members.is_none_or(|n| n > Stamp::PUBLISHERS) {
            return Err(LoadError::Options("there must be rooms and members, at most 16 million"));
        }
        if self.publishers == 0 || members.is_none_or(|members| self.publishers > members) {
            return Err(LoadError::Options("a publisher is a member: at least one, at most all"));
        }
        Ok(())
    }

    /// The seats of all members: the publishers are the first of each room, as many in one as in another, or one more.
    fn seats(&self, rooms: &[Rc<Room>]) -> Result<Vec<Seat>, LoadError> {
        let (each, more) = (self.publishers / self.rooms, self.publishers % self.rooms);
        let mut seats = Vec::with_capacity(self.rooms * self.members);
        for (index, room) in rooms.iter().enumerate() {
            let speakers = each + usize::from(index < more);
            if speakers > self.members {
                return Err(LoadError::Options("a room has too few members for its publishers"));
            }
            for member in 0..self.members {
                let number = u32::try_from(seats.len());
                let number = number.map_err(|_| LoadError::Options("too many members"))?;
                seats.push(Seat { number, room: Rc::clone(room), speaks: member < speakers });
            }
        }
        Ok(seats)
    }
}

/// Runs it. Figures: `deliveries_per_second`, `deliveries_per_cpu_second` (of the server), `published_per_second`,
/// `deliveries_per_read`.
pub(crate) async fn run(options: Options, setup: &Rc<Setup>) -> Result<Report, LoadError> {
    options.check()?;
    let script = Script::new(options.dialect, options.payload)?;
    let sample = if matches!(options.drive, Drive::Rate(_)) { 1 } else { SAMPLED };
    let stage = Stage::new(setup, script, options.drive, sample)?;
    let rooms: Vec<_> =
        setup.room_names(options.rooms)?.into_iter().map(|name| Rc::new(Room::new(name))).collect();
    let crowd = Crowd::gather(&stage, options.seats(&rooms)?).await?;

    let measured = async {
        tokio::time::sleep(options.warmup).await;
        stage.begin_measuring();
        let span = Span::begin(setup)?;
        tokio::time::sleep(options.duration).await;
        stage.end_measuring();
        Ok::<_, LoadError>(span.end(setup))
    };
    let time = options.warmup + options.duration;
    let (spent, ()) = tokio::try_join!(measured, drive(&stage, &crowd.voices, time))?;
    stage.hush();
    let unsettled = stage.settle(SETTLING).await;
    crowd.rest(&stage, SETTLING).await;

    let mut report = Report::new("fanout", &spent, &setup.counts);
    report.unsettled = unsettled;
    let [ack, delivery] = stage.take_latencies();
    report.latency("ack", &ack);
    report.latency("delivery", &delivery);
    report.per_second("deliveries", spent.totals.deliveries);
    report.ratio("published_per_second", spent.totals.sent, report.seconds);
    report.share("deliveries_per_read", spent.totals.deliveries, spent.totals.reads);
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Options = Options {
        rooms: 3,
        members: 2,
        publishers: 4,
        drive: Drive::Window(1),
        payload: 128,
        warmup: Duration::ZERO,
        duration: Duration::ZERO,
        dialect: Dialect::Parlour,
    };

    #[test]
    fn publishers_are_spread_over_the_rooms() {
        let rooms = ["a", "b", "c"].map(|name| Rc::new(Room::new(name.parse().unwrap())));
        let seats = SMALL.seats(&rooms).unwrap();
        let speaks: Vec<_> = seats.iter().map(|seat| seat.speaks).collect();
        assert_eq!(speaks, [true, true, true, false, true, false]);
        assert!(seats.iter().enumerate().all(|(n, seat)| seat.number as usize == n));
    }

    #[test]
    fn more_publishers_than_members_are_refused() {
        assert!(SMALL.check().is_ok());
        assert!(Options { publishers: 7, ..SMALL }.check().is_err());
        assert!(Options { publishers: 0, ..SMALL }.check().is_err());
        assert!(Options { rooms: usize::MAX, ..SMALL }.check().is_err());
    }
}
