//! `connect`: as many sockets as possible, and what they cost when they are silent.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::{Client, Room};
use crate::measure::{Latency, Span};
use crate::pace::Pace;
use crate::report::as_float;
use crate::timer::Timer;
use crate::{LoadError, Report, Setup};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many sockets.
    pub sockets: usize,
    /// Over how many rooms they are spread.
    pub rooms: usize,
    /// How many are being opened at once, where there is no rate.
    pub at_once: usize,
    /// How many are opened a second, whether or not the ones before are greeted.
    pub rate: Option<f64>,
    /// For how long they are held once all are greeted.
    pub hold: Duration,
}

impl Options {
    fn pace(&self) -> Result<Option<Pace>, LoadError> {
        if self.sockets == 0 || self.rooms == 0 || self.at_once == 0 {
            return Err(LoadError::Options("there must be sockets and rooms"));
        }
        let bad = LoadError::Options("a rate is a positive number");
        self.rate.map(|rate| Pace::per_second(rate).ok_or(bad)).transpose()
    }
}

/// One socket is greeted, or isn't.
type Greeted = mpsc::Sender<bool>;

/// Runs it. Figures: `upgrades_per_second` and `upgrades_per_cpu_second` (of the server), both of greeted sockets;
/// `bytes_per_socket` (what the server's memory grew by, at the end of the hold), `hold_cpu_share` (of a core, while they
/// were held), `lost` (how many didn't last so long).
pub(crate) async fn run(options: Options, setup: &Rc<Setup>) -> Result<Report, LoadError> {
    let pace = options.pace()?;
    let rooms: Vec<_> =
        setup.room_names(options.rooms)?.into_iter().map(|name| Rc::new(Room::new(name))).collect();
    let latency = Rc::new(RefCell::new(Latency::new()));
    let (greeted, mut heard) = mpsc::channel(options.sockets);
    let mut tasks = JoinSet::new();

    let span = Span::begin(setup)?;
    let (timer, began) = (Timer::new()?, Instant::now());
    let doors = pace.is_none().then(|| Arc::new(Semaphore::new(options.at_once)));
    for (number, room) in (0..options.sockets).zip(rooms.iter().cycle()) {
        let due = pace.map(|pace| began + pace.due_after(number as u64));
        if let Some(due) = due {
            timer.wait(due.saturating_duration_since(Instant::now())).await?;
        }
        let client = Client::new(setup, number, room)?;
        let (doors, latency) = (doors.clone(), Rc::clone(&latency));
        tasks.spawn_local(hold(client, doors, due, latency, greeted.clone()));
    }
    drop(greeted);
    let mut inside = 0_u64;
    while let Some(greeted) = heard.recv().await {
        inside += u64::from(greeted);
    }
    let opened = span.end(setup);

    let holding = Span::begin(setup)?;
    tokio::time::sleep(options.hold).await;
    let held = holding.end(setup);

    let mut report = Report::new("connect", &opened, &setup.counts);
    report.latency("hello", &latency.borrow());
    report.per_second("upgrades", inside);
    if let (Some(opened), Some(held)) = (opened.server, held.server) {
        let grown = held.resident_after.saturating_sub(opened.resident_before);
        report.share("bytes_per_socket", grown, inside);
        report.figure("hold_cpu_share", held.cpu_share);
    }
    let lost = inside.saturating_sub(setup.counts.totals().open);
    report.figure("lost", as_float(lost));
    Ok(report)
}

/// Opens a socket, says so, and keeps it until it ends.
async fn hold(
    mut client: Client,
    doors: Option<Arc<Semaphore>>,
    due: Option<Instant>,
    latency: Rc<RefCell<Latency>>,
    greeted: Greeted,
) {
    let entered = {
        let _door = match &doors {
            Some(doors) => doors.acquire().await.ok(),
            None => None,
        };
        let began = due.unwrap_or_else(Instant::now);
        let entered = client.enter(|_| ()).await;
        if entered.is_ok() {
            latency.borrow_mut().record(began.elapsed());
        }
        entered
    };
    // There is room for everybody's.
    let _ = greeted.try_send(entered.is_ok());
    drop(greeted);
    let Ok(mut socket) = entered else { return };
    loop {
        if let Err(error) = client.hear(&mut socket, |_| ()).await {
            client.gone(&error);
            return;
        }
    }
}
