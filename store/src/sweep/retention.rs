//! How rooms' logs lose their oldest events.

use domain::{RoomId, RoomName, Seq, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use crate::entity::{aside, event, room, tally};
use crate::rooms::retention;
use crate::row::{room_id, unreadable};
use crate::{Retention, StoreError, WriteTransaction};

/// What a slice removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The rooms that lost events, each with its floor now: the newest place that is gone.
    pub floors: Vec<(RoomId, RoomName, Seq)>,
    /// How many events went.
    pub events: u64,
    /// Where the next slice begins. None: the round is through.
    pub next: Option<RoomId>,
}

/// Removes at most `limit` events that rooms no longer keep, of the rooms from `from` on (None: from the first), at most
/// `limit` of them. `default` holds for rooms that have no settings of their own. Begin with None, go on with what comes
/// back, until that is None.
///
/// **An event goes when it is old or one too many, and everything before it goes.** Old: its time is further back than
/// `age` from this moment. One too many: `count` events came after it. So what is there is always one piece, from the
/// floor to the head; and where the clock was set back or ran ahead, so that the times in a room don't rise, an event is
/// kept until its own time is up, and those after it stay with it, if need be longer than `age`. The newest event of a
/// room stays whatever its age: the next one takes its number from it.
///
/// With an event go the reactions to it and its cid: a retry of it would be taken for new. Edits and deletions of what is
/// gone stay until their own time. Reactions are many to a message: those that are more than `limit` go in later slices,
/// and nobody can see them any more.
pub async fn retention_slice(
    tx: &WriteTransaction,
    default: Retention,
    from: Option<RoomId>,
    limit: u32,
) -> Result<Removed, StoreError> {
    let limit = limit.max(1);
    let rooms = look_at(tx, from, limit).await?;
    let were_all = u32::try_from(rooms.len()).is_ok_and(|found| found < limit);
    let mut removed = Removed::default();
    let mut left = limit;
    let now = tx.now();
    for room in rooms {
        let id = room.id;
        let retention = room.retention().or(default);
        let (gone, floor) = if room.has_more_than(retention, now) {
            remove(tx, &room, retention, now, left).await?
        } else {
            (0, room.floor)
        };
        if gone > 0 {
            removed.floors.push((room_id(id), room.name()?, Seq::from_i64(floor)));
        }
        let orphans = if gone > 0 || room.has_orphans {
            remove_reactions(tx, id, floor, left).await?
        } else {
            0
        };
        removed.events += u64::from(gone);
        left -= gone;
        let orphans = u32::try_from(orphans).unwrap_or(u32::MAX);
        let is_full = left == 0 || orphans >= left;
        left = left.saturating_sub(orphans);
        // There may be more of this room, or no time for another.
        if is_full {
            removed.next = Some(room_id(id));
            return Ok(removed);
        }
        removed.next = Some(room_id(id + 1));
    }
    if were_all {
        removed.next = None;
    }
    Ok(removed)
}

const LOOK: &str = "
    SELECT r.id, r.name, r.floor, r.retention_age, r.retention_count,
           coalesce((SELECT max(seq) FROM events WHERE room = r.id), 0) AS head,
           coalesce((SELECT ts FROM events WHERE room = r.id ORDER BY seq LIMIT 1), 0) AS oldest,
           EXISTS (SELECT 1 FROM reactions WHERE room = r.id AND message <= r.floor) AS has_orphans
      FROM rooms AS r
     WHERE r.id >= $1 AND r.name IS NOT NULL
     ORDER BY r.id LIMIT $2";

/// A room, and what its log tells at a glance.
#[derive(FromQueryResult)]
struct Room {
    id: i64,
    name: String,
    floor: i64,
    retention_age: Option<i64>,
    retention_count: Option<i64>,
    head: i64,
    oldest: i64,
    has_orphans: bool,
}

impl Room {
    fn name(&self) -> Result<RoomName, StoreError> {
        self.name.parse().map_err(|_| unreadable("room name", &self.name))
    }

    fn retention(&self) -> Retention {
        retention(self.retention_age, self.retention_count)
    }

    /// Whether the oldest event is to go.
    fn has_more_than(&self, retention: Retention, now: Timestamp) -> bool {
        let oldest = Oldest { seq: self.floor + 1, ts: self.oldest };
        oldest.seq < self.head && oldest.goes(self.head, retention, now)
    }
}

