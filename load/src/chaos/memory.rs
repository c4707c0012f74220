//! What one client remembers.

use std::collections::VecDeque;
use std::time::Duration;

use domain::{Emoji, Seq};
use tokio::time::Instant;

use crate::client::{Act, Heard, Phrase, Trouble};
use crate::record::Kind;

/// How many commands a client has unanswered at most. The server takes 32.
const MOST_PENDING: usize = 16;

/// How many answered commands and messages it remembers.
const MOST_KEPT: usize = 48;

/// When it says something again to which nothing was answered. The server answers everything within 5 s.
const UNANSWERED: Duration = Duration::from_secs(7);

const EMOJI: [&str; 4] = ["👍", "🎉", "❤️", "x"];

/// What stands in messages: what JSON must escape, what UTF-8 writes in more bytes than one.
const NOISE: [&str; 8] =
    ["plain", "\"quoted\"", "back\\slash", "tab\there", "naïve", "日本語", "👩‍👩‍👧", "</script>"];

/// A command that was said and not answered.
#[derive(Debug)]
struct Pending {
    phrase: Phrase,
    /// When it was first said.
    said: Instant,
    /// When it is said again.
    again: Instant,
}

/// A client's memory: bounded, like everything here.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pending: Vec<Pending>,
    answered: VecDeque<Phrase>,
    /// Its own messages that it hasn't deleted.
    mine: VecDeque<Seq>,
    others: VecDeque<Seq>,
    /// Its own reactions that stand.
    reactions: VecDeque<(Seq, Emoji)>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It is stored, so long after it was first said.
    Stored(Duration),
    /// It is refused for good.
    Refused,
}

impl Memory {
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn may_say_more(&self) -> bool {
        self.pending.len() < MOST_PENDING
    }

    /// It says `phrase`, and wants to know what becomes of it.
    pub(super) fn says(&mut self, phrase: Phrase) {
        let now = Instant::now();
        self.pending.push(Pending { phrase, said: now, again: now + UNANSWERED });
    }

    /// What is to be said again: all that is pending, if it has just come `back`, else what has waited long enough.
    pub(super) fn due_again(&mut self, back: bool) -> Vec<Phrase> {
        let now = Instant::now();
        let mut due = Vec::new();
        for pending in &mut self.pending {
            if back || pending.again <= now {
                pending.again = now + UNANSWERED;
                due.push(pending.phrase.clone());
            }
        }
        due
    }

    /// Something it has said before, answered or not.
    pub(super) fn something_said(&self) -> Option<Phrase> {
        let pending = fastrand::choice(&self.pending).map(|pending| &pending.phrase);
        let answered = fastrand::choice(&self.answered);
        if fastrand::bool() { pending.or(answered) } else { answered.or(pending) }.cloned()
    }

    /// Something new to do; none, when it knows nothing to do that with.
    pub(super) fn invent(&mut self, kind: Kind, cid: &str) -> Option<Act> {
        let text = || {
            let noise = fastrand::choice(NOISE).unwrap_or_default();
            format!("{cid} {}", noise.repeat(fastrand::usize(0..20))).trim().to_owned()
        };
        Some(match kind {
            Kind::Message => {
                let reply_to = fastrand::choice(&self.others).filter(|_| fastrand::u8(..) < 32);
                Act::Say { text: text(), reply_to: reply_to.copied() }
            }
            Kind::Edited => Act::Edit { id: *fastrand::choice(&self.mine)?, text: text() },
            Kind::Deleted => {
                let index = fastrand::usize(..self.mine.len().max(1));
                Act::Delete { id: self.mine.remove(index)? }
            }
            Kind::Reaction => self.reaction()?,
        })
    }

    fn reaction(&mut self) -> Option<Act> {
        if fastrand::bool()
            && let Some((id, emoji)) = self.reactions.pop_front()
        {
            return Some(Act::React { id, emoji, on: false });
        }
        let among = if fastrand::u8(..) < 64 { &self.others } else { &self.mine };
        let id = *fastrand::choice(among)?;
        let emoji = Emoji::parse(fastrand::choice(EMOJI)?).ok()?;
        let stands = self.reactions.contains(&(id, emoji.clone()));
        (!stands).then_some(Act::React { id, emoji, on: true })
    }

