//! What happens to the store while people talk: a full disk, errors of the disk, others at the database. While it lasts
//! everybody is told so; when it ends all goes on by itself; and nothing that was acknowledged is lost, or there twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::harness::faults::{Disk, Immutable, Sabotage, Stranger, integrity};
use crate::harness::{Loyal, Person, Program, Talker, tools, until, within};

/// How late an answer may come: the server's own patience of 5 s, and what a busy machine adds.
const LATEST: Duration = Duration::from_secs(8);

/// How many answers of `unavailable` a fault lasts for at least.
const TROUBLES: u64 = 50;

/// Clients may be as fast as they like.
const FAST: (&str, &str) = ("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0");

/// A server, and people who talk as fast as they can whatever happens to it.
struct Ordeal {
    folder: TempDir,
    program: Program,
    ann: Person,
    talking: Arc<AtomicBool>,
    talks: JoinSet<Loyal>,
}

impl Ordeal {
    async fn begin(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = settings.iter().copied().chain([FAST]).collect();
        let program = Program::start(folder.path(), &settings).await;
        let ann = program.person("ann").await;
        let talking = Arc::new(AtomicBool::new(true));
        let mut talks = JoinSet::new();
        for person in [ann.clone(), program.person("bob").await] {
            let (mut loyal, talking) = (Loyal::new(person, "lobby").await, Arc::clone(&talking));
            talks.spawn(async move {
                loyal.talks(|| talking.load(Ordering::SeqCst)).await;
                loyal
            });
        }
        let this = Self { folder, program, ann, talking, talks };
        this.goes_on().await;
        this
    }

    fn database(&self) -> std::path::PathBuf {
        self.program.data_dir.join("parlour.db")
    }

    async fn stored(&self) -> u64 {
        self.program.metric("parlour_messages_total", "").await
    }

    /// Waits until more is stored.
    async fn goes_on(&self) {
        let before = self.stored().await;
        self.program.until_stored(before + 100).await;
    }

    /// Waits until everybody has been told often that the outcome is unknown, and whoever sends people here that they
    /// had better go elsewhere.
    async fn is_unavailable(&self) {
        let told = async || self.program.metric("parlour_requests_unavailable_total", "").await;
        let before = told().await;
        until("unavailable", async || (told().await >= before + TROUBLES).then_some(())).await;
        until("not ready", async || {
            let answer = self.program.get("/readyz").send().await;
            (answer.status == 503 && answer.json() == json!({ "status": "database" })).then_some(())
        })
        .await;
        assert_eq!(self.program.get("/healthz").send().await.status, 200);
    }

    /// Waits until it works again, which it must by itself.
    async fn is_well_again(&self) {
        until("ready", async || {
            (self.program.get("/readyz").send().await.status == 200).then_some(())
        })
        .await;
        self.goes_on().await;
    }

    /// Lets the talkers come to an end, and checks that they all tell the same, and that it is the truth: to the server
    /// that went through it, and to the next one. Gives how often they had trouble.
    async fn ends(mut self, python: &std::path::Path) -> usize {
        self.talking.store(false, Ordering::SeqCst);
        let loyals = within("the last words", std::mem::take(&mut self.talks).join_all()).await;
        let troubles = loyals.iter().map(|loyal| loyal.troubles).sum();
        for loyal in &loyals {
            assert_eq!(loyal.closes, [0; 0], "somebody was disconnected");
            assert!(loyal.slowest < LATEST, "{:?} for an answer", loyal.slowest);
        }
        let restarts = self.program.metric("parlour_actor_restarts_total", "").await;
        assert_eq!(restarts, 0, "{}", self.program.log());
        let log = Talker::new(self.ann.clone(), "lobby").await.log().await;
        Loyal::agree(loyals, &log).await;
        assert_eq!(integrity(python, &self.database()), "ok");

        // As a power cut would end it: what is there is on the disk.
        self.program.kill().await;
        self.program = Program::start(self.folder.path(), &[FAST]).await;
        let again = Talker::new(self.ann.at(&self.program), "lobby").await.log().await;
        assert_eq!(again, log);
        assert_eq!(integrity(python, &self.database()), "ok");
        troubles
    }
}

