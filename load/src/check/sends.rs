//! What clients sent, and what became of it.

use std::collections::HashMap;

use super::book::{Book, Name};
use super::{Fault, Report, Witness};
use crate::record::{Digest, Kind};

/// One durable command, however often it was sent.
#[derive(Debug)]
pub(super) struct Send {
    /// When it was first sent.
    pub at: u64,
    pub witness: Witness,
    pub kind: Kind,
    /// The message it is about; none for a new one.
    pub id: Option<u64>,
    pub said: Option<Digest>,
    /// How often it was sent.
    sent: u32,
    /// How often it was refused for good.
    refused: u32,
    /// Where its first ack says it is.
    acked: Option<u64>,
    /// Whether an ack without `dup` came.
    fresh: bool,
}

/// Every command of a run, by the book it was meant for.
#[derive(Debug, Default)]
pub(super) struct Sends(HashMap<(usize, Name), Send>);

impl Sends {
    pub(super) fn sent(
        &mut self,
        book: usize,
        name: Name,
        at: u64,
        witness: Witness,
        (kind, id, said): (Kind, Option<u64>, Option<Digest>),
    ) {
        let fresh =
            || Send { at, witness, kind, id, said, sent: 0, refused: 0, acked: None, fresh: false };
        let send = self.0.entry((book, name)).or_insert_with(fresh);
        // Records of different connections come in any order.
        if at < send.at {
            (send.at, send.witness) = (at, witness);
        }
        send.sent += 1;
    }

    pub(super) fn refused(&mut self, book: usize, name: Name) {
        if let Some(send) = self.0.get_mut(&(book, name)) {
            send.refused += 1;
        }
    }

    /// Takes note of an ack at `seq`: what was sent, or what is wrong with an ack of that. A command that retention has
    /// taken away, which is one up to `floor`, is new when it is sent again.
    pub(super) fn acked(
        &mut self,
        book: usize,
        name: Name,
        (seq, dup, floor): (u64, bool, u64),
        cid: &str,
    ) -> Result<&Send, Fault> {
        let unasked = || Fault::AckUnasked { cid: cid.into(), seq };
        let send = self.0.get_mut(&(book, name)).ok_or_else(unasked)?;
        let other = *send.acked.get_or_insert(seq);
        if other != seq && other.min(seq) > floor {
            return Err(Fault::AckMoved { cid: cid.into(), seq, other });
        }
        send.acked = Some(seq.max(other));
        send.fresh &= other == seq;
        if !dup && std::mem::replace(&mut send.fresh, true) {
            return Err(Fault::AckedTwice { cid: cid.into(), seq });
        }
        Ok(send)
    }

    /// Tells each event in the books what its author sent and when, and finds those that weren't asked for like that.
    pub(super) fn settle(&self, books: &mut [Book], report: &mut Report) {
        for ((book, name), send) in &self.0 {
            let Some(book) = books.get_mut(*book) else { continue };
            let Some(seq) = book.find(*name) else { continue };
            let Some(entry) = book.get_mut(seq) else { continue };
            (entry.sent, entry.sent_by, entry.meant) = (send.at, send.witness, send.said.into());
            let twisted = entry.kind != send.kind || entry.id != send.id.unwrap_or(seq);
            let fault = if twisted {
                Fault::Twisted { seq }
            } else if send.refused >= send.sent {
                Fault::RefusedYetStored { seq }
            } else {
                continue;
            };
            report.add(&book.room, send.witness, fault);
        }
    }
}
