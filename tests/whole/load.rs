//! `parlour load`, against a real server: every scenario runs, tells what it found, and finds nothing wrong.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::Program;
use crate::harness::commands::{Ran, parlour};

/// What benches/load.toml lifts, as far as a small load runs into it.
const LIFTED: [(&str, &str); 6] = [
    ("PARLOUR__THROTTLE__ENABLED", "false"),
    ("PARLOUR__SERVER__MAX_CONNECTIONS_PER_ADDRESS", "0"),
    ("PARLOUR__ROOMS__CREATIONS_PER_HOUR", "0"),
    ("PARLOUR__SOCKETS__MAX_PER_USER", "0"),
    ("PARLOUR__SOCKETS__MAX_PER_USER_AND_ROOM", "0"),
    ("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0"),
];

/// A server to be loaded, and the people who do it.
struct Site {
    folder: TempDir,
    program: Program,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::start(folder.path(), &LIFTED).await;
        for name in ["ann", "bob"] {
            program.person(name).await;
        }
        Self { folder, program }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn load(&self, arguments: &str) -> Ran {
        let url = format!("--url http://{}", self.program.addr);
        parlour(self.path(), &format!("load {arguments} {url} --user ann --user bob")).await
    }

    /// Runs a scenario with its check, and gives its report.
    async fn report(&self, scenario: &str) -> Value {
        let pid = self.program.pid().as_raw_nonzero();
        let ran = self.load(&format!("{scenario} --json --check --pid {pid}")).await;
        let [report] = <[Value; 1]>::try_from(ran.json()).unwrap();
        assert_eq!(report["findings_total"], 0, "{report}");
        assert!(report["server"]["resident_after"].as_u64().unwrap() > 1_000_000, "{report}");
        report
    }
}

fn number(report: &Value, pointer: &str) -> f64 {
    report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer}: {report}"))
}

#[track_caller]
fn is(report: &Value, pointer: &str, expected: f64) {
    let found = number(report, pointer);
    assert!((found - expected).abs() < 1e-9, "{pointer} is {found}, not {expected}: {report}");
}

#[tokio::test]
async fn a_fan_out_at_a_rate_delivers_everything_to_everybody() {
    let site = Site::open().await;
    let sizes = "--rooms 2 --members 5 --publishers 4 --rate 20 --payload 64";
    let report = site.report(&format!("fanout {sizes} --warmup 0s --for 2s")).await;
    // Every message has its turn, however late: 4 publishers, 20 a second, 2 seconds; each to the five of its room.
    let acked = number(&report, "/latency/ack/count");
    // The first may have been due a moment before the measuring began.
    assert!((159.0..=160.0).contains(&acked), "{report}");
    is(&report, "/latency/delivery/count", acked * 5.0);
    assert_eq!(report["unsettled"], 0, "{report}");
    assert!(number(&report, "/figures/deliveries_per_second") > 0.0, "{report}");
}

#[tokio::test]
async fn a_closed_loop_goes_as_fast_as_the_server_does() {
    let site = Site::open().await;
    let sizes = "--members 10 --publishers 2 --window 4";
    let report = site.report(&format!("fanout {sizes} --warmup 200ms --for 1s")).await;
    // What is on the way when the measuring begins and ends is half counted.
    let (sent, deliveries) = (number(&report, "/sent"), number(&report, "/deliveries"));
    // No more is on the way at a time than the windows hold.
    assert!(sent > 8.0 && (deliveries / 10.0 - sent).abs() <= 2.0 * 8.0, "{report}");
    assert_eq!(report["unsettled"], 0, "{report}");
}

#[tokio::test]
async fn sockets_are_opened_and_held() {
    let site = Site::open().await;
    let report = site.report("connect --sockets 60 --rooms 3 --at-once 20 --for 200ms").await;
    assert_eq!(report["greeted"], 60, "{report}");
    is(&report, "/figures/lost", 0.0);
    let report = site.report("connect --sockets 20 --rate 200 --for 0s --sources 3").await;
    is(&report, "/latency/hello/count", 20.0);
}

#[tokio::test]
async fn people_come_and_go() {
    let site = Site::open().await;
    let report = site.report("churn --clients 5 --rooms 2 --for 1s").await;
    assert!(number(&report, "/figures/cycles_per_second") > 1.0, "{report}");
    assert_eq!(report["closes"]["1000"], report["greeted"], "{report}");
    assert_eq!(report["unsettled"], 0, "{report}");
}

#[tokio::test]
async fn those_who_stop_reading_catch_up_without_a_hole() {
    let site = Site::open().await;
    let sizes = "--members 6 --publishers 2 --rate 100 --payload 1024 --share 0.3";
    let report = site.report(&format!("slow {sizes} --before 500ms --for 1s")).await;
    is(&report, "/figures/slow_members", 2.0);
    for wrong in ["holes", "repeats", "late"] {
        is(&report, &format!("/figures/{wrong}"), 0.0);
    }
    assert!(number(&report, "/figures/p99_ratio") > 0.0, "{report}");
}

#[tokio::test]
async fn chaos_ends_with_everybody_at_the_same_place() {
    let site = Site::open().await;
    let report = site.report("chaos --clients 8 --rooms 2 --pause 20ms --for 3s").await;
    assert_eq!(report["unsettled"], 0, "{report}");
    is(&report, "/figures/unfinished", 0.0);
    assert!(number(&report, "/figures/resumed") > 0.0, "{report}");
    assert!(number(&report, "/duplicates") > 0.0, "{report}");
}

#[tokio::test]
async fn a_recorded_run_is_checked_later_and_a_lost_message_is_found() {
    let site = Site::open().await;
    let kept = site.path().join("run.jsonl");
    let chaos = "chaos --clients 4 --rooms 1 --pause 20ms --for 1s --rooms-named storm";
    let told = site.load(&format!("{chaos} --record {}", kept.display())).await.ok();
    assert!(told.contains("chaos") && !told.contains("findings"), "{told}");

    let log = parlour(site.path(), "room export storm-0 --json").await.ok();
    let path = site.path().join("storm-0.jsonl");
    std::fs::write(&path, &log).unwrap();
    let check = format!("load check --history {} --log {}", kept.display(), path.display());
    let told = parlour(site.path(), &check).await.ok();
    assert!(told.starts_with("0 findings in "), "{told}");

    // The log as it would be had its last event been lost.
    let lines: Vec<_> = log.lines().collect();
    let (last, kept) = lines.split_last().unwrap();
    let gone = serde_json::from_str::<Value>(last).unwrap()["seq"].as_u64().unwrap();
    let head = kept[0].replace(&format!(r#""head":{gone}"#), &format!(r#""head":{}"#, gone - 1));
    std::fs::write(&path, [&[head.as_str()], &kept[1..]].concat().join("\n")).unwrap();
    let ran = parlour(site.path(), &check).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("storm-0: "), "{ran:?}");
}

#[tokio::test]
async fn nobody_loads_another_machine_by_mistake_or_as_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let refused = parlour(folder.path(), "load connect --url http://192.0.2.1 --user ann").await;
    assert!(refused.failed(2).contains("--i-may-load-this-host"));
    let refused = parlour(folder.path(), "load connect --url http://127.0.0.1:1").await;
    assert!(refused.failed(2).contains("--tokens"));
}
