//! A transaction on the write connection.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Clock, RoomId, Seq};
use sea_orm::sea_query::Values;
use sea_orm::sqlx::{self, AssertSqlSafe, Executor, Sqlite};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Mutex, watch};

use crate::append::{self, Moved};
use crate::writer::Turn;
use crate::{Command, Outcome, StoreError};

/// A transaction on the one write connection, begun with `BEGIN IMMEDIATE`: while it lives nobody else writes, so keep it
/// short and await nothing but the store in it. Dropping it rolls it back.
pub struct WriteTransaction {
    /// For [`ConnectionTrait`], which takes `&self`. One statement runs at a time anyway.
    turn: Mutex<Turn>,
    moved: Moved,
    /// What an append failed of. The transaction must not be committed then.
    failed: Option<StoreError>,
    clock: Arc<dyn Clock>,
    system_head: watch::Sender<Seq>,
}

impl WriteTransaction {
    pub(crate) async fn begin(
        mut turn: Turn,
        clock: Arc<dyn Clock>,
        system_head: watch::Sender<Seq>,
    ) -> Result<Self, StoreError> {
        turn.writer.begins();
        turn.writer.conn().await?.execute("BEGIN IMMEDIATE").await?;
        Ok(Self { turn: Mutex::new(turn), moved: Moved::new(), failed: None, clock, system_head })
    }

    /// Appends to the logs of any rooms, the system room too. One outcome a command, in their order.
    ///
    /// After an error the transaction can only be dropped: [`commit`](Self::commit) gives the same error again.
    pub async fn append(&mut self, commands: &[Command]) -> Result<Vec<Outcome>, StoreError> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let writer = &mut self.turn.get_mut().writer;
        let moved = std::mem::take(&mut self.moved);
        match append::part(writer, moved, commands, self.clock.now()).await {
            Ok((outcomes, moved)) => {
                self.moved = moved;
                Ok(outcomes)
            }
            Err(error) => {
                writer.heads.forget(commands.iter().map(|command| command.room));
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Makes everything in this transaction true. On [`StoreError::Unavailable`] whether it came true is unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut turn = self.turn.into_inner();
        if let Err(error) = turn.writer.conn().await?.execute("COMMIT").await {
            turn.writer.heads.clear();
            return Err(error.into());
        }
        turn.writer.ended();
        settle(&mut turn, self.moved, &self.system_head);
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
        let mut turn = self.turn.lock().await;
        let conn = turn.writer.conn().await.map_err(conn_error)?;
        query(&statement).execute(conn).await.map(Into::into).map_err(exec_error)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut turn = self.turn.lock().await;
        let conn = turn.writer.conn().await.map_err(conn_error)?;
        conn.execute(AssertSqlSafe(sql)).await.map(Into::into).map_err(exec_error)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut turn = self.turn.lock().await;
        let conn = turn.writer.conn().await.map_err(conn_error)?;
        let row = query(&statement).fetch_optional(conn).await;
        row.map(|row| row.map(Into::into)).map_err(query_error)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut turn = self.turn.lock().await;
        let conn = turn.writer.conn().await.map_err(conn_error)?;
        let rows = query(&statement).fetch_all(conn).await;
        rows.map(|rows| rows.into_iter().map(Into::into).collect()).map_err(query_error)
    }
}

fn query(statement: &Statement) -> sqlx::query::Query<'_, Sqlite, SqlxValues> {
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn conn_error(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
