//! What all who listen and speak in a run share.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::voice::Voice;
use super::{Drive, Script};
use crate::measure::{Latency, micros_since};
use crate::pace::Pace;
use crate::timer::Timer;
use crate::{LoadError, Setup};

/// How often one looks whether everything has arrived.
const LOOK: Duration = Duration::from_millis(5);

/// How many messages are sent before the others get their turn, where the sender is behind its schedule.
const AT_ONCE: u64 = 256;

/// One run of talk.
pub(crate) struct Stage {
    pub(super) setup: Rc<Setup>,
    pub(super) script: Script,
    pub(super) drive: Drive,
    /// Of how many messages heard by one listener one is timed. Publishers look at every one, to find their own.
    pub(super) sample: u32,
    began: Instant,
    /// What was due within counts as measured: microseconds since the beginning.
    measured: RefCell<Range<u64>>,
    ack: RefCell<Latency>,
    delivery: RefCell<Latency>,
    publishing: Cell<bool>,
    in_flight: Cell<u64>,
}

impl Stage {
    pub(crate) fn new(
        setup: &Rc<Setup>,
        script: Script,
        drive: Drive,
        sample: u32,
    ) -> Result<Rc<Self>, LoadError> {
        match drive {
            Drive::Rate(rate) if Pace::per_second(rate).is_none() => {
                return Err(LoadError::Options("a rate is a positive number"));
            }
            Drive::Window(0) => {
                return Err(LoadError::Options("a window holds one message at least"));
            }
            Drive::Rate(_) | Drive::Window(_) => {}
        }
        Ok(Rc::new(Self {
            setup: Rc::clone(setup),
            script,
            drive,
            sample: sample.max(1),
            began: Instant::now(),
            measured: RefCell::new(0..0),
            ack: RefCell::new(Latency::new()),
            delivery: RefCell::new(Latency::new()),
            publishing: Cell::new(true),
            in_flight: Cell::new(0),
        }))
    }

    /// Microseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        micros_since(self.began)
    }

    /// From now on what is due counts.
    pub(crate) fn begin_measuring(&self) {
        self.measured.replace(self.now()..u64::MAX);
    }

    /// What is due from now on doesn't count; what was due before does, whenever it comes.
    pub(crate) fn end_measuring(&self) {
        let now = self.now();
        self.measured.borrow_mut().end = now;
    }

    /// Nobody speaks any more.
    pub(crate) fn hush(&self) {
        self.publishing.set(false);
    }

    pub(super) fn is_publishing(&self) -> bool {
        self.publishing.get()
    }

    pub(super) fn said(&self) {
        self.in_flight.set(self.in_flight.get() + 1);
    }

    pub(super) fn settled(&self) {
        self.in_flight.set(self.in_flight.get().saturating_sub(1));
    }

    /// What was due at `due` has come to a listener at `now`.
    pub(super) fn delivered(&self, due: u64, now: u64) {
        if self.measured.borrow().contains(&due) {
            self.delivery.borrow_mut().record_micros(now.saturating_sub(due));
        }
    }

    pub(super) fn acked(&self, due: u64, now: u64) {
        if self.measured.borrow().contains(&due) {
            self.ack.borrow_mut().record_micros(now.saturating_sub(due));
        }
    }

    /// The latencies so far, of acks and of deliveries; counting begins anew.
    pub(crate) fn take_latencies(&self) -> [Latency; 2] {
        [&self.ack, &self.delivery].map(|latency| latency.replace(Latency::new()))
    }

    /// Waits until every message has come back to its sender, at most for `patience`; how many haven't.
    pub(crate) async fn settle(&self, patience: Duration) -> u64 {
        self.until(patience, || self.in_flight.get() == 0).await;
        self.in_flight.get()
    }

    /// Waits until `done`, at most for `patience`. Whether it was.
    pub(crate) async fn until(&self, patience: Duration, done: impl Fn() -> bool) -> bool {
        let look = async {
            let mut ticks = interval(LOOK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while !done() {
                ticks.tick().await;
            }
        };
        timeout(patience, look).await.is_ok()
    }
}

/// Makes the publishers speak: at a rate for `time`, evenly and in turns; in a closed loop it starts them, and they go on by
/// themselves until [`Stage::hush`].
pub(crate) async fn drive(
    stage: &Stage,
    voices: &[Rc<Voice>],
    time: Duration,
) -> Result<(), LoadError> {
    let began = stage.now();
    let pace = match stage.drive {
        Drive::Window(_) => None,
        #[expect(clippy::cast_precision_loss, reason = "at most 2^24 publishers")]
        Drive::Rate(each) => Pace::per_second(each * voices.len() as f64),
    };
    let Some(pace) = pace else {
        for voice in voices {
            voice.fill();
        }
        return Ok(());
    };
    let timer = Timer::new()?;
    for (beat, voice) in (0..).zip(voices.iter().cycle()) {
        if pace.due_after(beat) >= time {
            break;
        }
        let due = began + pace.due(beat);
        let early = due.saturating_sub(stage.now());
        if early > 0 {
            timer.wait(Duration::from_micros(early)).await?;
        } else if beat % AT_ONCE == 0 {
            tokio::task::yield_now().await;
        }
        voice.say(due);
        voice.flush();
    }
    Ok(())
}
