//! One observation of a connection that was greeted, held against everything it touches.

use super::book::Book;
use super::connection::Connection;
use super::entry::{Said, Sight};
use super::page::{self, Asked};
use super::sends::Sends;
use super::{Fault, Report};
use crate::record::{Digest, Event, Kind, Saw, hash};

/// A connection that was greeted, and all that its observations touch.
pub(super) struct Scene<'a> {
    pub connection: &'a mut Connection,
    pub index: usize,
    pub book: &'a mut Book,
    pub sends: &'a mut Sends,
    pub report: &'a mut Report,
    pub at: u64,
}

impl Scene<'_> {
    /// Takes what the connection saw or did.
    pub(super) fn saw(mut self, saw: &Saw<'_>) {
        match saw {
            Saw::Sent { cid, kind, id, said } => self.sent(cid, (*kind, *id, *said)),
            Saw::Acked { cid, id, seq, dup } => {
                self.report.acked += 1;
                if let Err(fault) = self.acked(cid, *id, *seq, *dup) {
                    self.found(fault);
                }
            }
            Saw::Delivered(event) => self.delivered(event),
            Saw::Asked { rid, before, after } => {
                let known = self.connection.trace.last;
                let (rid, before, after) = (*rid, *before, *after);
                self.connection.asked.push(Asked { rid, before, after, known });
            }
            Saw::Page { rid, messages, more } => self.page(*rid, messages, *more),
            Saw::Refused { code, cid } => self.refused(code, cid.as_deref()),
            Saw::Rested => {
                let last = self.connection.trace.last;
                if let Some(head) = self.book.head.filter(|head| last < *head) {
                    self.found(Fault::Missed { last, head });
                }
            }
            Saw::Opened { .. } | Saw::Hello { .. } | Saw::Closed { .. } | Saw::Ended { .. } => {}
        }
    }

    fn sent(&mut self, cid: &str, what: (Kind, Option<u64>, Option<Digest>)) {
        let (cid, witness) = (hash(cid), self.connection.trace.witness);
        self.report.sent += 1;
        self.connection.sent(self.at, cid);
        if let Some(user) = self.connection.user {
            self.sends.sent(self.index, (user, cid), self.at, witness, what);
        }
    }

    /// Rule 1, and what an ack says otherwise.
    fn acked(&mut self, cid: &str, id: u64, seq: u64, dup: bool) -> Result<(), Fault> {
        let unasked = || Fault::AckUnasked { cid: cid.into(), seq };
        let hash = hash(cid);
        let since = self.connection.answered(self.at, hash).ok_or_else(unasked)?;
        let trace = &mut self.connection.trace;
        trace.acked = trace.acked.max((since, seq));
        let name = (self.connection.user.ok_or_else(unasked)?, hash);
        let send = self.sends.acked(self.index, name, (seq, dup, self.book.floor), cid)?;
        match self.book.find(name) {
            Some(other) if other != seq && self.book.covers(seq) => {
                return Err(Fault::AckMoved { cid: cid.into(), seq, other });
            }
            None if self.book.covers(seq) => return Err(Fault::AckLost { cid: cid.into(), seq }),
            _ => {}
        }
        let other = send.id.unwrap_or(seq);
        if id != other {
            return Err(Fault::AckOfAnother { cid: cid.into(), seq, id, other });
        }
        self.book.see(&Sight {
            seq,
            // What differs from the log here differs from what was sent, and is found there.
            id: self.book.get(seq).map_or(id, |entry| entry.id),
            kind: self.book.get(seq).map_or(send.kind, |entry| entry.kind),
            author: Some(name.0),
            cid: Some(hash),
            said: Said::Unknown,
            since: seq,
            at: self.at,
            witness: self.connection.trace.witness,
        })
    }

    /// Rules 3 and 4.
    fn delivered(&mut self, event: &Event<'_>) {
        self.report.delivered += 1;
        let (sight, misplaced) = self.connection.delivered(self.at, event);
        for fault in misplaced.into_iter().chain(self.book.see(&sight).err()) {
            self.found(fault);
        }
    }

    fn page(&mut self, rid: Option<u64>, messages: &[Event<'_>], more: bool) {
        self.connection.trace.latest = self.at;
        let asked = &mut self.connection.asked;
        let place = asked.iter().position(|asked| Some(asked.rid) == rid);
        let asked = place.map(|place| asked.swap_remove(place));
        let page = (self.at, messages, more);
        page::check(self.book, &self.connection.trace, asked, page, self.report);
    }

    fn refused(&mut self, code: &str, cid: Option<&str>) {
        let Some(cid) = cid.map(hash) else { return };
        let waited = self.connection.answered(self.at, cid).is_some();
        // `unavailable` alone leaves open whether it is stored.
        if let Some(user) = self.connection.user.filter(|_| waited && code != "unavailable") {
            self.sends.refused(self.index, (user, cid));
        }
    }

    fn found(&mut self, fault: Fault) {
        self.report.add(&self.connection.trace.room, self.connection.trace.witness, fault);
    }
}
