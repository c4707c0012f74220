//! Rule 3: what one connection gets, in its order.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::UserId;

use super::book::Book;
use super::entry::Sight;
use super::page::Asked;
use super::trace::Trace;
use super::{Fault, Rules, Witness};
use crate::record::Event;

/// A connection while it is open.
#[derive(Debug)]
pub(super) struct Connection {
    pub user: Option<UserId>,
    since: Option<u64>,
    epoch: Option<Box<str>>,
    /// What was sent and not answered: the hash of its cid, and when. As short as the server lets it be.
    waiting: VecDeque<(u64, u64)>,
    /// The pages that were asked for and haven't come.
    pub asked: Vec<Asked>,
    pub trace: Trace,
}

impl Connection {
    /// A connection of `session` that is about to be asked for.
    pub(super) fn new(room: Arc<str>, witness: Witness, session: u64, opened: u64) -> Self {
        let trace = Trace {
            room,
            book: None,
            witness,
            session,
            opened,
            hello: None,
            from: 0,
            last: 0,
            latest: 0,
            acked: (0, 0),
        };
        let (waiting, asked) = (VecDeque::new(), Vec::new());
        Self { user: None, since: None, epoch: None, waiting, asked, trace }
    }

    /// The same, of `user`, resuming.
    pub(super) fn resuming(
        self,
        user: Option<UserId>,
        since: Option<u64>,
        epoch: Option<&str>,
    ) -> Self {
        Self { user, since, epoch: epoch.map(Box::from), ..self }
    }

    /// The greeting, of `book`.
    pub(super) fn greeted(
        &mut self,
        (index, book): (usize, &Book),
        (at, head, recovered): (u64, u64, bool),
        rules: &Rules,
    ) -> Option<Fault> {
        self.trace.latest = at;
        if self.trace.hello.is_some() {
            return Some(Fault::Greeting);
        }
        (self.trace.book, self.trace.hello) = (Some(index), Some((at, head)));
        let same_epoch = self.epoch.as_ref().is_none_or(|epoch| *epoch == book.epoch);
        let within = |since: u64| same_epoch && since <= head;
        let start = if recovered { self.since.unwrap_or(head) } else { head };
        (self.trace.from, self.trace.last) = (start, start);
        match self.since {
            since if recovered && !since.is_some_and(within) => {
                Some(Fault::FalseRecovery { since, head })
            }
            // The floor only rises: what the last one allows was allowed.
            Some(since)
                if !recovered
                    && self.epoch.is_some()
                    && within(since)
                    && head - since <= rules.replay
                    && book.head.is_some()
                    && since >= book.floor =>
            {
                Some(Fault::NotRecovered { since, head })
            }
            _ => None,
        }
    }

    /// An event came: how it was seen, and what is wrong with its place.
    pub(super) fn delivered(&mut self, at: u64, event: &Event<'_>) -> (Sight, Option<Fault>) {
        self.trace.latest = at;
        let (seq, last) = (event.seq, self.trace.last);
        let head = self.trace.hello.map(|(_, head)| head);
        // What is replayed was read after the greeting, so it shows all that had happened by then.
        let since = head.filter(|head| seq <= *head).unwrap_or(seq);
        let sight = Sight::of(event, since, at, self.trace.witness);
        let fault = if head.is_none() {
            Some(Fault::Greeting)
        } else if seq <= last {
            Some(Fault::Repeat { last, seq })
        } else if seq > last.saturating_add(1) {
            Some(Fault::Hole { expected: last.saturating_add(1), seq })
        } else {
            None
        };
        self.trace.last = last.max(seq);
        (sight, fault)
    }

    /// Something was sent under a cid with this hash.
    pub(super) fn sent(&mut self, at: u64, cid: u64) {
        self.waiting.push_back((cid, at));
    }

    /// An answer about this cid came; when what it answers was sent. `None`: nothing was waiting for it.
    pub(super) fn answered(&mut self, at: u64, cid: u64) -> Option<u64> {
        self.trace.latest = at;
        let place = self.waiting.iter().position(|(waiting, _)| *waiting == cid)?;
        self.waiting.remove(place).map(|(_, sent)| sent)
    }
}
