//! One who speaks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Dialect, Drive, Stage};
use crate::client::Witness;
use crate::record::{Kind, Saw};
use crate::socket::Writer;
use crate::stamp::Stamp;

/// A publisher.
pub(crate) struct Voice {
    stage: Rc<Stage>,
    number: u32,
    writer: Rc<Writer>,
    witness: Rc<RefCell<Witness>>,
    said: Cell<u32>,
    in_flight: Cell<u32>,
    /// Until when the server wants to hear nothing (`rate_limited`).
    paused: Cell<Option<Instant>>,
    scratch: RefCell<String>,
}

impl Voice {
    pub(super) fn new(
        stage: &Rc<Stage>,
        number: u32,
        writer: &Rc<Writer>,
        witness: &Rc<RefCell<Witness>>,
    ) -> Rc<Self> {
        Rc::new(Self {
            stage: Rc::clone(stage),
            number,
            writer: Rc::clone(writer),
            witness: Rc::clone(witness),
            said: Cell::new(0),
            in_flight: Cell::new(0),
            paused: Cell::new(None),
            scratch: RefCell::default(),
        })
    }

    /// Says what was due at `due`. [`Voice::flush`] sends it.
    pub(super) fn say(&self, due: u64) {
        let number = self.said.get();
        self.said.set(number.wrapping_add(1));
        let millis = u64::try_from(self.stage.setup.clock.now().millis()).unwrap_or(0);
        let stamp = Stamp { millis, publisher: self.number, number, due };
        let mut text = self.scratch.borrow_mut();
        let place = self.stage.script.write(&stamp, &mut text);
        if self.stage.script.dialect() == Dialect::Parlour {
            self.record(text.get(place).unwrap_or_default());
        }
        if self.writer.say(text.as_bytes()) {
            self.in_flight.set(self.in_flight.get() + 1);
            self.stage.said();
            self.stage.setup.counts.add(|totals| totals.sent += 1);
        } else {
            self.stage.setup.counts.failed("a socket took nothing more");
        }
    }

    fn record(&self, cid: &str) {
        let mut witness = self.witness.borrow_mut();
        if witness.records() {
            let said = Some(self.stage.script.digest());
            witness.saw(Saw::Sent { cid: cid.into(), kind: Kind::Message, id: None, said });
        }
    }

    /// Sends what was said.
    pub(super) fn flush(&self) {
        self.writer.flush();
    }

    /// Says as much as the window has room for.
    pub(super) fn fill(&self) {
        let Drive::Window(window) = self.stage.drive else { return };
        if !self.stage.is_publishing() || self.paused.get().is_some() {
            return;
        }
        let room = window.saturating_sub(self.in_flight.get());
        if room > 0 {
            let now = self.stage.now();
            (0..room).for_each(|_| self.say(now));
            self.flush();
        }
    }

    /// Whether the message with this stamp is one of its own; it has come back, then.
    pub(super) fn hears(&self, stamp: &Stamp) {
        if stamp.publisher == self.number {
            self.settled();
        }
    }

    /// One of its messages was refused. In a closed loop the next one waits for as long as the server asks.
    pub(super) fn refused(&self, wait: Duration) {
        self.settled();
        let until = Instant::now() + wait;
        self.paused.set(Some(self.paused.get().map_or(until, |before| before.max(until))));
    }

    fn settled(&self) {
        self.in_flight.set(self.in_flight.get().saturating_sub(1));
        self.stage.settled();
    }

    pub(super) fn paused(&self) -> Option<Instant> {
        self.paused.get()
    }

    /// The pause is over.
    pub(super) fn resume(&self) {
        self.paused.set(None);
        self.fill();
    }
}
