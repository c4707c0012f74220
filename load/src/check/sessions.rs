//! Rule 6: nothing reaches a sign-in that has ended.

use std::collections::HashMap;

use super::book::Book;
use super::rules::nanos;
use super::trace::Trace;
use super::{Fault, Report, Rules};

/// When each sign-in that ended had ended for certain.
#[derive(Debug, Default)]
pub(super) struct Ends(HashMap<u64, u64>);

impl Ends {
    pub(super) fn ended(&mut self, session: u64, at: u64) {
        let end = self.0.entry(session).or_insert(at);
        *end = at.min(*end);
    }

    /// Checks the connections of sign-ins that have ended, each for the worst that reached it.
    pub(super) fn check(
        &self,
        books: &[Book],
        traces: &[Trace],
        rules: &Rules,
        report: &mut Report,
    ) {
        for trace in traces {
            if let Some(end) = self.0.get(&trace.session)
                && let Some(fault) = fault(*end, books, trace, rules)
            {
                report.add(&trace.room, trace.witness, fault);
            }
        }
    }
}

fn fault(end: u64, books: &[Book], trace: &Trace, rules: &Rules) -> Option<Fault> {
    let session = trace.session;
    let bound = end.saturating_add(nanos(rules.revocation));
    let (_, head) = trace.hello?;
    if trace.opened > bound {
        return Some(Fault::AdmittedAfterEnd { session });
    }
    // However slowly it travelled: what was sent after the end should never have set out to here.
    let (sent, seq) = trace.acked;
    if sent > bound {
        return Some(Fault::ReachedAfterEnd { session, seq });
    }
    let book = trace.book.and_then(|book| books.get(book))?;
    let got = trace.from.saturating_add(1).min(head)..=trace.last;
    let sent = |seq: &u64| book.get(*seq).map_or(0, |entry| entry.sent);
    let late = got.rev().find(|seq| *seq > trace.from && (bound..u64::MAX).contains(&sent(seq)));
    if let Some(seq) = late {
        return Some(Fault::ReachedAfterEnd { session, seq });
    }
    let over = trace.latest.checked_sub(end)?;
    let allowed = nanos(rules.revocation).saturating_add(nanos(rules.transit));
    (over > allowed).then_some(Fault::LateAfterEnd { session, millis: over / 1_000_000 })
}
