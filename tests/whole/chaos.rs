//! Many clients that do everything at once, a server that is killed, stopped or broken under them, and the history
//! checker over all that they saw. The long runs of this are `tests/chaos/run`.

use std::cell::Cell;
use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actors::testing::Which;
use domain::SystemClock;
use load::check::{CheckError, Checker, Rules};
use load::record::{LogReader, Recorder, Recording, Saw, observations};
use load::{Counts, Plan, Setup, Target, Tokens, chaos};
use rustix::process::Signal;
use secrecy::SecretString;
use tempfile::TempDir;

use crate::harness::commands::parlour;
use crate::harness::program::own_address;
use crate::harness::{App, Door, Person, Program};

const ROOMS: usize = 2;
/// How long the clients roam.
const ROAMING: Duration = Duration::from_secs(5);
/// They are as fast as they like.
const FAST: (&str, &str) = ("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0");

/// A chaos and the record of it.
struct Storm {
    recording: Arc<Recording>,
    folder: TempDir,
    setup: Setup,
}

impl Storm {
    /// One against the server at `address`, by clients that are these people, one after the other.
    fn over(address: SocketAddr, people: &[Person]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recording = Recording::create(&record(folder.path())).unwrap();
        let tokens = people.iter().map(|person| SecretString::from(person.access.as_str()));
        let setup = Setup {
            target: Target::resolve(&format!("http://{address}"), false).unwrap(),
            tokens: Some(Tokens::new(tokens).unwrap()),
            rooms: "chaos".parse().unwrap(),
            server: None,
            recording: Some(Arc::clone(&recording)),
            clock: Arc::new(SystemClock),
            counts: Rc::new(Counts::default()),
        };
        Self { recording, folder, setup }
    }

    /// Somebody who isn't in the storm, and writes down something too.
    fn bystander(&self) -> Recorder {
        self.recording.client(u32::MAX)
    }

    /// Rages until everybody has settled; `meanwhile` is done as far as it gets.
    async fn rages(&self, meanwhile: impl Future<Output = ()>) -> load::Report {
        let options = chaos::Options {
            rooms: ROOMS,
            clients: 16,
            duration: ROAMING,
            pause: Duration::from_millis(20),
            settle: Duration::from_secs(50),
            longest_wait: Duration::from_millis(500),
        };
        let raging = Box::pin(load::run(Plan::Chaos(options), self.setup.clone()));
        let harm = Box::pin(async {
            meanwhile.await;
            std::future::pending::<()>().await;
        });
        tokio::select! {
            report = raging => report.unwrap(),
            () = harm => unreachable!(),
        }
    }

    /// Holds what everybody saw against the rooms' logs as they are in the end, at the server whose folder this is.
    async fn ends_well(self, server: &Path) -> load::check::Report {
        drop(self.setup);
        self.recording.finish().unwrap();
        let mut checker = Checker::new(Rules::default());
        for room in 0..ROOMS {
            let log = parlour(server, &format!("room export chaos-{room} --json")).await.ok();
            checker.read_log(LogReader::new(log.as_bytes()).unwrap()).unwrap();
        }
        let reader = BufReader::new(File::open(record(self.folder.path())).unwrap());
        observations::<CheckError>(reader, |seen| checker.observe(seen)).unwrap();
        let report = checker.finish();
        if !report.is_clean() {
            let kept = self.folder.keep();
            panic!("{report}\nthe record is in {}", kept.display());
        }
        // What found nothing because nothing happened is no test.
        assert!(report.acked > 200 && report.delivered > 1000 && report.recovered > 10, "{report}");
        report
    }
}

fn record(folder: &Path) -> PathBuf {
    folder.join("record")
}

async fn four_people(door: &Door) -> Vec<Person> {
    let mut people = Vec::new();
    for name in ["ann", "bob", "eve", "joe"] {
        people.push(door.person(name).await);
    }
    people
}

fn everybody_settled(report: &load::Report) {
    let unfinished = report.figures.get("unfinished").copied();
    assert_eq!((unfinished, report.unsettled), (Some(0.0), 0), "{report:?}");
}

/// Ends the program again and again, each time when it has stored so many messages, and starts it where it was.
async fn survives(ends: impl AsyncFn(Program)) {
    let (folder, address) = (tempfile::tempdir().unwrap(), own_address());
    let mut program = Program::start_at(address, folder.path(), &[FAST]).await;
    let storm = Storm::over(address, &four_people(&program).await);
    let (times, folder) = (Cell::new(0), folder.path());
    let meanwhile = async move |times: &Cell<u32>| {
        for stored in [150, 20, 250, 60].into_iter().cycle() {
            program.until_stored(stored).await;
            ends(program).await;
            program = Program::start_at(address, folder, &[FAST]).await;
            times.set(times.get() + 1);
        }
    };
    let report = storm.rages(Box::pin(meanwhile(&times))).await;
    everybody_settled(&report);
    storm.ends_well(folder).await;
    assert!(times.get() >= 2, "it was ended {times:?} times");
}

#[tokio::test]
async fn a_server_that_is_killed_at_random_moments() {
    survives(Program::kill).await;
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_at_random_moments() {
    survives(async |mut program: Program| {
        program.signal(Signal::TERM);
        assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
    })
    .await;
}

#[tokio::test]
async fn actors_that_crash() {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let storm = Storm::over(app.addr, &four_people(&app).await);
    let stored = async || app.metric("parlour_messages_total", "").await;
    let room = |number: usize| Which::Room(format!("chaos-{number}").parse().unwrap());
    let all = [
        room(0),
        Which::LogWriter,
        room(1),
        Which::Registry,
        Which::ConnectionSupervisor,
        Which::Auth,
    ];
    let crashes = Cell::new(0);
    let meanwhile = async {
        for which in all.iter().cycle() {
            let before = stored().await;
            app.until_stored(before + 60).await;
            crashes.set(crashes.get() + usize::from(app.server.tree().crash(which)));
        }
    };
    let report = storm.rages(Box::pin(meanwhile)).await;
    everybody_settled(&report);
    storm.ends_well(app.data_dir.parent().unwrap()).await;
    assert!(crashes.get() >= all.len(), "{crashes:?} crashes");
    app.stop().await;
}

#[tokio::test]
async fn sign_ins_that_end() {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let mut people = four_people(&app).await;
    for index in 0..people.len() {
        people.push(people[index].signs_in_again().await);
    }
    let storm = Storm::over(app.addr, &people);
    let mut bystander = storm.bystander();
    let ended = Cell::new(0);
    let meanwhile = async {
        for (session, person) in (0..).zip(&people[..4]) {
            app.until_stored(60 * (session + 1)).await;
            assert_eq!(person.logs_out().await.status, 205);
            bystander.saw(Saw::Ended { session });
            ended.set(ended.get() + 1);
        }
    };
    let report = storm.rages(Box::pin(meanwhile)).await;
    drop(bystander);
    assert_eq!((ended.get(), report.figures.get("ended")), (4, Some(&8.0)), "{report:?}");
    storm.ends_well(app.data_dir.parent().unwrap()).await;
    app.stop().await;
}
