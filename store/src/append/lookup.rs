//! What has to be known before a batch can be numbered, asked in one statement.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::{RoomId, Seq, Timestamp};
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteRow};
use sea_orm::sqlx::{self, Row};
use serde::Serialize;

use super::Extent;
use crate::{Change, Command, StoreError};

/// Each part answers for the entries of one JSON array, so that one statement does for every batch.
macro_rules! look_up {
    () => {
        "SELECT 1, d.value ->> 0, e.seq, e.ts
           FROM json_each($1) AS d CROSS JOIN events AS e INDEXED BY events_by_cid
          WHERE e.cid = d.value ->> 1 AND e.author = d.value ->> 2 AND e.room = d.value ->> 3
          UNION ALL
         SELECT 2, r.id, coalesce((SELECT max(seq) FROM events WHERE room = r.id), 0), 0
           FROM json_each($2) AS d CROSS JOIN rooms AS r
          WHERE r.id = d.value
          UNION ALL
         SELECT 3, d.value ->> 0, e.seq, 0
           FROM json_each($3) AS d CROSS JOIN events AS e
          WHERE e.room = d.value ->> 1 AND e.seq = d.value ->> 2 AND e.kind = 1"
    };
}

pub(super) const LOOK_UP: &str = look_up!();
const BEGIN_AND_LOOK_UP: &str = concat!("BEGIN IMMEDIATE; ", look_up!());

/// What is asked about a batch. Commands go by their place in it.
#[derive(Debug, Default)]
pub(super) struct Question<'a> {
    /// Place, cid, author, room of what could be a retry.
    cids: Vec<(usize, &'a str, i64, i64)>,
    /// Rooms whose head isn't known.
    rooms: BTreeSet<i64>,
    /// Place, room and seq of what is answered to.
    replies: Vec<(usize, i64, i64)>,
}

/// What the database knows about a batch.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Which commands are in the log already, and where.
    pub(super) duplicates: HashMap<usize, (Seq, Timestamp)>,
    /// The heads that were asked for, of those rooms that exist.
    pub(super) heads: HashMap<RoomId, Seq>,
    /// Which commands answer to a message that is there.
    pub(super) answerable: HashSet<usize>,
}

impl<'a> Question<'a> {
    /// What has to be asked about `commands`, when the heads of some rooms are known.
    pub(super) fn of(commands: &'a [Command], is_known: impl Fn(RoomId) -> bool) -> Self {
        let mut this = Self::default();
        for (place, command) in commands.iter().enumerate() {
            let room = command.room.get();
            if let (Some(author), Some(cid)) = (command.author, &command.cid) {
                this.cids.push((place, cid.as_str(), author.get(), room));
            }
            if !is_known(command.room) {
                this.rooms.insert(room);
            }
            if let Change::Message { reply_to: Some(seq), .. } = command.change {
                this.replies.push((place, room, seq.as_i64()));
            }
        }
        this
    }

    /// Asks, and begins the transaction first if it is this batch's own.
    pub(super) async fn ask(
        &self,
        conn: &mut SqliteConnection,
        extent: Extent,
    ) -> Result<Answer, StoreError> {
        let sql = match extent {
            Extent::Whole => BEGIN_AND_LOOK_UP,
            Extent::Part => LOOK_UP,
        };
        let query = sqlx::query(sql)
            .bind(json(&self.cids)?)
            .bind(json(&self.rooms)?)
            .bind(json(&self.replies)?);
        let mut answer = Answer::default();
        for row in query.fetch_all(conn).await? {
            answer.read(&row)?;
        }
        Ok(answer)
    }
}

impl Answer {
    fn read(&mut self, row: &SqliteRow) -> Result<(), sqlx::Error> {
        let (part, subject): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let seq = Seq::from_i64(row.try_get(2)?);
        let place = usize::try_from(subject).unwrap_or(usize::MAX);
        match part {
            1 => {
                self.duplicates.insert(place, (seq, Timestamp::from_millis(row.try_get(3)?)));
            }
            2 => {
                self.heads.insert(RoomId::new(subject), seq);
            }
            _ => {
                self.answerable.insert(place);
            }
        }
        Ok(())
    }
}

/// As a parameter for `json_each`.
pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Rejected(Arc::new(error)))
}
