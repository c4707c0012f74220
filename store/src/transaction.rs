//! A transaction on the write connection.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Clock, RoomId, Seq, Timestamp};
use sea_orm::sea_query::Values;
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Executor, Sqlite};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Mutex, watch};

use crate::append::{self, Moved};
use crate::writer::Turn;
use crate::{Command, Outcome, StoreError};

/// A transaction on the one write connection, begun with `BEGIN IMMEDIATE`: while it lives nobody else writes, so keep it
/// short and await nothing but the store in it. Dropping it rolls it back.
///
/// Once a statement has failed, or was not waited for, the transaction is spoilt: nothing more is done in it, and it can't
/// be committed. (`SQLite` may have rolled it back by then, and would carry out the rest statement by statement.)
pub struct WriteTransaction {
    /// For [`ConnectionTrait`], which takes `&self`. One statement runs at a time anyway.
    inside: Mutex<Inside>,
    clock: Arc<dyn Clock>,
    system_head: watch::Sender<Seq>,
}

struct Inside {
    turn: Turn,
    moved: Moved,
    /// Whether every statement so far was carried out.
    is_sound: bool,
}

/// A transaction in which something failed before.
#[derive(Debug, thiserror::Error)]
#[error("an earlier statement of this transaction failed or was abandoned")]
struct Spoilt;

impl Inside {
    /// The connection, for one statement. The transaction is spoilt until [`Inside::end`] hears that it went well.
    async fn start(&mut self) -> Result<&mut SqliteConnection, DbErr> {
        if !self.is_sound {
            return Err(DbErr::Custom(Spoilt.to_string()));
        }
        self.is_sound = false;
        let conn = self.turn.writer.conn().await;
        conn.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }

    fn end<T>(
        &mut self,
        result: Result<T, sqlx::Error>,
        error: fn(RuntimeErr) -> DbErr,
    ) -> Result<T, DbErr> {
        self.is_sound = result.is_ok();
        if let Err(error) = &result {
            self.turn.writer.heed(error);
        }
        result.map_err(|inner| error(RuntimeErr::SqlxError(inner.into())))
    }
}

impl fmt::Debug for WriteTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteTransaction").finish_non_exhaustive()
    }
}

impl WriteTransaction {
    pub(crate) async fn begin(
        mut turn: Turn,
        clock: Arc<dyn Clock>,
        system_head: watch::Sender<Seq>,
    ) -> Result<Self, StoreError> {
        turn.writer.begins();
        if let Err(error) = turn.writer.conn().await?.execute("BEGIN IMMEDIATE").await {
            turn.writer.heed(&error);
            return Err(error.into());
        }
        let inside = Mutex::new(Inside { turn, moved: Moved::new(), is_sound: true });
        Ok(Self { inside, clock, system_head })
    }

    /// The present moment, by the store's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Appends to the logs of any rooms, the system room too. One outcome a command, in their order.
    pub async fn append(&mut self, commands: &[Command]) -> Result<Vec<Outcome>, StoreError> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let inside = self.inside.get_mut();
        if !inside.is_sound {
            return Err(StoreError::Rejected(Arc::new(Spoilt)));
        }
        inside.is_sound = false;
        let moved = std::mem::take(&mut inside.moved);
        match append::part(&mut inside.turn.writer, moved, commands, self.clock.now()).await {
            Ok((outcomes, moved)) => {
                inside.moved = moved;
                inside.is_sound = true;
                Ok(outcomes)
            }
            Err(error) => {
                let rooms = commands.iter().map(|command| command.room);
                inside.turn.writer.heads.forget(rooms);
                if let Some(error) = error.of_driver() {
                    inside.turn.writer.heed(error);
                }
                Err(error)
            }
        }
    }

    /// Makes everything in this transaction true.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] when the transaction was spoilt: nothing of it is true. [`StoreError::Unavailable`] when
    /// the commit itself failed: whether it is true is unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Inside { mut turn, moved, is_sound } = self.inside.into_inner();
        if !is_sound {
            return Err(StoreError::Rejected(Arc::new(Spoilt)));
        }
        if let Err(error) = turn.writer.conn().await?.execute("COMMIT").await {
            turn.writer.heads.clear();
            turn.writer.heed(&error);
            return Err(error.into());
        }
        turn.writer.ended();
        settle(&mut turn, moved, &self.system_head);
        Ok(())
    }
}

/// Keeps the heads that a committed transaction left behind, and tells whoever follows the system room.
pub(crate) fn settle(turn: &mut Turn, moved: Moved, system_head: &watch::Sender<Seq>) {
    if let Some(&head) = moved.get(&RoomId::SYSTEM) {
        system_head.send_if_modified(|seen| {
            let news = head > *seen;
            *seen = head.max(*seen);
            news
        });
    }
    turn.writer.heads.keep(moved);
}

#[async_trait]
impl ConnectionTrait for WriteTransaction {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut inside = self.inside.lock().await;
        let result = query(&statement).execute(inside.start().await?).await;
        inside.end(result.map(Into::into), DbErr::Exec)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut inside = self.inside.lock().await;
        let result = inside.start().await?.execute(AssertSqlSafe(sql)).await;
        inside.end(result.map(Into::into), DbErr::Exec)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut inside = self.inside.lock().await;
        let row = query(&statement).fetch_optional(inside.start().await?).await;
        inside.end(row.map(|row| row.map(Into::into)), DbErr::Query)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut inside = self.inside.lock().await;
        let rows = query(&statement).fetch_all(inside.start().await?).await;
        let rows = rows.map(|rows| rows.into_iter().map(Into::into).collect());
        inside.end(rows, DbErr::Query)
    }
}

fn query(statement: &Statement) -> sqlx::query::Query<'_, Sqlite, SqlxValues> {
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}
