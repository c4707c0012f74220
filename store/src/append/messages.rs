//! What becomes of the messages that a batch edits, deletes or reacts to.

use std::collections::BTreeMap;

use domain::{Body, Emoji, Timestamp, UserId};

use crate::{MOST_EMOJI, Refusal};

/// A message that a batch is about: as it was before, and what the batch has made of it so far.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    author: Option<UserId>,
    is_deleted: bool,
    /// Its last new text, and when it got it.
    pub(super) edited: Option<(&'a Body, Timestamp)>,
    /// Whether it was the batch that deleted it.
    pub(super) is_deleted_now: bool,
    /// How many people react with each emoji.
    pub(super) counts: BTreeMap<Emoji, Was<u64>>,
    /// Whether a person reacts with an emoji; whoever isn't here doesn't.
    pub(super) reactions: BTreeMap<(UserId, Emoji), Was<bool>>,
}

/// Something that a batch may change.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Was<T> {
    /// Before the batch.
    pub(super) before: T,
    /// As of now.
    pub(super) now: T,
}

impl<T: Copy> Was<T> {
    const fn and_is(value: T) -> Self {
        Self { before: value, now: value }
    }
}

impl<'a> Message<'a> {
    /// A message of `author`, to which nobody reacts.
    pub(super) fn of(author: Option<UserId>, is_deleted: bool) -> Self {
        Self { author, is_deleted, ..Self::default() }
    }

    /// Adds that `count` people react with `emoji`, as is stored.
    pub(super) fn has(&mut self, emoji: Emoji, count: u64) {
        self.counts.insert(emoji, Was::and_is(count));
    }

    /// Adds that `person` reacts with `emoji`, as is stored.
    pub(super) fn has_from(&mut self, person: UserId, emoji: Emoji) {
        self.reactions.insert((person, emoji), Was::and_is(true));
    }

    /// Gives it another text, if `person` may.
    pub(super) fn edit(
        &mut self,
        person: Option<UserId>,
        body: &'a Body,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.is_of(person)?;
        self.edited = Some((body, now));
        Ok(())
    }

    /// Deletes it, if `person` may.
    pub(super) fn delete(&mut self, person: Option<UserId>) -> Result<(), Refusal> {
        self.is_of(person)?;
        self.is_deleted = true;
        self.is_deleted_now = true;
        Ok(())
    }

    /// Adds a reaction of `person`, or takes it back.
    pub(super) fn react(
        &mut self,
        person: Option<UserId>,
        emoji: &Emoji,
        on: bool,
    ) -> Result<(), Refusal> {
        self.is_there()?;
        let person = person.ok_or(Refusal::NotYours)?;
        let key = (person, emoji.clone());
        if self.reactions.get(&key).is_some_and(|reaction| reaction.now) == on {
            return Err(Refusal::NoChange);
        }
        let used =
            |counts: &BTreeMap<Emoji, Was<u64>>| counts.values().filter(|c| c.now > 0).count();
        let is_another = self.counts.get(emoji).is_none_or(|count| count.now == 0);
        if on && is_another && used(&self.counts) >= MOST_EMOJI {
            return Err(Refusal::TooMany);
        }
        self.reactions.entry(key).or_default().now = on;
        let count = self.counts.entry(emoji.clone()).or_default();
        count.now = if on { count.now.saturating_add(1) } else { count.now.saturating_sub(1) };
        Ok(())
    }

    fn is_there(&self) -> Result<(), Refusal> {
        if self.is_deleted { Err(Refusal::NoSuchMessage) } else { Ok(()) }
    }

    /// A message of nobody is nobody's to change.
    fn is_of(&self, person: Option<UserId>) -> Result<(), Refusal> {
        self.is_there()?;
        if person.is_some() && self.author == person { Ok(()) } else { Err(Refusal::NotYours) }
    }
}