#[tokio::test]
async fn a_disk_that_is_full_for_a_while() {
    let test = "a_disk_that_is_full_for_a_while";
    let Some(python) = tools::python(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(test, folder.path().join("data"), 128) else { return };
    let ordeal = Ordeal::begin(folder, &[]).await;
    for _ in 0..2 {
        let ballast = disk.fill();
        ordeal.is_unavailable().await;
        drop(ballast);
        ordeal.is_well_again().await;
    }
    assert!(ordeal.ends(&python).await > 0);
}

/// What fails, and how, for a while.
async fn sabotaged(test: &str, calls: &[&str], error: &str) {
    let Some(python) = tools::python(test) else { return };
    let ordeal = Ordeal::begin(tempfile::tempdir().unwrap(), &[]).await;
    for _ in 0..2 {
        let sabotage = Sabotage::begin(test, &ordeal.program, calls, error).await;
        let Some(sabotage) = sabotage else { return };
        ordeal.is_unavailable().await;
        sabotage.end().await;
        ordeal.is_well_again().await;
    }
    assert!(ordeal.ends(&python).await > 0);
}

#[tokio::test]
async fn a_disk_that_can_not_be_written_to() {
    Box::pin(sabotaged("a_disk_that_can_not_be_written_to", &["pwrite64"], "EIO")).await;
}

#[tokio::test]
async fn a_disk_that_can_not_be_synced() {
    let calls = ["fsync", "fdatasync"];
    Box::pin(sabotaged("a_disk_that_can_not_be_synced", &calls, "EIO")).await;
}

#[tokio::test]
async fn a_file_system_that_the_kernel_has_made_read_only() {
    // As ext4 does by `errors=remount-ro`: what is open stays open, and every write fails.
    let calls = ["pwrite64", "ftruncate", "fsync", "fdatasync"];
    let test = "a_file_system_that_the_kernel_has_made_read_only";
    Box::pin(sabotaged(test, &calls, "EROFS")).await;
}

#[tokio::test]
async fn a_database_that_is_read_only_for_a_while() {
    let test = "a_database_that_is_read_only_for_a_while";
    let Some(python) = tools::python(test) else { return };
    let ordeal = Ordeal::begin(tempfile::tempdir().unwrap(), &[]).await;
    for _ in 0..2 {
        let files = ["parlour.db", "parlour.db-wal"].map(|name| ordeal.program.data_dir.join(name));
        let Some(immutable) = Immutable::make(test, files.into()) else { return };
        ordeal.is_unavailable().await;
        drop(immutable);
        ordeal.is_well_again().await;
    }
    assert!(ordeal.ends(&python).await > 0);
}

#[tokio::test]
async fn another_process_that_holds_the_lock() {
    let Some(python) = tools::python("another_process_that_holds_the_lock") else { return };
    let ordeal = Ordeal::begin(tempfile::tempdir().unwrap(), &[]).await;
    let stranger = Stranger::begin(&python, &ordeal.database(), "BEGIN EXCLUSIVE").await;
    ordeal.is_unavailable().await;
    stranger.end().await;
    ordeal.is_well_again().await;
    assert!(ordeal.ends(&python).await > 0);
}

#[tokio::test]
async fn another_process_that_reads_for_long() {
    let Some(python) = tools::python("another_process_that_reads_for_long") else { return };
    // Small steps, so that there are many.
    let settings = [("PARLOUR__DATABASE__CHECKPOINT_PAGES", "50")];
    let ordeal = Ordeal::begin(tempfile::tempdir().unwrap(), &settings).await;
    let log = ordeal.program.data_dir.join("parlour.db-wal");
    // How often the write-ahead log was begun anew, as its header says (https://sqlite.org/fileformat2.html#walformat).
    let begun = || {
        let header = std::fs::read(&log).unwrap();
        u32::from_be_bytes(header[12..16].try_into().unwrap())
    };
    let sql = "BEGIN; SELECT count(*) FROM events";
    let stranger = Stranger::begin(&python, &ordeal.database(), sql).await;
    let before = begun();
    for _ in 0..5 {
        ordeal.goes_on().await;
    }
    assert!(begun() <= before + 1, "it was begun anew under a reader");
    let held = begun();
    stranger.end().await;
    until("it is begun anew", async || (begun() > held).then_some(())).await;
    assert_eq!(ordeal.ends(&python).await, 0, "nobody notices");
}
