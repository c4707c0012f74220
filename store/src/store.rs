//! The store: open it, write to it, read from it, close it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use domain::{Clock, Entropy, Seq};
use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::connect::{Checkpoints, for_writing, readers};
use crate::lock::{FolderLock, make_private};
use crate::writer::{Queue, Turn};
use crate::{Command, Config, DatabaseUrl, Metrics, Outcome, StoreError, WriteTransaction};
use crate::{commit, meta, migrate, system};

/// What Parlour remembers. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Queue,
    reader: DatabaseConnection,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    system_head: watch::Sender<Seq>,
    incarnation: u32,
    /// A server's right to its data folder, given back on closing.
    lock: Mutex<Option<FolderLock>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store of a server: takes the data folder for itself ([`crate::lock`]), makes the folder (0700) and the
    /// database (0600) where they are missing, and brings the schema up to date if `config.migrate` says so.
    ///
    /// # Errors
    ///
    /// When another server uses the folder, the database can't be opened, or its schema is not this program's.
    pub async fn open(
        config: &Config,
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let lock = FolderLock::acquire(data_dir)?;
        let url = config.database(data_dir)?;
        migrate::for_server(config, &url).await?;
        let queue = Queue::new(for_writing(config, &url, Checkpoints::Own)?);
        let store = Self::start(config, &url, queue, Some(lock), clock, &*entropy, metrics).await?;
        // A server that couldn't write had better say so now.
        store.check_writable().await?;
        Ok(store)
    }

    /// Opens the store beside a server that may be running: for the command line. It doesn't take the folder; where the
    /// schema is behind, it migrates only while no server has the folder. What it appends, a server finds by polling the
    /// system room, so it appends there and nowhere else. Opening it waits for no writer.
    ///
    /// # Errors
    ///
    /// When the database can't be opened, or its schema is not this program's.
    pub async fn open_beside(
        config: &Config,
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        make_private(data_dir)?;
        let url = config.database(data_dir)?;
        migrate::beside_server(config, &url, data_dir).await?;
        let queue = Queue::new(for_writing(config, &url, Checkpoints::LeaveToServer)?);
        Self::start(config, &url, queue, None, clock, &*entropy, metrics).await
    }

    async fn start(
        config: &Config,
        url: &DatabaseUrl,
        queue: Queue,
        lock: Option<FolderLock>,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let reader = readers(config, url)?;
        let system_head = watch::Sender::new(system::head(&reader).await?);
        let incarnation = if let Some(drawn) = meta::incarnation(&reader).await? {
            drawn
        } else {
            let (turn, head) = (queue.turn().await, system_head.clone());
            let tx = WriteTransaction::begin(turn, Arc::clone(&clock), head).await?;
            let drawn = meta::draw_incarnation(&tx, entropy).await?;
            tx.commit().await?;
            drawn
        };
        let lock = Mutex::new(lock);
        let inner = Inner { queue, reader, clock, metrics, system_head, incarnation, lock };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The readers: a pool of connections that can't write.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// The write connection, when it is this caller's turn (first come, first served), with a transaction begun on it.
    pub async fn write(&self) -> Result<WriteTransaction, StoreError> {
        let turn = self.turn().await;
        let (clock, head) = (Arc::clone(&self.inner.clock), self.inner.system_head.clone());
        WriteTransaction::begin(turn, clock, head).await
    }

    /// Stores a batch of commands: one answer a command, in their order.
    ///
    /// The batch is one transaction. When the database refuses it for what one of its commands is, it is tried again by
    /// halves, so that only that command gets [`StoreError::Rejected`]. [`StoreError::Unavailable`] says that the outcome
    /// is unknown. When the future is dropped, each command is either stored or not, and nobody is told which. Everybody
    /// else waits while a batch is stored: 500 commands are a good size, about 3 ms.
    pub async fn commit(&self, commands: &[Command]) -> Vec<Result<Outcome, StoreError>> {
        if commands.is_empty() {
            return Vec::new();
        }
        let mut turn = self.turn().await;
        let started = Instant::now();
        let (clock, head) = (&*self.inner.clock, &self.inner.system_head);
        let answers = commit::commit(&mut turn, commands, clock, head).await;
        self.inner.metrics.batch(commands.len(), started.elapsed());
        self.inner.metrics.answered(answers.iter().map(Result::as_ref));
        answers
    }

    async fn turn(&self) -> Turn {
        let asked = Instant::now();
        let turn = self.inner.queue.turn().await;
        self.inner.metrics.waited(asked.elapsed());
        turn
    }

    /// The head of the system room as this process last saw it: moved after each commit of this process that appended
    /// there. What another process appends is found only by asking ([`system::head`]).
    #[must_use]
    pub fn system_head(&self) -> watch::Receiver<Seq> {
        self.inner.system_head.subscribe()
    }

    /// What this telling of the store goes by: drawn when the database is made (or restored), the first half of every
    /// room's epoch.
    #[must_use]
    pub fn incarnation(&self) -> u32 {
        self.inner.incarnation
    }

    /// Whether the store can be written to, found out by writing. It costs a transaction: ask at most once a second.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        let tx = self.write().await?;
        meta::touch(&tx, self.inner.clock.now()).await?;
        tx.commit().await
    }

    /// Closes the store: waits for whoever is writing, carries the write-ahead log over into the database, gives back the
    /// data folder. Whoever asks for anything afterwards gets [`StoreError::Unavailable`].
    pub async fn close(&self) {
        // Readers first: the last connection to close tidies up the write-ahead log.
        if let Err(error) = self.inner.reader.close_by_ref().await {
            tracing::warn!(%error, "the readers did not close cleanly");
        }
        self.inner.queue.close().await;
        drop(self.inner.lock.lock().await.take());
    }
}
