//! Writing a batch's new events.

use domain::{Cid, Seq, UserId};
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sea_orm::sqlx::{self, Arguments, AssertSqlSafe, Executor};

use super::Extent;
use super::plan::Row;
use crate::{Change, StoreError};

/// The most rows of one statement: a batch of the log writer's fits.
const MOST_ROWS: usize = 512;

/// Writes `rows`, and commits the transaction after them if it is this batch's own.
pub(super) async fn rows(
    conn: &mut SqliteConnection,
    rows: &[Row<'_>],
    extent: Extent,
) -> Result<(), StoreError> {
    let mut chunks = rows.chunks(MOST_ROWS).peekable();
    if chunks.peek().is_none() && extent == Extent::Whole {
        conn.execute("COMMIT").await?;
    }
    while let Some(chunk) = chunks.next() {
        let commits = extent == Extent::Whole && chunks.peek().is_none();
        let places = chunk.len().next_power_of_two();
        let arguments = arguments(chunk, places).map_err(sqlx::Error::Encode)?;
        sqlx::query_with(AssertSqlSafe(sql(places, commits)), arguments)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The statement for a number of rows. Those numbers are powers of two, so that ten statements, which the connection
/// keeps prepared, do for every batch (parsing them anew each time took a quarter of the time); what is left over is
/// filled with NULLs and not inserted.
fn sql(places: usize, commits: bool) -> String {
    const BEFORE: &str = "INSERT INTO events \
        (room, seq, kind, author, cid, body, reply_to, target, detail, ts) SELECT * FROM (VALUES ";
    const PLACE: &str = "(?,?,?,?,?,?,?,?,?,?)";
    const AFTER: &str = ") WHERE column1 IS NOT NULL";
    let places = vec![PLACE; places].join(",");
    let commit = if commits { "; COMMIT" } else { "" };
    [BEFORE, &places, AFTER, commit].concat()
}

fn arguments(rows: &[Row<'_>], places: usize) -> Result<SqliteArguments, BoxDynError> {
    const COLUMNS: usize = 10;
    let mut arguments = SqliteArguments::default();
    arguments.reserve(places * COLUMNS, 0);
    for row in rows {
        let command = row.command;
        let (body, reply_to) = match &command.change {
            Change::Message { body, reply_to } => (Some(body.as_str()), *reply_to),
            _ => (None, None),
        };
        arguments.add(command.room.get())?;
        arguments.add(row.seq.as_i64())?;
        arguments.add(row.kind.code())?;
        arguments.add(command.author.map(UserId::get))?;
        arguments.add(command.cid.as_ref().map(Cid::as_str))?;
        arguments.add(body)?;
        arguments.add(reply_to.map(Seq::as_i64))?;
        arguments.add(command.change.target().map(Seq::as_i64))?;
        arguments.add(row.detail.as_deref())?;
        arguments.add(row.ts.millis())?;
    }
    for _ in rows.len() * COLUMNS..places * COLUMNS {
        arguments.add(None::<i64>)?;
    }
    Ok(arguments)
}
