//! A log as a list, of which nothing is ever taken away but the claim to be there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Seq, Timestamp, UserId};
use store::log::{Event, Happening, Tally};
use store::{MOST_EMOJI, Outcome, Refusal, Retention};

use super::step::{Said, What};
use crate::world::{refused, seq, user};

/// One room's log.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    /// Everything that was ever stored, the first at place 1.
    entries: Vec<Entry>,
    /// How many of them are gone.
    pub(super) floor: usize,
    /// What the room keeps by itself.
    pub(super) own: Retention,
}

#[derive(Debug, Clone)]
struct Entry {
    author: Option<UserId>,
    cid: Option<u8>,
    ts: Timestamp,
    what: What,
    /// Of a message: its text of now, and when it got it.
    text: Option<String>,
    edited: Option<Timestamp>,
    /// Of a message: who reacts with what.
    reactions: BTreeSet<(String, UserId)>,
}

impl Log {
    /// The place of the newest event.
    pub(super) fn head(&self) -> u64 {
        self.entries.len() as u64
    }

    /// What becomes of a command.
    pub(super) fn append(&mut self, said: &Said, now: Timestamp) -> Outcome {
        let author = said.author.map(user);
        let is_retry = |entry: &Entry| {
            said.cid.is_some()
                && author.is_some()
                && (entry.cid, entry.author) == (said.cid, author)
        };
        if let Some(place) = self.entries.iter().rposition(is_retry).filter(|at| *at >= self.floor)
        {
            return Outcome::Duplicate { seq: seq(place as u64 + 1), ts: self.entries[place].ts };
        }
        if let Err(refusal) = self.change(said, author, now) {
            return refused(refusal);
        }
        let text = match &said.what {
            What::Message { text, .. } => Some(text.trim().to_owned()),
            _ => None,
        };
        let what = said.what.clone();
        let (cid, edited, reactions) = (said.cid, None, BTreeSet::new());
        self.entries.push(Entry { author, cid, ts: now, what, text, edited, reactions });
        Outcome::Stored { seq: seq(self.head()), ts: now }
    }

    fn change(
        &mut self,
        said: &Said,
        author: Option<UserId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        match &said.what {
            What::Message { reply_to: Some(id), .. } => self.message(*id).map(drop),
            What::Message { reply_to: None, .. } => Ok(()),
            What::Edit { id, text } => {
                let message = self.own_message(*id, author)?;
                message.text = Some(text.trim().to_owned());
                message.edited = Some(now);
                Ok(())
            }
            What::Delete { id } => {
                let message = self.own_message(*id, author)?;
                message.text = None;
                message.reactions.clear();
                Ok(())
            }
            What::React { id, emoji, on } => {
                let message = self.message(*id)?;
                if message.text.is_none() {
                    return Err(Refusal::NoSuchMessage);
                }
                let key = (emoji.clone(), author.ok_or(Refusal::NotYours)?);
                if message.reactions.contains(&key) == *on {
                    return Err(Refusal::NoChange);
                }
                if !on {
                    message.reactions.remove(&key);
                    return Ok(());
                }
                let mut emojis: BTreeSet<&String> =
                    message.reactions.iter().map(|(emoji, _)| emoji).collect();
                emojis.insert(emoji);
                if emojis.len() > MOST_EMOJI {
                    return Err(Refusal::TooMany);
                }
                message.reactions.insert(key);
                Ok(())
            }
        }
    }

    fn message(&mut self, id: u64) -> Result<&mut Entry, Refusal> {
        let place = usize::try_from(id).expect("small");
        let is_there = place > self.floor && place <= self.entries.len();
        let entry = is_there.then(|| &mut self.entries[place - 1]);
        let is_message = |entry: &&mut Entry| matches!(entry.what, What::Message { .. });
        entry.filter(is_message).ok_or(Refusal::NoSuchMessage)
    }

    fn own_message(&mut self, id: u64, author: Option<UserId>) -> Result<&mut Entry, Refusal> {
        let message = self.message(id)?;
        if message.text.is_none() {
            return Err(Refusal::NoSuchMessage);
        }
        if author.is_none() || message.author != author {
            return Err(Refusal::NotYours);
        }
        Ok(message)
    }

    /// Forgets what isn't kept at `now`.
    pub(super) fn sweep(&mut self, default: Retention, now: Timestamp) {
        let Retention { age, count } = self.own.or(default);
        // The newest always stays.
        while self.floor + 1 < self.entries.len() {
            let is_old = age.is_some_and(|age| self.entries[self.floor].ts < now.minus(age));
            let left = (self.entries.len() - self.floor) as u64;
            if !is_old && count.is_none_or(|count| left <= count) {
                break;
            }
            self.floor += 1;
        }
    }

    /// All events that are there, as they read now. Nobody here has a name.
    pub(super) fn events(&self) -> Vec<Event> {
        let all = (1..=self.head()).zip(&self.entries).skip(self.floor);
        all.map(|(place, entry)| self.event(place, entry)).collect()
    }

    fn event(&self, place: u64, entry: &Entry) -> Event {
        let happening = match &entry.what {
            What::Message { reply_to, .. } => Happening::Message {
                body: entry.text.clone(),
                reply_to: reply_to.map(seq),
                edited: entry.edited,
            },
            What::Edit { id, .. } => {
                let place = usize::try_from(*id).expect("small");
                let message = Some(&self.entries[place - 1]).filter(|_| place > self.floor);
                let body = message.and_then(|message| message.text.clone());
                Happening::Edited { id: seq(*id), body }
            }
            What::Delete { id } => Happening::Deleted { id: seq(*id) },
            What::React { id, emoji, on } => {
                let emoji = domain::Emoji::parse(emoji).expect("an emoji");
                Happening::Reaction { id: seq(*id), emoji, on: *on }
            }
        };
        let cid = entry.cid.map(|cid| domain::Cid::parse(&cid.to_string()).expect("a cid"));
        Event { seq: seq(place), ts: entry.ts, author: None, cid, happening }
    }

    /// How people react to the message at `place`, seen by `viewer`.
    pub(super) fn tallies(&self, place: Seq, viewer: Option<UserId>) -> Option<Vec<Tally>> {
        let place = usize::try_from(place.get()).expect("small");
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for (emoji, person) in &self.entries[place - 1].reactions {
            let of = domain::Emoji::parse(emoji).expect("an emoji");
            let tally = tallies.entry(emoji).or_insert(Tally { emoji: of, count: 0, mine: false });
            tally.count += 1;
            tally.mine |= Some(*person) == viewer;
        }
        Some(tallies.into_values().collect::<Vec<_>>()).filter(|tallies| !tallies.is_empty())
    }
}
