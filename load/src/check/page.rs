//! Pages of history: they hold every message of the part of the log that they cover.

use super::book::Book;
use super::entry::Sight;
use super::trace::Trace;
use super::{Fault, Report};
use crate::record::{Event, Kind};

/// A page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub rid: u64,
    pub before: Option<u64>,
    pub after: Option<u64>,
    /// The latest event that the client had seen on this connection: the page must know it.
    pub known: u64,
}

/// Checks a page, and adds what it shows to the book.
pub(super) fn check(
    book: &mut Book,
    trace: &Trace,
    asked: Option<Asked>,
    (at, messages, more): (u64, &[Event<'_>], bool),
    report: &mut Report,
) {
    let known = asked.map_or_else(|| trace.hello.map_or(0, |(_, head)| head), |asked| asked.known);
    let mut last = 0;
    for event in messages {
        let fault = if event.kind != Kind::Message || event.id != event.seq || event.seq <= last {
            Err(Fault::PageOrder { seq: event.seq })
        } else {
            book.see(&Sight::of(event, known, at, trace.witness))
        };
        last = event.seq.max(last);
        if let Err(fault) = fault {
            report.add(&trace.room, trace.witness, fault);
        }
    }
    if let Some(asked) = asked
        && let Some(fault) = whole(book, asked, messages, more)
    {
        report.add(&trace.room, trace.witness, fault);
    }
}

fn whole(book: &Book, asked: Asked, messages: &[Event<'_>], more: bool) -> Option<Fault> {
    book.head?;
    let (first, last) = (messages.first().map(|m| m.seq), messages.last().map(|m| m.seq));
    // What came after the request may be there or not: only as far as the page itself shows it.
    let shown = asked.known.max(last.unwrap_or(0));
    let (after, upto) = match (asked.after, asked.before) {
        (Some(after), _) if more => (after, last?),
        (Some(after), _) => (after, shown),
        (None, before) => {
            let upto = before.map_or(shown, |before| shown.min(before.saturating_sub(1)));
            (if more { first?.saturating_sub(1) } else { 0 }, upto)
        }
    };
    let after = after.max(book.floor);
    if upto <= after {
        return None;
    }
    let expected = book.rank(upto)?.saturating_sub(book.rank(after)?);
    let inside = messages.iter().filter(|message| message.seq > after && message.seq <= upto);
    let found = u64::try_from(inside.count()).unwrap_or(u64::MAX);
    (found != expected).then_some(Fault::Page { after, upto, expected, found })
}
