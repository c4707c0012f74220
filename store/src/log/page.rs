//! What was said, in pages.

use std::collections::HashMap;

use domain::{Emoji, RoomId, Seq, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, FromQueryResult, QueryFilter, QueryOrder, Statement,
    TransactionTrait, Value,
};

use super::Event;
use super::places::Places;
use super::row::{read, rows};
use crate::StoreError;
use crate::entity::event::Column;
use crate::row::unreadable;

/// Which part of a room's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The newest.
    Newest,
    /// The newest of those before this place.
    Before(Seq),
    /// The oldest of those after this place.
    After(Seq),
}

/// A piece of what was said in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The messages, oldest first; every one is a [`super::Happening::Message`].
    pub messages: Vec<Event>,
    /// How people react to them now, by the message, in a fixed order of the emoji; without those nobody reacts to.
    pub reactions: HashMap<Seq, Vec<Tally>>,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
    /// The room's newest event when this was read: what it did to these messages is in here, and nothing later.
    pub as_of: Seq,
}

/// How many people react to a message with one emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The emoji.
    pub emoji: Emoji,
    /// How many people; at least one.
    pub count: u64,
    /// Whether the one who asks is among them.
    pub mine: bool,
}

/// At most `limit` messages of `room`, with how people react to them; `viewer` is the one who asks, if it is a person.
///
/// What it costs goes with `limit`, not with how long the log is, what else is in it, or how many people react.
pub async fn page(
    reader: &DatabaseConnection,
    room: RoomId,
    range: Range,
    limit: u32,
    viewer: Option<UserId>,
) -> Result<Page, StoreError> {
    // Several statements, and one moment of the log.
    let moment = reader.begin().await?;
    let page = page_of(&moment, room, range, limit, viewer).await?;
    moment.commit().await?;
    Ok(page)
}

async fn page_of(
    conn: &impl ConnectionTrait,
    room: RoomId,
    range: Range,
    limit: u32,
    viewer: Option<UserId>,
) -> Result<Page, StoreError> {
    // One more than was asked for tells whether there are more.
    let asked = usize::try_from(limit).unwrap_or(usize::MAX);
    let wanted = asked.saturating_add(1);
    let (backwards, start) = match range {
        Range::Newest => (true, Seq::new(u64::MAX)),
        Range::Before(seq) => (true, Seq::new(seq.get().saturating_sub(1))),
        Range::After(seq) => (false, seq.next()),
    };
    let places = look_around(conn, room, backwards, start, limit).await?;
    let as_of = Seq::new(places.head);
    let mut found: Vec<u64> = if backwards {
        places.back_from(start.get()).take(wanted).collect()
    } else {
        places.on_from(start.get()).take(wanted).collect()
    };
    let more = found.len() > asked;
    found.truncate(asked);
    if found.is_empty() {
        return Ok(Page { messages: Vec::new(), reactions: HashMap::new(), more, as_of });
    }
    let found = json(&found);
    let among = Expr::cust_with_values(AMONG, [found.clone()]);
    let messages = read(conn, rows(room).filter(among).order_by_asc(Column::Seq)).await?;
    let reactions = tallies(conn, room, found, viewer).await?;
    Ok(Page { messages, reactions, more, as_of })
}

const AMONG: &str = "\"events\".\"seq\" IN (SELECT value FROM json_each(?))";

/// Floor, head, and the asides at and before `$2`. Every message has at most one aside before it, so that `$3`, one more
/// than the messages that are wanted, is enough of them.
const BACK: &str = "
    SELECT coalesce((SELECT floor FROM rooms WHERE id = $1), 0) AS low,
           coalesce((SELECT max(seq) FROM events WHERE room = $1), 0) AS high
     UNION ALL
    SELECT * FROM (SELECT first, last FROM asides
                    WHERE room = $1 AND first <= $2 ORDER BY first DESC LIMIT $3)";

/// The same for those at and after `$2`, where the one before it may reach.
const ON: &str = "
    SELECT coalesce((SELECT floor FROM rooms WHERE id = $1), 0) AS low,
           coalesce((SELECT max(seq) FROM events WHERE room = $1), 0) AS high
     UNION ALL
    SELECT * FROM (SELECT first, last FROM asides
                    WHERE room = $1 AND first >=
                          coalesce((SELECT max(first) FROM asides WHERE room = $1 AND first <= $2), 0)
                    ORDER BY first LIMIT $3)";

