//! Where a room's messages are in its log.

use std::iter::Peekable;
use std::vec::IntoIter;

/// The log of a room, as far as it must be known to find messages in it. What is above the floor, up to the head and in
/// none of the asides is a message.
#[derive(Debug)]
pub(super) struct Places {
    /// The newest seq that was removed.
    pub(super) floor: u64,
    /// The newest seq there is.
    pub(super) head: u64,
    /// Runs of events that are no messages, first and last of each, in the order in which they are met.
    pub(super) asides: Vec<(u64, u64)>,
}

impl Places {
    /// The newest messages at or before `start`, newest first.
    pub(super) fn back_from(self, start: u64) -> impl Iterator<Item = u64> {
        let mut asides = self.asides.into_iter().peekable();
        let mut next = start.min(self.head);
        std::iter::from_fn(move || {
            while asides.next_if(|(first, _)| *first > next).is_some() {}
            if let Some((first, _)) = holding(&mut asides, next) {
                next = first.saturating_sub(1);
            }
            let place = next;
            next = next.saturating_sub(1);
            (place > self.floor).then_some(place)
        })
    }

    /// The oldest messages at or after `start`, oldest first.
    pub(super) fn on_from(self, start: u64) -> impl Iterator<Item = u64> {
        let mut asides = self.asides.into_iter().peekable();
        let mut next = start.max(self.floor.saturating_add(1));
        std::iter::from_fn(move || {
            while asides.next_if(|(_, last)| *last < next).is_some() {}
            if let Some((_, last)) = holding(&mut asides, next) {
                next = last.saturating_add(1);
            }
            let place = next;
            next = next.saturating_add(1);
            (place <= self.head).then_some(place)
        })
    }
}

/// The aside that comes next, if `place` is in it.
fn holding(asides: &mut Peekable<IntoIter<(u64, u64)>>, place: u64) -> Option<(u64, u64)> {
    asides.next_if(|(first, last)| (*first..=*last).contains(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of ten events, 1 and 2 are gone and 4, 5, 8 and 10 are no messages.
    fn places(backwards: bool) -> Places {
        let mut asides = vec![(1, 1), (4, 5), (8, 8), (10, 10)];
        if backwards {
            asides.reverse();
        }
        Places { floor: 2, head: 10, asides }
    }

    #[test]
    fn asides_and_what_is_gone_are_passed_over() {
        for (start, expected) in [
            (u64::MAX, &[9, 7, 6, 3][..]),
            (10, &[9, 7, 6, 3]),
            (9, &[9, 7, 6, 3]),
            (8, &[7, 6, 3]),
            (5, &[3]),
            (3, &[3]),
            (2, &[]),
            (0, &[]),
        ] {
            assert_eq!(places(true).back_from(start).collect::<Vec<_>>(), expected, "{start}");
        }
        for (start, expected) in [
            (0, &[3, 6, 7, 9][..]),
            (3, &[3, 6, 7, 9]),
            (4, &[6, 7, 9]),
            (5, &[6, 7, 9]),
            (7, &[7, 9]),
            (8, &[9]),
            (10, &[]),
            (11, &[]),
            (u64::MAX, &[]),
        ] {
            assert_eq!(places(false).on_from(start).collect::<Vec<_>>(), expected, "{start}");
        }
    }

    #[test]
    fn an_empty_log_has_no_messages() {
        let empty = || Places { floor: 0, head: 0, asides: Vec::new() };
        assert_eq!(empty().back_from(u64::MAX).count(), 0);
        assert_eq!(empty().on_from(0).count(), 0);
    }
}