    /// Learns from what it hears; how a command of its own has ended, if it has.
    pub(super) fn hears(&mut self, heard: &Heard) -> Option<Ending> {
        match heard {
            Heard::Ack { cid, id, .. } => self.stored(cid, *id),
            Heard::Event { id, kind, cid, .. } => {
                let own = cid.as_ref().and_then(|cid| self.stored(cid, *id));
                match kind {
                    Kind::Message if own.is_none() && !self.mine.contains(id) => {
                        keep(&mut self.others, *id);
                    }
                    Kind::Deleted => self.forget(*id),
                    _ => {}
                }
                own
            }
            Heard::Refused(trouble) => self.refused(trouble),
            _ => None,
        }
    }

    fn stored(&mut self, cid: &str, id: Seq) -> Option<Ending> {
        let index = self.pending.iter().position(|pending| pending.phrase.cid == cid)?;
        let Pending { phrase, said, .. } = self.pending.swap_remove(index);
        match &phrase.act {
            Act::Say { .. } => keep(&mut self.mine, id),
            Act::React { emoji, on: true, .. } => keep(&mut self.reactions, (id, emoji.clone())),
            Act::Delete { .. } => self.forget(id),
            Act::Edit { .. } | Act::React { .. } => {}
        }
        keep(&mut self.answered, phrase);
        Some(Ending::Stored(said.elapsed()))
    }

    fn refused(&mut self, trouble: &Trouble) -> Option<Ending> {
        let cid = trouble.cid.as_deref()?;
        let index = self.pending.iter().position(|pending| pending.phrase.cid == cid)?;
        if trouble.is_passing() {
            let pending = self.pending.get_mut(index)?;
            pending.again = Instant::now() + trouble.wait();
            return None;
        }
        self.pending.swap_remove(index);
        Some(Ending::Refused)
    }

    /// Nothing can be done any more with message `id`.
    fn forget(&mut self, id: Seq) {
        self.mine.retain(|known| *known != id);
        self.others.retain(|known| *known != id);
        self.reactions.retain(|(known, _)| *known != id);
    }
}

/// Remembers `what`; the oldest is forgotten for it.
fn keep<T>(memory: &mut VecDeque<T>, what: T) {
    if memory.len() >= MOST_KEPT {
        memory.pop_front();
    }
    memory.push_back(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(cid: &str, act: Act) -> Phrase {
        Phrase { cid: cid.to_owned(), act }
    }

    fn ack(cid: &str, id: u64) -> Heard {
        Heard::Ack { cid: cid.to_owned(), id: Seq::new(id), seq: Seq::new(id), dup: false }
    }

    fn refusal(cid: &str, code: &str) -> Heard {
        let (cid, code) = (Some(cid.to_owned()), code.to_owned());
        Heard::Refused(Trouble { code, cid, retry_after: Some(60_000), ..Trouble::default() })
    }

    #[test]
    fn what_is_said_is_pending_until_it_is_answered_and_all_of_it_is_said_again_on_return() {
        let mut memory = Memory::default();
        for cid in ["a", "b", "c"] {
            let act = memory.invent(Kind::Message, cid).unwrap();
            memory.says(phrase(cid, act));
        }
        assert!(memory.due_again(false).is_empty());
        assert_eq!(memory.due_again(true).len(), 3);
        assert!(matches!(memory.hears(&ack("a", 7)), Some(Ending::Stored(_))));
        assert_eq!(memory.hears(&ack("a", 7)), None, "once");
        assert_eq!(memory.hears(&refusal("b", "rate_limited")), None);
        assert_eq!(memory.hears(&refusal("c", "too_long")), Some(Ending::Refused));
        let again: Vec<_> = memory.due_again(true).into_iter().map(|phrase| phrase.cid).collect();
        assert_eq!(again, ["b"]);
    }

    #[test]
    fn only_its_own_messages_are_edited_and_deleted_and_none_twice() {
        let mut memory = Memory::default();
        assert_eq!(memory.invent(Kind::Edited, "e"), None);
        let act = memory.invent(Kind::Message, "a").unwrap();
        memory.says(phrase("a", act));
        let event = |id, cid: &str| Heard::Event {
            seq: Seq::new(id),
            id: Seq::new(id),
            kind: Kind::Message,
            cid: Some(cid.to_owned()),
        };
        assert_eq!(memory.hears(&event(1, "theirs")), None);
        assert!(memory.hears(&event(2, "a")).is_some());
        assert!(
            matches!(memory.invent(Kind::Edited, "e"), Some(Act::Edit { id, .. }) if id.get() == 2)
        );
        assert_eq!(memory.invent(Kind::Deleted, "d"), Some(Act::Delete { id: Seq::new(2) }));
        assert_eq!(memory.invent(Kind::Deleted, "d"), None);
    }
}
