//! What a client makes of what it hears.

use std::rc::Rc;

use super::memory::{Ending, Memory};
use super::storm::Storm;
use crate::client::{Comeback, Heard};

/// Its memory, and when it comes back.
pub(super) struct Mind {
    pub storm: Rc<Storm>,
    pub memory: Memory,
    pub comeback: Comeback,
    /// Whether it has been greeted before, so that a greeting without recovery means a loss of place.
    placed: bool,
}

impl Mind {
    pub(super) fn new(storm: &Rc<Storm>) -> Self {
        let comeback = Comeback::new(storm.longest_wait);
        Self { storm: Rc::clone(storm), memory: Memory::default(), comeback, placed: false }
    }

    /// Takes note of what is heard.
    pub(super) fn hears(&mut self, heard: &Heard) {
        match heard {
            Heard::Hello { recovered, .. } if std::mem::replace(&mut self.placed, true) => {
                self.storm.count(if *recovered { "resumed" } else { "resumed_from_scratch" });
            }
            Heard::Drain { from, to } => self.comeback.drained(*from, *to),
            Heard::Event { .. } => self.storm.news(),
            _ => {}
        }
        match self.memory.hears(heard) {
            Some(Ending::Stored(took)) => self.storm.ack.borrow_mut().record(took),
            Some(Ending::Refused) => self.storm.count("refused"),
            None => {}
        }
    }
}
