//! Edits, deletions and reactions of the final log are of messages that were there, and edits and deletions of the
//! author's own.

use std::collections::HashSet;

use super::book::Book;
use super::{Fault, Report, Witness};
use crate::record::Kind;

/// Checks what each event of the log is about, where that is above the floor.
pub(super) fn check(book: &Book, report: &mut Report) {
    let mut deleted = HashSet::new();
    for (seq, entry) in book.in_order() {
        if !entry.logged {
            continue;
        }
        let good = match entry.kind {
            Kind::Message => entry.id == seq,
            _ if !book.covers(entry.id) => entry.id < seq,
            kind => book.get(entry.id).is_some_and(|message| {
                let others = message.author.zip(entry.author).is_some_and(|(a, b)| a != b);
                entry.id < seq
                    && message.kind == Kind::Message
                    && !deleted.contains(&entry.id)
                    && (kind == Kind::Reaction || !others)
            }),
        };
        if !good {
            let fault = Fault::BadTarget { seq, id: entry.id };
            report.add(&book.room, Witness::Log, fault);
        }
        if entry.kind == Kind::Deleted {
            deleted.insert(entry.id);
        }
    }
}
