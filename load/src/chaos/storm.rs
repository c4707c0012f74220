//! What all clients of a chaos share.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::Options;
use crate::Setup;
use crate::measure::Latency;

/// How long nobody must have heard anything new before nothing more is expected: what was said and abandoned has its
/// time to arrive.
const QUIET: Duration = Duration::from_millis(500);

/// The run: roaming, then settling, then giving up.
pub(super) struct Storm {
    pub setup: Rc<Setup>,
    /// Until when clients do things.
    pub roam_until: Instant,
    /// When whoever isn't done has failed.
    pub give_up: Instant,
    pub pause: Duration,
    pub longest_wait: Duration,
    pub ack: RefCell<Latency>,
    /// How many clients still wait for an answer, or may say something more.
    busy: Cell<usize>,
    news: Cell<Instant>,
    unsettled: Cell<u64>,
    tally: RefCell<BTreeMap<&'static str, u64>>,
}

/// What is told even when it never happened.
const TOLD: [&str; 14] = [
    "resumed",
    "resumed_from_scratch",
    "closes",
    "drops",
    "resets",
    "halves",
    "abandoned",
    "left_at_the_door",
    "dozes",
    "retries",
    "pages",
    "refused",
    "ended",
    "unfinished",
];

impl Storm {
    pub(super) fn new(setup: &Rc<Setup>, options: &Options, now: Instant) -> Rc<Self> {
        let roam_until = now + options.duration;
        Rc::new(Self {
            setup: Rc::clone(setup),
            roam_until,
            give_up: roam_until + options.settle,
            pause: options.pause,
            longest_wait: options.longest_wait,
            ack: RefCell::new(Latency::new()),
            busy: Cell::new(options.clients),
            news: Cell::new(now),
            unsettled: Cell::new(0),
            tally: RefCell::new(TOLD.into_iter().map(|name| (name, 0)).collect()),
        })
    }

    pub(super) fn is_roaming(&self) -> bool {
        Instant::now() < self.roam_until
    }

    /// Something new was heard.
    pub(super) fn news(&self) {
        self.news.set(Instant::now());
    }

    /// A client has had all its answers, and says nothing more.
    pub(super) fn settled(&self) {
        self.busy.set(self.busy.get().saturating_sub(1));
    }

    /// Whether nobody says anything more, and all that was said has had its time to arrive.
    pub(super) fn is_quiet(&self) -> bool {
        self.busy.get() == 0 && self.news.get().elapsed() >= QUIET
    }

    /// So many commands of a client were never answered.
    pub(super) fn left_unsettled(&self, count: usize) {
        self.unsettled.set(self.unsettled.get() + count as u64);
    }

    pub(super) fn unsettled(&self) -> u64 {
        self.unsettled.get()
    }

    pub(super) fn count(&self, what: &'static str) {
        *self.tally.borrow_mut().entry(what).or_default() += 1;
    }

    pub(super) fn tally(&self) -> BTreeMap<&'static str, u64> {
        self.tally.borrow().clone()
    }

    /// How long a client waits until its next deed: exponential around the mean, so that deeds come in bursts too.
    pub(super) fn next_pause(&self) -> Duration {
        let uniform = fastrand::f64().max(1e-6);
        self.pause.mul_f64(-uniform.ln()).max(Duration::from_millis(1))
    }
}
