//! What happened after a place.

use domain::{RoomId, Seq};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::{read, rows};
use super::{Event, Happening};
use crate::StoreError;
use crate::entity::event::Column;

/// What stands around an event's text when it is sent, roughly, in bytes: [`after`] counts it.
pub const EVENT_BYTES: usize = 192;

/// How many events a catch-up reads at a time, before it knows how large they are.
const CHUNK: u64 = 128;

/// The events of `room` after `since` up to and with `upto`, oldest first, for a catch-up: as many as weigh no more than
/// `max_bytes`, and at least one if there is one. An event weighs its text and [`EVENT_BYTES`]. Ask again with the last
/// one's seq until it is `upto`, or nothing comes.
///
/// Where the first one's seq isn't the one after `since`, retention has removed what was between.
pub async fn after(
    conn: &impl ConnectionTrait,
    room: RoomId,
    since: Seq,
    upto: Seq,
    max_bytes: usize,
) -> Result<Vec<Event>, StoreError> {
    let mut events: Vec<Event> = Vec::new();
    let mut weight = 0_usize;
    loop {
        let last = events.last().map_or(since, |event| event.seq);
        let next = rows(room)
            .filter(Column::Seq.gt(last.as_i64()))
            .filter(Column::Seq.lte(upto.as_i64()))
            .order_by_asc(Column::Seq)
            .limit(CHUNK);
        let chunk = read(conn, next).await?;
        let is_last = u64::try_from(chunk.len()).unwrap_or(CHUNK) < CHUNK;
        for event in chunk {
            weight += EVENT_BYTES + text_bytes(&event);
            if weight > max_bytes && !events.is_empty() {
                return Ok(events);
            }
            events.push(event);
        }
        if is_last {
            return Ok(events);
        }
    }
}

fn text_bytes(event: &Event) -> usize {
    match &event.happening {
        Happening::Message { body, .. } | Happening::Edited { body, .. } => {
            body.as_ref().map_or(0, String::len)
        }
        Happening::Reaction { emoji, .. } => emoji.as_str().len(),
        Happening::Deleted { .. } => 0,
    }
}