async fn look_around(
    conn: &impl ConnectionTrait,
    room: RoomId,
    backwards: bool,
    start: Seq,
    limit: u32,
) -> Result<Places, StoreError> {
    let sql = if backwards { BACK } else { ON };
    let values = [room.get().into(), start.as_i64().into(), (i64::from(limit) + 3).into()];
    let rows = conn.query_all_raw(statement(conn, sql, values)).await?;
    let bounds = |row: &sea_orm::QueryResult| {
        let (low, high): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok((Seq::from_i64(low).get(), Seq::from_i64(high).get()))
    };
    let mut rows = rows.iter().map(bounds).collect::<Result<Vec<_>, StoreError>>()?.into_iter();
    let (floor, head) = rows.next().unwrap_or_default();
    Ok(Places { floor, head, asides: rows.collect() })
}

/// At most [`crate::MOST_EMOJI`] rows a message.
const TALLIES: &str = "
    SELECT t.message, t.emoji, t.count, r.person IS NOT NULL AS mine
      FROM json_each($1) AS d CROSS JOIN tallies AS t
      LEFT JOIN reactions AS r
           ON r.room = t.room AND r.message = t.message AND r.person = $3 AND r.emoji = t.emoji
     WHERE t.room = $2 AND t.message = d.value";

#[derive(FromQueryResult)]
struct TallyRow {
    message: i64,
    emoji: String,
    count: i64,
    mine: bool,
}

async fn tallies(
    conn: &impl ConnectionTrait,
    room: RoomId,
    messages: String,
    viewer: Option<UserId>,
) -> Result<HashMap<Seq, Vec<Tally>>, StoreError> {
    let values = [messages.into(), room.get().into(), viewer.map(UserId::get).into()];
    let rows = TallyRow::find_by_statement(statement(conn, TALLIES, values)).all(conn).await?;
    let mut tallies: HashMap<Seq, Vec<Tally>> = HashMap::new();
    for TallyRow { message, emoji, count, mine } in rows {
        let emoji = Emoji::parse(&emoji).map_err(|_| unreadable("emoji", emoji))?;
        let count = u64::try_from(count).map_err(|_| unreadable("count", count))?;
        tallies.entry(Seq::from_i64(message)).or_default().push(Tally { emoji, count, mine });
    }
    Ok(tallies)
}

fn statement<const N: usize>(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

fn json(places: &[u64]) -> String {
    let places: Vec<String> = places.iter().map(u64::to_string).collect();
    format!("[{}]", places.join(","))
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;
    use crate::explain::Plan;

    #[tokio::test]
    async fn a_page_is_found_without_walking_through_the_log() {
        let values: [Value; 3] = [2.into(), 9.into(), 50.into()];
        let asides = "SEARCH asides USING PRIMARY KEY (room=? AND first";
        let head = "SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (room=?)";
        for sql in [BACK, ON] {
            Plan::of(sql, &values).await.is(&[asides, head], &[]);
        }
        let among = Expr::cust_with_values(AMONG, ["[]"]);
        let messages = rows(RoomId::new(2)).filter(among).order_by_asc(Column::Seq);
        let messages = messages.build(DbBackend::Sqlite);
        let values = messages.values.expect("values").0;
        let searches = [
            "SEARCH events USING INDEX sqlite_autoindex_events_1 (room=? AND seq=?)",
            "SEARCH about USING INDEX sqlite_autoindex_events_1 (room=? AND seq=?)",
            "SEARCH people USING INTEGER PRIMARY KEY",
        ];
        Plan::of(&messages.sql, &values).await.is(&searches, &["json_each"]);
        let values: [Value; 3] = ["[]".into(), 2.into(), 7.into()];
        let searches = [
            "SEARCH t USING PRIMARY KEY (room=? AND message=?)",
            "SEARCH r USING PRIMARY KEY (room=? AND message=? AND person=? AND emoji=?)",
        ];
        Plan::of(TALLIES, &values).await.is(&searches, &["d"]);
    }
}
