//! The one write connection, and whose turn it is.

use std::sync::Arc;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection, Executor};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::task::TaskTracker;

use crate::error::casts_doubt;
use crate::heads::Heads;

/// The write connection and what only its holder may know.
pub(crate) struct Writer {
    options: SqliteConnectOptions,
    /// None before it was first needed, and after something went wrong with it: it is then made anew.
    conn: Option<SqliteConnection>,
    /// Whether a statement failed in a way that says something of the connection, or of the file under it.
    doubtful: bool,
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

    /// Takes note of what a statement in the open transaction failed with.
    pub(crate) fn heed(&mut self, error: &sqlx::Error) {
        self.doubtful |= casts_doubt(error);
    }

    /// Rolls back whatever transaction is open. Afterwards the connection is as good as new, if need be because the next
    /// one to use it makes a new one.
    pub(crate) async fn roll_back(&mut self) {
        if !self.open {
            return;
        }
        if self.doubtful {
            tracing::warn!("the write connection is made anew after an error");
            self.renew().await;
        } else if let Some(conn) = &mut self.conn {
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

    /// Closes the connection, so that the next one to use it makes a new one; what was open in it is rolled back.
    ///
    /// It would be needed for this alone: a connection made while the file is read-only stays so (`SQLite` falls back to
    /// reading: <https://sqlite.org/c3ref/open.html>), and would refuse every write for good after the file is well again.
    ///
    /// It isn't what keeps an ack from hanging on a write that never reached the disk, which is the worry after a failed
    /// fsync: the kernel then calls the pages clean, and the next fsync succeeds without having written them (Rebello et
    /// al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020; `PostgreSQL` ends itself for it). What does is
    /// that nobody relies on those pages. A commit in the write-ahead log writes its frames, syncs the file, and only then
    /// publishes them in the index (`sqlite3WalFrames` in wal.c); when the sync fails, the index stays as it was, the
    /// transaction is rolled back to it (`sqlite3WalUndo`), and the next one writes **its own** frames over the same
    /// place and syncs those, the log's header too where it is begun anew. What was acknowledged before was synced then,
    /// and is not written again. Should the process die before the next transaction, the failed one may turn out to be
    /// there after all, whole, since each frame carries a checksum of all before it: which is what `unavailable` says.
    /// A checkpoint writes all that it failed to sync again, but for one case that is `SQLite`'s own: pages that an
    /// earlier, partial checkpoint wrote and left unsynced, if the kernel then loses just those.
    async fn renew(&mut self) {
        self.doubtful = false;
        self.heads.clear();
        self.hang_up().await;
    }

    async fn close(&mut self) {
        self.roll_back().await;
        self.closed = true;
        self.hang_up().await;
    }

    async fn hang_up(&mut self) {
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
        let writer = Writer {
            options,
            conn: None,
            doubtful: false,
            heads: Heads::default(),
            open: false,
            closed: false,
        };
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
