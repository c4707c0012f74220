//! What a member got, one after the other.

use domain::Seq;

/// Whether every event came, once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    last: Option<Seq>,
    /// How many never came.
    pub holes: u64,
    /// How many came again.
    pub repeats: u64,
}

impl Ledger {
    /// It stands on `seq`: what comes next is the one after.
    pub(super) fn begins(&mut self, seq: Seq) {
        self.last.get_or_insert(seq);
    }

    /// The last event it got.
    pub(super) fn last(&self) -> Seq {
        self.last.unwrap_or(Seq::ZERO)
    }

    /// `seq` came.
    pub(super) fn got(&mut self, seq: Seq) {
        let last = *self.last.get_or_insert(Seq::ZERO);
        if seq <= last {
            self.repeats += 1;
            return;
        }
        self.holes += seq.get() - last.get() - 1;
        self.last = Some(seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_what_comes_twice_is_counted() {
        let mut ledger = Ledger::default();
        ledger.begins(Seq::new(4));
        [5, 6, 9, 9, 10, 7].map(Seq::new).into_iter().for_each(|seq| ledger.got(seq));
        assert_eq!((ledger.holes, ledger.repeats, ledger.last()), (2, 2, Seq::new(10)));
        ledger.begins(Seq::new(20));
        ledger.got(Seq::new(11));
        assert_eq!(ledger.holes, 2, "it stands where it stood");
    }
}
