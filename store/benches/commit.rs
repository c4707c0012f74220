//! How many messages a second the group commit stores, and how long an answer takes.
//!
//! Producers each keep one message in flight; a writer takes what has gathered, at most 500, and commits it. Run it with
//! `cargo bench -p parlour-store --bench commit`, or name shapes: `-- 256x1 256x1000 1000x1000:random 5000/s`. The first number is
//! producers, the second rooms; `:random` gives cids in no order. `N/s` offers N messages a second over 100 rooms.
//! `BENCH_DIR` says where the database lies (`/var/tmp`, since `/tmp` may be memory), `CHECKPOINT_PAGES` sets
//! `database.checkpoint_pages`.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that goes wrong should stop, and its figures are rounded anyway"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Body, Cid, Clock, Entropy, OsEntropy, RoomId, RoomName, SystemClock, UserId};
use store::{Change, Command, Config, Metrics, Outcome, Store, rooms};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

const BATCH: usize = 500;
const RUN: Duration = Duration::from_secs(4);
const SHAPES: [&str; 7] =
    ["1x1", "256x1", "2000x1", "256x1000", "2000x1000", "2000x1000:random", "5000/s"];

type Submission = (Command, oneshot::Sender<Outcome>);

#[derive(Clone)]
struct Load {
    rooms: Arc<[RoomId]>,
    random: bool,
    submit: mpsc::Sender<Submission>,
}

impl Load {
    fn command(&self, producer: usize, turn: usize) -> Command {
        let entropy: &dyn Entropy = &OsEntropy;
        let cid = if self.random {
            Cid::parse(&format!("{:032x}", u128::from_le_bytes(entropy.bytes())))
        } else {
            Ok(Cid::mint(SystemClock.now(), entropy))
        };
        let room = (producer + turn * 7919) % self.rooms.len();
        Command {
            room: self.rooms[room],
            author: UserId::new(i64::try_from(producer).expect("small") + 1),
            cid: Some(cid.expect("a cid")),
            change: Change::Message {
                body: Body::parse(&"x".repeat(128), 0).expect("a body"),
                reply_to: None,
            },
            trace: None,
        }
    }

    /// Sends one message and waits for its answer. How long that took; nothing when the writer has stopped.
    async fn send(&self, producer: usize, turn: usize) -> Option<Duration> {
        let (answer, answered) = oneshot::channel();
        let started = Instant::now();
        self.submit.send((self.command(producer, turn), answer)).await.ok()?;
        answered.await.ok()?;
        Some(started.elapsed())
    }
}

async fn write(store: Store, mut submitted: mpsc::Receiver<Submission>) -> usize {
    let (mut batch, mut batches) = (Vec::with_capacity(BATCH), 0);
    while submitted.recv_many(&mut batch, BATCH).await > 0 {
        let (commands, waiting): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let answers = store.commit(&commands).await;
        batches += 1;
        for (answer, waiting) in answers.into_iter().zip(waiting) {
            let _ = waiting.send(answer.expect("an outcome"));
        }
    }
    batches
}

async fn closed_loop(load: Load, producers: usize) -> Vec<Duration> {
    let tracker = TaskTracker::new();
    let until = Instant::now() + RUN;
    let produce = |producer| {
        let load = load.clone();
        async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                times.extend(load.send(producer, times.len()).await);
            }
            times
        }
    };
    let running: Vec<_> = (0..producers).map(|producer| tracker.spawn(produce(producer))).collect();
    let mut times = Vec::new();
    for producer in running {
        times.extend(producer.await.expect("no panic"));
    }
    times
}

async fn open_loop(load: Load, per_second: u32) -> Vec<Duration> {
    let tracker = TaskTracker::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    let (started, mut sent, mut running) = (Instant::now(), 0_usize, Vec::new());
    while started.elapsed() < RUN {
        ticks.tick().await;
        let due = started.elapsed().as_secs_f64() * f64::from(per_second);
        while (sent as f64) < due {
            let (load, producer) = (load.clone(), sent % 1000);
            running.push(tracker.spawn(async move { load.send(producer, sent).await }));
            sent += 1;
        }
    }
    let mut times = Vec::new();
    for message in running {
        times.extend(message.await.expect("no panic"));
    }
    times
}

/// Seconds of CPU that this process, and of it the database's threads, have taken. A figure a message is steadier on a
/// busy machine than messages a second.
fn cpu() -> (f64, f64) {
    let seconds = |stat: String| {
        let (_, fields) = stat.rsplit_once(')').expect("a stat line");
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        ticks.sum::<Result<f64, _>>().expect("numbers") / 100.0
    };
    let process = seconds(std::fs::read_to_string("/proc/self/stat").expect("Linux"));
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux").flatten();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    (process, stats.filter(|stat| stat.contains("(sqlx-sqlite")).map(seconds).sum())
}

async fn run(shape: &str) {
    let folder = tempfile::tempdir_in(std::env::var_os("BENCH_DIR").unwrap_or("/var/tmp".into()));
    let folder = folder.expect("a folder");
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    let mut config = Config::default();
    if let Some(pages) = std::env::var("CHECKPOINT_PAGES").ok().and_then(|p| p.parse().ok()) {
        config.checkpoint_pages = pages;
    }
    let store = Store::open(&config, folder.path(), clock, entropy, Metrics::default());
    let store = store.await.expect("a store");

    let (size, random) = shape.strip_suffix(":random").map_or((shape, false), |s| (s, true));
    let rate: Option<u32> = size.strip_suffix("/s").and_then(|n| n.parse().ok());
    let (producers, room_count) = match size.split_once('x') {
        Some((p, r)) => (p.parse().expect("producers"), r.parse().expect("rooms")),
        None => (0, 100),
    };
    let tx = store.write().await.expect("a transaction");
    let mut ids = Vec::new();
    for room in 0..room_count {
        let name: RoomName = format!("room{room}").parse().expect("a name");
        let made = rooms::create(&tx, &name, None, SystemClock.now()).await;
        ids.push(made.expect("a room").0.id);
    }
    tx.commit().await.expect("committed");

    let (submit, submitted) = mpsc::channel(16_384);
    let tracker = TaskTracker::new();
    let writer = tracker.spawn(write(store.clone(), submitted));
    let load = Load { rooms: ids.into(), random, submit };
    let (started, before) = (Instant::now(), cpu());
    let mut times = match rate {
        Some(rate) => open_loop(load, rate).await,
        None => closed_loop(load, producers).await,
    };
    let took = started.elapsed().as_secs_f64();
    let batches = writer.await.expect("no panic");
    let after = cpu();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{shape:>20}  {:>8.0}/s  {:>5.1} a batch  {:>6.2} us CPU each, {:>6.2} in the database  \
         answers p50 {:.2} p99 {:.2} max {:.2} ms",
        times.len() as f64 / took,
        times.len() as f64 / batches as f64,
        (after.0 - before.0) / times.len() as f64 * 1e6,
        (after.1 - before.1) / times.len() as f64 * 1e6,
        at(0.5),
        at(0.99),
        at(1.0),
    );
    store.close().await;
}

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let shapes: Vec<&str> = match named.as_slice() {
        [] => SHAPES.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    for shape in shapes {
        runtime.block_on(run(shape));
    }
}
