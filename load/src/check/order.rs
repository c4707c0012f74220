//! Rule 5: the log's order is the order of real time, wherever one thing was over before another began.

use super::book::Book;
use super::trace::Trace;
use super::{Fault, Report, Witness};

/// By then, so much of the log was known.
#[derive(Debug, Clone, Copy)]
struct Known {
    at: u64,
    seq: u64,
    witness: Witness,
}

/// Checks that nothing was sent after something later had been seen, and that no greeting named a head older than what
/// had been seen before its socket was asked for. Sorts what was seen by time; `traces` are the book's own.
pub(super) fn check(book: &Book, traces: &[&Trace], report: &mut Report) {
    let mut heads = traces
        .iter()
        .filter_map(|trace| trace.hello.map(|(at, seq)| Known { at, seq, witness: trace.witness }))
        .collect::<Vec<_>>();
    heads.sort_unstable_by_key(|head| head.seq);
    let mut timeline = heads.clone();
    let entries = book.in_order();

    let mut earliest = Known { at: u64::MAX, seq: 0, witness: Witness::Log };
    for (seq, entry) in entries.into_iter().rev() {
        while let Some(head) = heads.pop_if(|head| head.seq >= seq) {
            earliest = if head.at < earliest.at { head } else { earliest };
        }
        if entry.sent != u64::MAX && earliest.at < entry.sent {
            let fault = Fault::TooEarly { seq, later: earliest.seq, other: earliest.witness };
            report.add(&book.room, entry.sent_by, fault);
        }
        let seen = Known { at: entry.seen, seq, witness: entry.seen_by };
        if seen.at != u64::MAX {
            timeline.push(seen);
            earliest = if seen.at < earliest.at { seen } else { earliest };
        }
    }
    heads_only_grow(book, traces, timeline, report);
}

fn heads_only_grow(book: &Book, traces: &[&Trace], mut timeline: Vec<Known>, report: &mut Report) {
    timeline.sort_unstable_by_key(|known| known.at);
    // From moments at which something was seen to the moments by which so much was.
    let mut most: Option<Known> = None;
    for known in &mut timeline {
        let top = most.filter(|most| most.seq > known.seq).unwrap_or(*known);
        (known.seq, known.witness) = (top.seq, top.witness);
        most = Some(top);
    }
    for trace in traces {
        let before = timeline.partition_point(|known| known.at < trace.opened);
        let known = before.checked_sub(1).and_then(|last| timeline.get(last));
        if let Some((known, (_, head))) = known.zip(trace.hello)
            && head < known.seq
        {
            let fault = Fault::HeadBack { head, known: known.seq, witness: known.witness };
            report.add(&book.room, trace.witness, fault);
        }
    }
}