/// One of the oldest events of a room.
#[derive(FromQueryResult)]
struct Oldest {
    seq: i64,
    ts: i64,
}

impl Oldest {
    /// Whether this one is to go, once everything before it is gone.
    fn goes(&self, head: i64, retention: Retention, now: Timestamp) -> bool {
        let since_it = u64::try_from(head - self.seq).unwrap_or(0);
        let one_too_many = retention.count.is_some_and(|count| since_it >= count);
        one_too_many
            || retention.age.is_some_and(|age| Timestamp::from_millis(self.ts) < now.minus(age))
    }
}

async fn look_at(
    tx: &WriteTransaction,
    from: Option<RoomId>,
    limit: u32,
) -> Result<Vec<Room>, StoreError> {
    let from = from.map_or(0, RoomId::get);
    let look = statement(tx, LOOK, [from.into(), limit.into()]);
    Ok(Room::find_by_statement(look).all(tx).await?)
}

const OLDEST: &str =
    "SELECT seq, ts FROM events WHERE room = $1 AND seq < $2 ORDER BY seq LIMIT $3";

/// Removes at most `most` events of `room` and moves its floor: how many went, and where the floor is.
async fn remove(
    tx: &WriteTransaction,
    room: &Room,
    retention: Retention,
    now: Timestamp,
    most: u32,
) -> Result<(u32, i64), StoreError> {
    let oldest = statement(tx, OLDEST, [room.id.into(), room.head.into(), most.into()]);
    let oldest = Oldest::find_by_statement(oldest).all(tx).await?;
    let going = oldest.iter().take_while(|event| event.goes(room.head, retention, now));
    let (count, floor) = going.fold((0, room.floor), |(count, _), event| (count + 1, event.seq));
    event::Entity::delete_many()
        .filter(event::Column::Room.eq(room.id))
        .filter(event::Column::Seq.lte(floor))
        .exec(tx)
        .await?;
    tally::Entity::delete_many()
        .filter(tally::Column::Room.eq(room.id))
        .filter(tally::Column::Message.lte(floor))
        .exec(tx)
        .await?;
    aside::Entity::delete_many()
        .filter(aside::Column::Room.eq(room.id))
        .filter(aside::Column::First.lte(floor))
        .filter(aside::Column::Last.lte(floor))
        .exec(tx)
        .await?;
    room::Entity::update_many()
        .col_expr(room::Column::Floor, Expr::value(floor))
        .filter(room::Column::Id.eq(room.id))
        .exec(tx)
        .await?;
    Ok((count, floor))
}

const REMOVE_REACTIONS: &str = "
    DELETE FROM reactions
     WHERE room = $1 AND (message, person, emoji) IN
           (SELECT message, person, emoji FROM reactions WHERE room = $1 AND message <= $2 LIMIT $3)";

/// Removes at most `limit` reactions to what is gone. How many.
async fn remove_reactions(
    tx: &WriteTransaction,
    room: i64,
    floor: i64,
    limit: u32,
) -> Result<u64, StoreError> {
    let values = [room.into(), floor.into(), limit.into()];
    Ok(tx.execute_raw(statement(tx, REMOVE_REACTIONS, values)).await?.rows_affected())
}

fn statement<const N: usize>(
    tx: &WriteTransaction,
    sql: &str,
    values: [sea_orm::Value; N],
) -> Statement {
    Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Plan;

    #[tokio::test]
    async fn a_slice_looks_at_rooms_by_their_keys_and_at_logs_by_their_ends() {
        let searches = [
            "SEARCH r USING INTEGER PRIMARY KEY (rowid>?)",
            "SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (room=?)",
            "SEARCH events USING INDEX sqlite_autoindex_events_1 (room=?)",
            "SEARCH reactions USING PRIMARY KEY (room=? AND message<?)",
        ];
        Plan::of(LOOK, &[0.into(), 9.into()]).await.is(&searches, &[]);
        let searches = ["SEARCH events USING INDEX sqlite_autoindex_events_1 (room=? AND seq<?)"];
        Plan::of(OLDEST, &[2.into(), 9.into(), 9.into()]).await.is(&searches, &[]);
        let searches = [
            "SEARCH reactions USING PRIMARY KEY (room=? AND message=? AND person=? AND emoji=?)",
            "SEARCH reactions USING PRIMARY KEY (room=? AND message<?)",
        ];
        Plan::of(REMOVE_REACTIONS, &[2.into(), 9.into(), 9.into()]).await.is(&searches, &[]);
    }
}
