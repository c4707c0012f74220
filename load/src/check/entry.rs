//! One place of a log, and what is known of it from all who saw it.

use domain::UserId;

use super::Witness;
use crate::record::{Digest, Event, Kind, hash};

/// The text of a message, or what a reaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It isn't on record.
    Unknown,
    /// None: it is deleted, or a deletion.
    Nothing,
    /// This.
    Text(Digest),
}

impl From<Option<Digest>> for Said {
    fn from(said: Option<Digest>) -> Self {
        said.map_or(Self::Nothing, Self::Text)
    }
}

/// One look at an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub seq: u64,
    pub id: u64,
    pub kind: Kind,
    pub author: Option<UserId>,
    /// The hash of its cid.
    pub cid: Option<u64>,
    /// What it was seen to say.
    pub said: Said,
    /// Every change of the text up to here was known to the server when it showed this.
    pub since: u64,
    pub at: u64,
    pub witness: Witness,
}

impl Sight {
    pub(super) fn of(event: &Event<'_>, since: u64, at: u64, witness: Witness) -> Self {
        Self {
            seq: event.seq,
            id: event.id,
            kind: event.kind,
            author: event.author,
            cid: event.cid.as_deref().map(hash),
            said: event.said.into(),
            since: since.max(event.seq),
            at,
            witness,
        }
    }
}

/// A text that was shown, and the latest change that it should have known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub said: Said,
    pub since: u64,
    pub witness: Witness,
}

/// What is known of one event. Nothing here grows with the number of its observers, except by texts that differ.
#[derive(Debug)]
pub(super) struct Entry {
    pub id: u64,
    pub kind: Kind,
    pub author: Option<UserId>,
    pub cid: Option<u64>,
    /// Whether the final log has it.
    pub logged: bool,
    /// How many messages the log has up to here.
    pub rank: u64,
    /// Who told of it first.
    pub first: Witness,
    /// When it was first seen by a client; `u64::MAX`: never.
    pub seen: u64,
    /// By whom.
    pub seen_by: Witness,
    /// When it was first sent; `u64::MAX`: not on record.
    pub sent: u64,
    /// By whom; who told of it first, where that isn't on record.
    pub sent_by: Witness,
    /// What its author meant to say.
    pub meant: Said,
    /// The texts that it was shown with, one of each.
    pub shown: Texts,
}

/// A few texts: nearly always one.
#[derive(Debug, Default)]
pub(super) struct Texts {
    first: Option<Shown>,
    more: Vec<Shown>,
}

impl Texts {
    fn add(&mut self, shown: Shown) {
        if let Some(same) = self.iter_mut().find(|known| known.said == shown.said) {
            if same.since < shown.since {
                *same = shown;
            }
        } else if self.first.is_none() {
            self.first = Some(shown);
        } else {
            self.more.push(shown);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Shown> {
        self.first.iter().chain(&self.more)
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Shown> {
        self.first.iter_mut().chain(&mut self.more)
    }
}

impl Entry {
    pub(super) fn new(sight: &Sight) -> Self {
        let mut entry = Self {
            id: sight.id,
            kind: sight.kind,
            author: sight.author,
            cid: sight.cid,
            logged: sight.witness == Witness::Log,
            rank: 0,
            first: sight.witness,
            seen: u64::MAX,
            seen_by: sight.witness,
            sent: u64::MAX,
            sent_by: sight.witness,
            meant: Said::Unknown,
            shown: Texts::default(),
        };
        entry.note(sight);
        entry
    }

    /// What `sight` has otherwise. Where one side names no author (gone since), they don't differ; everything has a cid.
    pub(super) fn differs(&self, sight: &Sight) -> Option<&'static str> {
        let apart = |ours: Option<u64>, theirs: Option<u64>| {
            ours.zip(theirs).is_some_and(|(ours, theirs)| ours != theirs)
        };
        let number = |author: UserId| author.get().unsigned_abs();
        if self.kind != sight.kind {
            Some("kind")
        } else if self.id != sight.id {
            Some("id")
        } else if apart(self.author.map(number), sight.author.map(number)) {
            Some("author")
        } else if self.cid != sight.cid {
            Some("cid")
        } else {
            None
        }
    }

    pub(super) fn note(&mut self, sight: &Sight) {
        self.author = self.author.or(sight.author);
        self.cid = self.cid.or(sight.cid);
        if sight.at < self.seen && sight.witness != Witness::Log {
            (self.seen, self.seen_by) = (sight.at, sight.witness);
        }
        if sight.said != Said::Unknown {
            let Sight { said, since, witness, .. } = *sight;
            self.shown.add(Shown { said, since, witness });
        }
    }
}
