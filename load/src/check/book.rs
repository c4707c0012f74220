//! One telling of one room's log: its final export, and all that was seen of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io::BufRead;
use std::sync::Arc;

use domain::UserId;

use super::entry::{Entry, Sight};
use super::{Fault, Report, Witness};
use crate::record::{Kind, LogReader, RecordError, hash};

/// A command's name in one log: who sent it, and the hash of its cid.
pub(super) type Name = (UserId, u64);

/// All that is known of one (room, epoch).
#[derive(Debug)]
pub(super) struct Book {
    pub room: Arc<str>,
    pub epoch: Box<str>,
    /// The newest event that retention took away.
    pub floor: u64,
    /// The log's newest event. `None`: there is no final log of this epoch.
    pub head: Option<u64>,
    /// The log, from the floor on, as far as it has no gap.
    log: Vec<Entry>,
    /// Whatever else was seen or follows a gap.
    loose: HashMap<u64, Entry>,
    /// Where the log has each command.
    names: HashMap<Name, u64>,
}

impl Book {
    pub(super) fn new(room: Arc<str>, epoch: &str) -> Self {
        Self {
            room,
            epoch: epoch.into(),
            floor: 0,
            head: None,
            log: Vec::new(),
            loose: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// Reads the final log, and holds rule 2 against it.
    pub(super) fn read(
        reader: LogReader<impl BufRead>,
        report: &mut Report,
    ) -> Result<Self, RecordError> {
        let mut reader = reader;
        let head = reader.head().clone();
        let mut book = Self::new(head.room.as_str().into(), &head.epoch);
        (book.floor, book.head) = (head.floor, Some(head.head));
        let (mut last, mut rank) = (head.floor, 0);
        while let Some(event) = reader.next_event()? {
            report.events += 1;
            if event.seq != last.saturating_add(1) {
                let fault = Fault::LogStep { after: last, next: event.seq };
                report.add(&book.room, Witness::Log, fault);
            }
            if let Some((author, cid)) = event.author.zip(event.cid.as_deref())
                && let Some(first) = book.names.insert((author, hash(cid)), event.seq)
            {
                let fault = Fault::CidTwice { cid: cid.into(), first, second: event.seq };
                report.add(&book.room, Witness::Log, fault);
            }
            last = event.seq;
            rank += u64::from(event.kind == Kind::Message);
            book.append(&Sight::of(&event, head.head, u64::MAX, Witness::Log), rank);
        }
        if last != head.head {
            report.add(&book.room, Witness::Log, Fault::LogEnd { last, head: head.head });
        }
        Ok(book)
    }

    fn append(&mut self, sight: &Sight, rank: u64) {
        let entry = Entry { rank, ..Entry::new(sight) };
        if self.place(sight.seq) == Some(self.log.len()) {
            self.log.push(entry);
        } else {
            self.loose.insert(sight.seq, entry);
        }
    }

    /// Where `seq` stands, or would stand, in the log.
    fn place(&self, seq: u64) -> Option<usize> {
        seq.checked_sub(self.floor)?.checked_sub(1).and_then(|place| usize::try_from(place).ok())
    }

    pub(super) fn get(&self, seq: u64) -> Option<&Entry> {
        let place = self.place(seq).and_then(|place| self.log.get(place));
        place.or_else(|| self.loose.get(&seq))
    }

    pub(super) fn get_mut(&mut self, seq: u64) -> Option<&mut Entry> {
        match self.place(seq).filter(|place| *place < self.log.len()) {
            Some(place) => self.log.get_mut(place),
            None => self.loose.get_mut(&seq),
        }
    }

    /// Where a command is, as far as that is known.
    pub(super) fn find(&self, name: Name) -> Option<u64> {
        self.names.get(&name).copied()
    }

    /// Whether the final log must have the event at `seq`.
    pub(super) fn covers(&self, seq: u64) -> bool {
        self.head.is_some() && seq > self.floor
    }

    /// How many messages the log has up to `seq`, counted from its floor. `None` where it has no such place.
    pub(super) fn rank(&self, seq: u64) -> Option<u64> {
        if seq <= self.floor {
            return Some(0);
        }
        self.place(seq).and_then(|place| self.log.get(place)).map(|entry| entry.rank)
    }

    /// Rule 4, as far as it can be told at once: adds what was seen, unless it disagrees with what others saw.
    pub(super) fn see(&mut self, sight: &Sight) -> Result<(), Fault> {
        let gone = self.covers(sight.seq);
        if let Some(entry) = self.get_mut(sight.seq) {
            if let Some(what) = entry.differs(sight) {
                return Err(Fault::Disagreement { seq: sight.seq, what, other: entry.first });
            }
            entry.note(sight);
            return Ok(());
        }
        self.loose.insert(sight.seq, Entry::new(sight));
        if gone { Err(Fault::ShownThenGone { seq: sight.seq }) } else { Ok(()) }
    }

    /// Names what no log names: events seen below the floor, or of an epoch that is over.
    pub(super) fn name_the_rest(&mut self) {
        for (seq, entry) in &self.loose {
            if let Some(name) = entry.author.zip(entry.cid)
                && let Slot::Vacant(slot) = self.names.entry(name)
            {
                slot.insert(*seq);
            }
        }
    }

    /// Everything known, by place.
    pub(super) fn in_order(&self) -> Vec<(u64, &Entry)> {
        let mut all = self.loose.iter().map(|(seq, entry)| (*seq, entry)).collect::<Vec<_>>();
        all.extend((self.floor + 1..).zip(&self.log));
        // Two sorted runs at most but for a few: what this sort is good at.
        all.sort_by_key(|(seq, _)| *seq);
        all
    }
}
