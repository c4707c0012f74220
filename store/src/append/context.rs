//! What has to be known of the messages that a batch is about. A batch of nothing but messages asks none of it.

use std::collections::{BTreeSet, HashMap};

use domain::{Emoji, RoomId, Seq, UserId};
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteRow};
use sea_orm::sqlx::{self, Row};

use super::asides::Asides;
use super::lookup::json;
use super::messages::Message;
use crate::row::{unreadable, user_id};
use crate::{Change, Command, StoreError};

/// Each part answers for the entries of one JSON array, as the look-up's do.
pub(super) const CONTEXT: &str = "
    SELECT 1, e.room, e.seq, e.author, e.body IS NULL, NULL
      FROM json_each($1) AS d CROSS JOIN events AS e
     WHERE e.room = d.value ->> 0 AND e.seq = d.value ->> 1 AND e.kind = 1
     UNION ALL
    SELECT 2, t.room, t.message, t.count, 0, t.emoji
      FROM json_each($2) AS d CROSS JOIN tallies AS t
     WHERE t.room = d.value ->> 0 AND t.message = d.value ->> 1
     UNION ALL
    SELECT 3, r.room, r.message, r.person, 0, r.emoji
      FROM json_each($3) AS d CROSS JOIN reactions AS r
     WHERE r.room = d.value ->> 0 AND r.message = d.value ->> 1
       AND r.person = d.value ->> 2 AND r.emoji = d.value ->> 3
     UNION ALL
    SELECT 4, a.room, a.first, a.last, 0, NULL
      FROM json_each($4) AS d CROSS JOIN asides AS a
     WHERE a.room = d.value AND a.first = (SELECT max(first) FROM asides WHERE room = d.value)";

/// What is asked about a batch: nothing twice.
#[derive(Debug, Default)]
struct Question<'a> {
    /// Room and seq of each message.
    messages: BTreeSet<(i64, i64)>,
    /// The same of those that somebody reacts to.
    reacted: BTreeSet<(i64, i64)>,
    /// Room, seq, person and emoji of each reaction.
    reactions: BTreeSet<(i64, i64, i64, &'a str)>,
    /// Rooms that get events which are no messages.
    rooms: BTreeSet<i64>,
}

/// What the database knows of the messages that a batch is about.
#[derive(Debug, Default)]
pub(super) struct Context<'a> {
    /// Those of the messages that are there.
    pub(super) messages: HashMap<(RoomId, Seq), Message<'a>>,
    /// Where the rooms' logs hold no messages.
    pub(super) asides: Asides,
}

impl<'a> Question<'a> {
    fn of(commands: &'a [Command]) -> Self {
        let mut this = Self::default();
        for command in commands {
            let Some(target) = command.change.target() else { continue };
            let (room, message) = (command.room.get(), target.as_i64());
            this.rooms.insert(room);
            this.messages.insert((room, message));
            if let (Change::React { emoji, .. }, Some(person)) = (&command.change, command.author) {
                this.reacted.insert((room, message));
                this.reactions.insert((room, message, person.get(), emoji.as_str()));
            }
        }
        this
    }
}

impl Context<'_> {
    /// Asks, if there is anything to ask.
    pub(super) async fn of(
        conn: &mut SqliteConnection,
        commands: &[Command],
    ) -> Result<Self, StoreError> {
        let question = Question::of(commands);
        let mut context = Self::default();
        if question.messages.is_empty() {
            return Ok(context);
        }
        let query = sqlx::query(CONTEXT)
            .bind(json(&question.messages)?)
            .bind(json(&question.reacted)?)
            .bind(json(&question.reactions)?)
            .bind(json(&question.rooms)?);
        let mut rows = query.fetch_all(conn).await?;
        // Messages come first, whatever order the parts were answered in.
        rows.sort_by_key(|row| row.try_get::<i64, _>(0).unwrap_or_default());
        for row in rows {
            context.read(&row)?;
        }
        Ok(context)
    }

    fn read(&mut self, row: &SqliteRow) -> Result<(), StoreError> {
        let room = RoomId::new(row.try_get(1)?);
        let seq = Seq::from_i64(row.try_get(2)?);
        let number: Option<i64> = row.try_get(3)?;
        let emoji = || -> Result<Emoji, StoreError> {
            let text: String = row.try_get(5)?;
            Emoji::parse(&text).map_err(|_| unreadable("emoji", text))
        };
        let message = self.messages.get_mut(&(room, seq));
        match (row.try_get::<i64, _>(0)?, message) {
            (1, _) => {
                let author = number.and_then(UserId::new);
                self.messages.insert((room, seq), Message::of(author, row.try_get(4)?));
            }
            (2, Some(message)) => {
                message.has(emoji()?, number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0));
            }
            (3, Some(message)) => {
                message.has_from(user_id(number.unwrap_or_default())?, emoji()?);
            }
            (4, _) => self.asides.found(room, seq, Seq::from_i64(number.unwrap_or_default())),
            // Reactions to what is gone wait for the sweeper.
            _ => {}
        }
        Ok(())
    }
}
