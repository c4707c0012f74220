//! A socket's goodbye: said behind the last answer that it is owed.

use std::sync::atomic::{AtomicU32, Ordering};

/// The bit that says that nothing more is heard.
const HUSHED: u32 = 1 << 31;
/// The bit that says that goodbye is to be said, too.
const BEGUN: u32 = 1 << 30;
/// The bits that count.
const OWED: u32 = BEGUN - 1;

/// How many answers a socket is owed, and how far its goodbye has come. Whoever pays the last answer is told that goodbye
/// is due. It is due once, and nothing that is heard goes unanswered by it.
#[derive(Debug, Default)]
pub(super) struct Farewell(AtomicU32);

impl Farewell {
    /// One answer more, if anything is still heard.
    pub fn hear(&self) -> bool {
        let while_heard = |state| (state & HUSHED == 0).then_some(state + 1);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Relaxed, while_heard).is_ok()
    }

    /// One answer more, for somebody who owes one already.
    pub fn owe(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One answer less. Whether goodbye is due.
    pub fn pay(&self) -> bool {
        let before = self.0.fetch_sub(1, Ordering::AcqRel);
        before & BEGUN != 0 && before & OWED == 1
    }

    /// Nothing more is heard.
    pub fn hush(&self) {
        self.0.fetch_or(HUSHED, Ordering::AcqRel);
    }

    /// Begins goodbye: nothing more is heard, either. Whether it is due.
    pub fn begin(&self) -> bool {
        let before = self.0.fetch_or(HUSHED | BEGUN, Ordering::AcqRel);
        before & (BEGUN | OWED) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goodbye_is_due_at_once_where_nothing_is_owed() {
        let farewell = Farewell::default();
        assert!(farewell.hear());
        assert!(!farewell.pay());
        assert!(farewell.begin());
        assert!(!farewell.begin(), "once");
        assert!(!farewell.hear());
    }

    #[test]
    fn goodbye_waits_for_the_last_answer() {
        let farewell = Farewell::default();
        assert!(farewell.hear());
        farewell.owe();
        farewell.hush();
        assert!(!farewell.hear());
        farewell.owe();
        assert!(!farewell.pay(), "not begun");
        assert!(!farewell.begin());
        assert!(!farewell.pay());
        assert!(farewell.pay());
    }
}
