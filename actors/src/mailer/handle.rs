//! The mailer, as everyone else holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::MailerMessage;
use crate::slot::Slot;

/// The mailer, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    slot: Slot<MailerMessage>,
    /// Whether a wake is on its way: however many letters are queued, one is enough.
    woken: Arc<AtomicBool>,
}

impl Mailer {
    pub(crate) fn new() -> Self {
        Self { slot: Slot::new(), woken: Arc::default() }
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<MailerMessage> {
        &self.slot
    }

    /// Says that a letter was queued. Were it not said, the letter would go with the next one, or within a minute.
    pub fn wake(&self) {
        if !self.woken.swap(true, Ordering::SeqCst) {
            // A mailer that isn't there begins by looking.
            drop(self.slot.cast(MailerMessage::Wake));
        }
    }

    /// Hears wakes again: what was queued up to now will be seen.
    pub(super) fn awake(&self) {
        self.woken.store(false, Ordering::SeqCst);
    }
}
