//! What happened, in numbers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Sub;

use serde::Serialize;

use crate::socket::SocketError;

/// How many different names a tally tells apart. What the server sends isn't trusted to be few.
const MOST_NAMES: usize = 64;

/// The counts of a run while it goes on. All clients are on one thread, and so is whoever shows these.
#[derive(Debug, Default)]
pub struct Counts {
    totals: Cell<Totals>,
    errors: RefCell<Tally>,
    closes: RefCell<Tally>,
    failures: RefCell<Tally>,
}

/// The counts at one moment; of two moments, what happened between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Sockets that were greeted.
    pub greeted: u64,
    /// Sockets that are open. Of a stretch of time it says nothing, so no report tells it.
    #[serde(skip)]
    pub open: u64,
    /// Messages and other durable commands sent, retries included.
    pub sent: u64,
    /// Acks received.
    pub acked: u64,
    /// Of these, how many told of something that was stored before.
    pub duplicates: u64,
    /// Events received, over all sockets.
    pub deliveries: u64,
    /// Frames received.
    pub frames: u64,
    /// Bytes received, headers of frames included.
    pub bytes: u64,
    /// Reads that brought something. Many frames a read: the server, or the kernel, put them together.
    pub reads: u64,
}

/// How often each name came up.
pub type Tally = BTreeMap<String, u64>;

impl Counts {
    /// The counts now.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals.get()
    }

    /// How often each `code` came in an `error` frame.
    #[must_use]
    pub fn errors(&self) -> Tally {
        self.errors.borrow().clone()
    }

    /// How often the server closed a socket with each status code.
    #[must_use]
    pub fn closes(&self) -> Tally {
        self.closes.borrow().clone()
    }

    /// How often a socket failed otherwise, in words.
    #[must_use]
    pub fn failures(&self) -> Tally {
        self.failures.borrow().clone()
    }

    pub(crate) fn add(&self, change: impl FnOnce(&mut Totals)) {
        let mut totals = self.totals.get();
        change(&mut totals);
        self.totals.set(totals);
    }

    pub(crate) fn error(&self, code: &str) {
        count(&mut self.errors.borrow_mut(), code);
    }

    pub(crate) fn close(&self, code: u16) {
        count(&mut self.closes.borrow_mut(), &code.to_string());
    }

    pub(crate) fn failure(&self, error: &SocketError) {
        count(&mut self.failures.borrow_mut(), &error.to_string());
    }

    pub(crate) fn failed(&self, words: &str) {
        count(&mut self.failures.borrow_mut(), words);
    }
}

fn count(tally: &mut Tally, name: &str) {
    if let Some(count) = tally.get_mut(name) {
        *count += 1;
    } else {
        let name = if tally.len() < MOST_NAMES { name } else { "other" };
        *tally.entry(name.to_owned()).or_default() += 1;
    }
}

impl Sub for Totals {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            greeted: self.greeted - before.greeted,
            open: self.open.saturating_sub(before.open),
            sent: self.sent - before.sent,
            acked: self.acked - before.acked,
            duplicates: self.duplicates - before.duplicates,
            deliveries: self.deliveries - before.deliveries,
            frames: self.frames - before.frames,
            bytes: self.bytes - before.bytes,
            reads: self.reads - before.reads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_bound_are_counted_together() {
        let counts = Counts::default();
        (0..MOST_NAMES + 10).for_each(|n| counts.error(&format!("e{n}")));
        counts.error("e0");
        let errors = counts.errors();
        assert_eq!((errors.len(), errors["other"], errors["e0"]), (MOST_NAMES + 1, 10, 2));
    }
}
