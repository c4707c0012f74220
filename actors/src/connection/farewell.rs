//! A socket's goodbye: said behind the last answer that it is owed.

use std::sync::atomic::{AtomicU32, Ordering};

/// The bit that says that goodbye has begun; the others count.
const BEGUN: u32 = 1 << 31;

/// How many answers a socket is owed, and whether goodbye has begun: from then on nothing more is heard, and whoever pays
/// the last answer is told that goodbye is due. It is due once, and nothing that is heard goes unanswered by it.
#[derive(Debug, Default)]
pub(super) struct Farewell(AtomicU32);

impl Farewell {
    /// One answer more, if anything is still heard.
    pub fn hear(&self) -> bool {
        let while_open = |owed| (owed & BEGUN == 0).then_some(owed + 1);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Relaxed, while_open).is_ok()
    }

    /// One answer more, for somebody who owes one already.
    pub fn owe(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One answer less. Whether goodbye is due.
    pub fn pay(&self) -> bool {
        self.0.fetch_sub(1, Ordering::AcqRel) == BEGUN + 1
    }

    /// Begins goodbye. Whether it is due.
    pub fn begin(&self) -> bool {
        self.0.fetch_or(BEGUN, Ordering::AcqRel) == 0
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
        assert!(!farewell.begin());
        assert!(!farewell.hear());
        assert!(!farewell.pay());
        assert!(farewell.pay());
    }
}
