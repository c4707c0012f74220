//! The one write connection, and whose turn it is.

use std::sync::Arc;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection, Executor};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::task::TaskTracker;

use crate::heads::Heads;

/// The write connection and what only its holder may know.
pub(crate) struct Writer {
    options: SqliteConnectOptions,
    /// None before it was first needed, and after it failed to roll back: it is then made anew.
    conn: Option<SqliteConnection>,
    /// Where the rooms' logs end.
    pub(crate) heads: Heads,
    /// Whether a transaction may be open, because nobody has heard of its end.
    open: bool,
    closed: bool,
}

impl Writer {
    /// The connection. Whoever begins a transaction on it says so first.
    pub(crate) async fn conn(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        if self.closed {
            return Err(sqlx::Error::PoolClosed);
        }
        if self.conn.is_none() {
            self.conn = Some(self.options.connect().await?);
        }
        // It has just been put there.
        self.conn.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    /// Says that a transaction is about to begin. From here on, only [`Writer::ended`] and a rollback close it.
    pub(crate) const fn begins(&mut self) {
        self.open = true;
    }

    /// Says that the transaction was committed.
    pub(crate) const fn ended(&mut self) {
        self.open = false;
    }

    /// Rolls back whatever transaction is open. Afterwards the connection is as good as new, if need be because the next
    /// one to use it makes a new one.
    pub(crate) async fn roll_back(&mut self) {
        if !self.open {
            return;
        }
        if let Some(conn) = &mut self.conn {
            match conn.execute("ROLLBACK").await {
                Ok(_) => {}
                // It never began, or SQLite has rolled it back by itself, or it was committed and nobody was left to hear
                // of it. For the last, the heads that are kept may be wrong.
                Err(error) if says_none_open(&error) => self.heads.clear(),
                Err(error) => {
                    tracing::warn!(%error, "the write connection can't roll back; it is made anew");
                    self.conn = None;
                    self.heads.clear();
                }
            }
        }
        self.open = false;
    }

    async fn close(&mut self) {
        self.roll_back().await;
        self.closed = true;
        if let Some(conn) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::warn!(%error, "the write connection did not close cleanly");
        }
    }
}

fn says_none_open(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.message().contains("no transaction is active"))
}

/// The queue for the write connection: first come, first served.
#[derive(Clone)]
pub(crate) struct Queue {
    writer: Arc<Mutex<Writer>>,
    tracker: TaskTracker,
}

impl Queue {
    /// A queue for a connection that is made when it is first needed.
    pub(crate) fn new(options: SqliteConnectOptions) -> Self {
        let writer =
            Writer { options, conn: None, heads: Heads::default(), open: false, closed: false };
        Self { writer: Arc::new(Mutex::new(writer)), tracker: TaskTracker::new() }
    }

    /// Waits for this caller's turn. No transaction is open when it comes.
    pub(crate) async fn turn(&self) -> Turn {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.roll_back().await;
        Turn { writer, queue: self.clone() }
    }

    /// Waits for its turn, closes the connection, and refuses everybody after it.
    pub(crate) async fn close(&self) {
        self.turn().await.writer.close().await;
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// The write connection, for as long as this lives. Dropped with a transaction open, that is rolled back.
pub(crate) struct Turn {
    pub(crate) writer: OwnedMutexGuard<Writer>,
    queue: Queue,
}

impl Drop for Turn {
    fn drop(&mut self) {
        // The next one in the queue rolls back before anything else. When there is none, somebody has to, or the
        // database stays locked to other processes; that one queues up like everybody.
        if self.writer.open && Handle::try_current().is_ok() {
            let queue = self.queue.clone();
            self.queue.tracker.spawn(async move { drop(queue.turn().await) });
        }
    }
}
