//! Rule 4 for texts: what a message was seen to say is what it said at some moment when it could be seen like that.

use std::collections::HashMap;

use super::book::Book;
use super::entry::{Entry, Said, Shown};
use super::{Fault, Report, Witness};
use crate::record::Kind;

/// One state of a message: since which event, and its text.
#[derive(Debug, Clone, Copy)]
struct Version {
    since: u64,
    said: Said,
}

/// Checks every text that was shown of the events in `book`. Below the floor, and without a log, edits may be missing:
/// texts aren't checked there.
pub(super) fn check(book: &Book, report: &mut Report) {
    let entries = book.in_order();
    let mut changes: HashMap<u64, Vec<Version>> = HashMap::new();
    for (seq, entry) in &entries {
        let said = match entry.kind {
            Kind::Edited => entry.meant,
            Kind::Deleted => Said::Nothing,
            Kind::Message | Kind::Reaction => continue,
        };
        changes.entry(entry.id).or_default().push(Version { since: *seq, said });
    }
    let mut versions = Vec::new();
    for (seq, entry) in entries {
        if !book.covers(seq) {
            continue;
        }
        versions.clear();
        versions.push(first(book, seq, entry));
        if matches!(entry.kind, Kind::Message | Kind::Edited) {
            versions.extend_from_slice(changes.get(&entry.id).map_or(&[][..], Vec::as_slice));
        }
        complete(&mut versions, entry);
        if !book.covers(entry.id) {
            // Retention takes a message's text with it, and what is left of it reads as if it were deleted.
            versions.push(Version { since: u64::MAX, said: Said::Nothing });
        }
        for shown in entry.shown.iter() {
            if let Some(fault) = fault(seq, &versions, shown) {
                report.add(&book.room, shown.witness, fault);
            }
        }
    }
}

/// The text that the event's message began with.
fn first(book: &Book, seq: u64, entry: &Entry) -> Version {
    if entry.kind == Kind::Edited {
        let said = book.get(entry.id).map_or(Said::Unknown, |message| message.meant);
        return Version { since: entry.id, said };
    }
    Version { since: seq, said: entry.meant }
}

/// The log shows the last text, so that one is known even if whoever gave it isn't on record.
fn complete(versions: &mut [Version], entry: &Entry) {
    let logged = entry.shown.iter().find(|shown| shown.witness == Witness::Log);
    if let Some((last, logged)) = versions.last_mut().zip(logged)
        && last.said == Said::Unknown
    {
        last.said = logged.said;
    }
}

fn fault(seq: u64, versions: &[Version], shown: &Shown) -> Option<Fault> {
    // The last change that had to be known, and all that came later, may show.
    let from = versions.iter().rposition(|version| version.since <= shown.since).unwrap_or(0);
    let (older, may_show) = versions.split_at_checked(from)?;
    let fits = |version: &Version| match version.said {
        Said::Unknown => shown.said != Said::Nothing,
        said => said == shown.said,
    };
    if may_show.iter().any(fits) {
        return None;
    }
    Some(if shown.said == Said::Nothing {
        Fault::NeverDeleted { seq }
    } else if may_show.first().is_some_and(|version| version.said == Said::Nothing) {
        Fault::DeletedText { seq }
    } else if older.iter().any(|version| version.said == shown.said) {
        Fault::StaleText { seq }
    } else {
        Fault::StrangeText { seq }
    })
}
