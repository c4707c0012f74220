//! A room's recent events, kept so that most who come back need not be read for.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use domain::Seq;

/// The most events that are kept.
const MOST_EVENTS: usize = 256;
/// The most bytes that they may take: ten thousand busy rooms then keep 640 MB at worst.
const MOST_BYTES: usize = 64 * 1024;

/// The newest events of a room, as they were handed out, without a hole up to the last. It never holds a text that isn't
/// the message's any more: when one is changed or deleted, the ring begins behind the last event that carried the old one.
#[derive(Default)]
pub(super) struct Ring {
    events: VecDeque<Kept>,
    last: Seq,
    bytes: usize,
}

/// One event.
struct Kept {
    frame: Bytes,
    /// The message whose text it carries.
    text_of: Option<Seq>,
}

impl Kept {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.frame.len()
    }
}

impl Ring {
    /// Keeps the event at `seq`. Behind a hole it is the first.
    pub(super) fn push(&mut self, seq: Seq, frame: Bytes, text_of: Option<Seq>) {
        if seq != self.last.next() {
            self.clear();
        }
        let kept = Kept { frame, text_of };
        self.last = seq;
        self.bytes += kept.bytes();
        self.events.push_back(kept);
        while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            self.drop_oldest();
        }
    }

    /// Everything after `since` up to and with `head`, as one piece; nothing when it isn't all here.
    pub(super) fn between(&self, since: Seq, head: Seq) -> Option<Bytes> {
        if since == head {
            return Some(Bytes::new());
        }
        // A room whose actor was replaced, or that missed something, knows the head without what leads there.
        if self.last != head {
            return None;
        }
        let missed = usize::try_from(self.last.get().checked_sub(since.get())?).ok()?;
        let skipped = self.events.len().checked_sub(missed)?;
        let mut frames = BytesMut::new();
        for kept in self.events.iter().skip(skipped) {
            frames.extend_from_slice(&kept.frame);
        }
        Some(frames.freeze())
    }

    /// Forgets the text that message `id` had: it has another one, or none.
    pub(super) fn forget_text(&mut self, id: Seq) {
        let carries = |kept: &Kept| kept.text_of == Some(id);
        if let Some(place) = self.events.iter().rposition(carries) {
            for _ in 0..=place {
                self.drop_oldest();
            }
        }
    }

    /// Forgets everything up to and with `floor`: the log holds it no more.
    pub(super) fn forget_up_to(&mut self, floor: Seq) {
        while !self.events.is_empty() && self.first() <= floor {
            self.drop_oldest();
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The place of the oldest event, of which there is one.
    fn first(&self) -> Seq {
        let kept = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        Seq::new((self.last.get() + 1).saturating_sub(kept))
    }

    fn drop_oldest(&mut self) {
        if let Some(kept) = self.events.pop_front() {
            self.bytes -= kept.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(seqs: std::ops::RangeInclusive<u64>) -> Ring {
        let mut ring = Ring::default();
        seqs.for_each(|seq| push(&mut ring, seq, Some(seq)));
        ring
    }

    fn push(ring: &mut Ring, seq: u64, text_of: Option<u64>) {
        ring.push(Seq::new(seq), format!("{seq} ").into(), text_of.map(Seq::new));
    }

    fn after(ring: &Ring, since: u64) -> Option<String> {
        let frames = ring.between(Seq::new(since), ring.last)?;
        Some(String::from_utf8(frames.to_vec()).expect("text"))
    }

    #[test]
    fn it_gives_what_came_after_or_nothing_when_that_is_not_all_there() {
        let ring = ring(5..=8);
        assert_eq!(after(&ring, 8).as_deref(), Some(""));
        assert_eq!(after(&ring, 6).as_deref(), Some("7 8 "));
        assert_eq!(after(&ring, 4).as_deref(), Some("5 6 7 8 "));
        assert_eq!(after(&ring, 3), None, "5 is the first it has");
        assert_eq!(after(&ring, 9), None, "nobody has heard that yet");
    }

    #[test]
    fn it_gives_nothing_up_to_a_head_that_it_has_not() {
        let between = |ring: &Ring, since, head| ring.between(Seq::new(since), Seq::new(head));
        assert_eq!(between(&Ring::default(), 0, 1), None, "it knows nothing of 1");
        assert_eq!(between(&Ring::default(), 1, 1), Some(Bytes::new()));
        assert_eq!(between(&ring(1..=3), 1, 4), None);
    }

    #[test]
    fn it_begins_anew_behind_a_hole() {
        let mut ring = ring(1..=3);
        push(&mut ring, 5, None);
        assert_eq!(after(&ring, 4).as_deref(), Some("5 "));
        assert_eq!(after(&ring, 3), None);
    }

    #[test]
    fn it_is_bounded_in_events_and_in_bytes() {
        let ring = ring(1..=1000);
        assert_eq!(ring.events.len(), MOST_EVENTS);
        assert!(after(&ring, 744).is_some() && after(&ring, 743).is_none());
        let mut ring = Ring::default();
        (1..=100).for_each(|seq| ring.push(Seq::new(seq), vec![0; 4096].into(), None));
        assert!(ring.bytes <= MOST_BYTES && ring.events.len() == 15, "{}", ring.events.len());
        ring.push(Seq::new(101), vec![0; MOST_BYTES].into(), None);
        assert_eq!((ring.events.len(), ring.bytes), (0, 0), "too large to be kept");
        assert_eq!(after(&ring, 100), None);
        assert_eq!(after(&ring, 101).as_deref(), Some(""));
    }

    #[test]
    fn a_text_that_is_the_messages_no_more_is_forgotten_with_what_came_before() {
        let mut ring = ring(1..=6);
        push(&mut ring, 7, Some(3)); // an edit of 3
        ring.forget_text(Seq::new(9));
        assert_eq!(ring.events.len(), 7);
        ring.forget_text(Seq::new(2));
        assert_eq!(after(&ring, 2).as_deref(), Some("3 4 5 6 7 "));
        ring.forget_text(Seq::new(3));
        assert_eq!(after(&ring, 7).as_deref(), Some(""), "the edit carried its text too");
        assert_eq!(after(&ring, 6), None);
        assert_eq!(ring.bytes, 0);
    }

    #[test]
    fn what_the_log_holds_no_more_is_forgotten() {
        let mut ring = ring(1..=6);
        ring.forget_up_to(Seq::new(4));
        assert_eq!((after(&ring, 4).as_deref(), after(&ring, 3)), (Some("5 6 "), None));
        ring.forget_up_to(Seq::new(99));
        assert_eq!(after(&ring, 6).as_deref(), Some(""));
    }
}
