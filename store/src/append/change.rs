//! Writing what becomes of the messages that a batch was about.

use std::collections::HashMap;

use domain::{Emoji, RoomId, Seq, Timestamp};
use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::SqliteConnection;

use super::Extent;
use super::asides::Asides;
use super::lookup::json;
use super::messages::Message;
use crate::StoreError;

/// Each statement goes through one JSON array. Texts are rewritten where they stand: no second row ever holds one.
macro_rules! change {
    () => {
        "UPDATE events SET body = d.value ->> 2, edited_at = coalesce(d.value ->> 3, edited_at)
           FROM json_each($1) AS d
          WHERE events.room = d.value ->> 0 AND events.seq = d.value ->> 1;
         DELETE FROM reactions
          WHERE (room, message) IN (SELECT value ->> 0, value ->> 1 FROM json_each($2));
         DELETE FROM tallies
          WHERE (room, message) IN (SELECT value ->> 0, value ->> 1 FROM json_each($2));
         DELETE FROM reactions
          WHERE (room, message, person, emoji) IN
                (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($3));
         INSERT INTO reactions (room, message, person, emoji)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($4);
         DELETE FROM tallies
          WHERE (room, message, emoji) IN
                (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($5));
         INSERT INTO tallies (room, message, emoji, count)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($6) WHERE true
             ON CONFLICT (room, message, emoji) DO UPDATE SET count = excluded.count;
         INSERT INTO asides (room, first, last)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($7) WHERE true
             ON CONFLICT (room, first) DO UPDATE SET last = excluded.last"
    };
}

pub(super) const CHANGE: &str = change!();
const CHANGE_AND_COMMIT: &str = concat!(change!(), "; COMMIT");

/// What is to be written beside the events. Every entry begins with a room and a message (or an aside's first).
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    /// The text, none when it is deleted, and when it was edited, if it was.
    texts: Vec<(i64, i64, Option<&'a str>, Option<i64>)>,
    deleted: Vec<(i64, i64)>,
    reactions_off: Vec<(i64, i64, i64, &'a str)>,
    reactions_on: Vec<(i64, i64, i64, &'a str)>,
    uncounted: Vec<(i64, i64, &'a str)>,
    counted: Vec<(i64, i64, &'a str, u64)>,
    asides: Vec<(i64, i64, i64)>,
}

impl<'a> Changes<'a> {
    /// What has to be written when `messages` and `asides` are what a batch made of them.
    pub(super) fn of(messages: &'a HashMap<(RoomId, Seq), Message<'a>>, asides: &Asides) -> Self {
        let mut this = Self { asides: asides.grown(), ..Self::default() };
        for ((room, seq), message) in messages {
            this.add(room.get(), seq.as_i64(), message);
        }
        this
    }

    fn add(&mut self, room: i64, id: i64, message: &'a Message<'a>) {
        let edited_at = message.edited.map(|(_, at)| Timestamp::millis(at));
        if message.is_deleted_now {
            self.texts.push((room, id, None, edited_at));
            self.deleted.push((room, id));
            return;
        }
        if let Some((body, _)) = message.edited {
            self.texts.push((room, id, Some(body.as_str()), edited_at));
        }
        for ((person, emoji), reaction) in &message.reactions {
            let row = (room, id, person.get(), Emoji::as_str(emoji));
            match (reaction.before, reaction.now) {
                (true, false) => self.reactions_off.push(row),
                (false, true) => self.reactions_on.push(row),
                _ => {}
            }
        }
        for (emoji, count) in &message.counts {
            if count.now == 0 && count.before > 0 {
                self.uncounted.push((room, id, emoji.as_str()));
            } else if count.now != count.before {
                self.counted.push((room, id, emoji.as_str(), count.now));
            }
        }
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        // Whatever else there is comes with an event that is no message.
        self.asides.is_empty()
    }

    /// Writes it, and commits the transaction after it if it is this batch's own.
    pub(super) async fn write(
        &self,
        conn: &mut SqliteConnection,
        extent: Extent,
    ) -> Result<(), StoreError> {
        let sql = match extent {
            Extent::Whole => CHANGE_AND_COMMIT,
            Extent::Part => CHANGE,
        };
        sqlx::query(sql)
            .bind(json(&self.texts)?)
            .bind(json(&self.deleted)?)
            .bind(json(&self.reactions_off)?)
            .bind(json(&self.reactions_on)?)
            .bind(json(&self.uncounted)?)
            .bind(json(&self.counted)?)
            .bind(json(&self.asides)?)
            .execute(conn)
            .await?;
        Ok(())
    }
}
