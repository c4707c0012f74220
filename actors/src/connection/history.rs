//! Reading what was said.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use domain::Seq;
use store::log::{self, Page, Range};
use wire::encode;
use wire::frame::{History, Message, Tally};

use super::{Connection, event};
use crate::permit::Permit;

/// How long a page may take. A client whose request is unanswered after so long gets `unavailable`.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of messages in one answer; what is cut off is `more`.
const MOST_BYTES: usize = 256 * 1024 - 512;

/// How much may wait in the outbox when a page is queued: an answer fits behind it (`sockets.outbound_bytes`).
const BACKLOG_BYTES: usize = 128 * 1024;

/// Answers a request for history, in a task of its own: reading takes a while, and the client may ask for more meanwhile
/// (as much as its permits allow). One page of a socket is read and queued after the other, and no faster than its client
/// takes them, so that asking for many doesn't count as being slow.
pub(super) fn answer(connection: &Arc<Connection>, range: Range, limit: u16, permit: Permit) {
    let connection = Arc::clone(connection);
    let tracker = connection.context.tracker.clone();
    tracker.spawn(async move {
        let answered = async {
            let _turn = connection.paging.lock().await;
            if !connection.outbox.drained(BACKLOG_BYTES).await {
                return;
            }
            let reader = connection.context.store.reader();
            let (room, viewer) = (connection.room.id(), connection.user());
            match log::page(reader, room, range, u32::from(limit), viewer).await {
                Ok(page) => send(page, range, permit),
                // Dropping the permit answers.
                Err(error) => tracing::warn!(connection = %connection.id, %error, "no history"),
            }
        };
        if tokio::time::timeout(PATIENCE, answered).await.is_err() {
            tracing::warn!(connection = %connection.id, "no history in time");
        }
    });
}

fn send(page: Page, range: Range, permit: Permit) {
    let Page { messages, reactions, more, as_of } = page;
    let tallies: HashMap<Seq, Vec<Tally<'_>>> = reactions
        .iter()
        .map(|(id, tallies)| (*id, tallies.iter().map(event::tally).collect()))
        .collect();
    let tallies = |id| tallies.get(id).map_or(&[][..], Vec::as_slice);
    let messages: Vec<_> =
        messages.iter().map(|message| event::message(message, tallies(&message.seq))).collect();
    let kept = cut(&messages, range);
    let rid = permit.rid().cloned();
    let more = more || kept.len() < messages.len();
    permit.answer(&History { messages: kept, more, as_of, rid: rid.as_ref() });
}

/// As many of `messages` as fit into one answer, at least one: those next to where the client reads on from.
fn cut<'a>(messages: &'a [Message<'a>], range: Range) -> &'a [Message<'a>] {
    let mut scratch = BytesMut::new();
    let mut fits = |message: &&Message<'_>| {
        // As it will be written, since a text can grow sixfold by its escapes. The frame's header stands for the comma.
        encode::text(&mut scratch, *message);
        scratch.len() <= MOST_BYTES
    };
    match range {
        Range::After(_) => {
            let count = messages.iter().take_while(&mut fits).count().max(1);
            messages.get(..count).unwrap_or(messages)
        }
        Range::Newest | Range::Before(_) => {
            let count = messages.iter().rev().take_while(&mut fits).count().max(1);
            messages.get(messages.len().saturating_sub(count)..).unwrap_or(messages)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use store::log::{Event, Happening};

    use super::*;

    fn said(seq: u64, bytes: usize) -> Event {
        Event {
            seq: Seq::new(seq),
            author: None,
            cid: None,
            happening: Happening::Message {
                body: Some("a".repeat(bytes)),
                reply_to: None,
                edited: None,
            },
            ts: Timestamp::default(),
        }
    }

    #[test]
    fn an_answer_is_cut_on_the_far_side_of_where_the_client_reads_on() {
        let events: Vec<_> = (1..=4).map(|seq| said(seq, 100 * 1024)).collect();
        let messages: Vec<_> = events.iter().map(|said| event::message(said, &[])).collect();
        let seqs = |range| cut(&messages, range).iter().map(|m| m.seq.get()).collect::<Vec<_>>();
        assert_eq!(seqs(Range::After(Seq::ZERO)), [1, 2]);
        assert_eq!(seqs(Range::Newest), [3, 4]);
        assert_eq!(seqs(Range::Before(Seq::new(5))), [3, 4]);
    }

    #[test]
    fn a_message_over_the_bound_still_comes() {
        let events = [said(1, 300 * 1024)];
        let messages: Vec<_> = events.iter().map(|said| event::message(said, &[])).collect();
        assert_eq!(cut(&messages, Range::Newest).len(), 1);
        assert_eq!(cut(&messages, Range::After(Seq::ZERO)).len(), 1);
        assert!(cut(&[], Range::Newest).is_empty());
    }
}
