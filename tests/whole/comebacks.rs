//! Clients that nobody here wrote come back across restarts of the server, and have the same history as everybody else.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::process::Stdio;

use rustix::process::Signal;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::harness::program::own_address;
use crate::harness::{Door, Person, Program, Talker, tools, within};
use crate::protocol_doc;

/// Whoever talks without a pause is told to wait again and again.
const STRICT: &[(&str, &str)] = &[("PARLOUR__SOCKETS__BURST", "1")];

/// How the server goes, one time after the other.
#[derive(Debug, Clone, Copy)]
enum Going {
    /// In order, by SIGTERM.
    Stop,
    /// Like a power cut.
    Kill,
}

/// A server that goes and comes back where it was.
struct Phoenix<'a> {
    address: SocketAddr,
    folder: &'a Path,
    settings: &'a [(&'a str, &'a str)],
    /// None: it is away.
    program: Option<Program>,
}

impl<'a> Phoenix<'a> {
    async fn start(folder: &'a Path, settings: &'a [(&'a str, &'a str)]) -> Self {
        let mut phoenix = Self { address: own_address(), folder, settings, program: None };
        phoenix.rise().await;
        phoenix
    }

    async fn rise(&mut self) {
        self.program = Some(Program::start_at(self.address, self.folder, self.settings).await);
    }

    async fn go(&mut self, going: Going) {
        let mut program = self.program.take().unwrap();
        match going {
            Going::Stop => {
                program.signal(Signal::TERM);
                assert!(program.exit().await.success(), "{}", program.log());
            }
            Going::Kill => program.kill().await,
        }
    }

    fn door(&self) -> &Door {
        self.program.as_ref().unwrap()
    }
}

/// What a client of another kind says of itself in the end.
#[derive(Debug, Deserialize)]
struct Told {
    /// What it heard: seq and text.
    heard: Vec<(u64, String)>,
    /// The acks it got: text and seq.
    acked: BTreeMap<String, u64>,
    /// How often it was greeted.
    hellos: usize,
}

/// What was said in the room, by the server's own word.
async fn log(person: &Person) -> Vec<(u64, String)> {
    let log = Talker::new(person.clone(), "lobby").await.log().await;
    let said = |message: &Value| {
        (message["seq"].as_u64().unwrap(), message["message"].as_str().unwrap().to_owned())
    };
    log.iter().map(said).collect()
}

/// Lets the client `peer`, which is Ann, talk while the server goes and comes back, and checks what it tells in the end.
async fn comes_back(phoenix: &mut Phoenix<'_>, ann: &Person, bob: &Person, peer: &mut Command) {
    let peer = peer.stdin(Stdio::null()).kill_on_drop(true);
    let mut account = pin!(peer.output());
    tokio::select! {
        output = &mut account => panic!("it gave up: {output:?}"),
        () = restarts(phoenix, ann, bob) => {}
    }
    let output = within("the client's account", account).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let told: Told = serde_json::from_slice(&output.stdout).unwrap();
    let log = log(bob).await;
    assert!(told.hellos >= 4, "{} hellos", told.hellos);
    // It came before anything was said, and left after the last word.
    assert!(told.heard.len() > 12 && told.heard.iter().any(|(_, text)| text == "end"), "{told:?}");
    assert_eq!(told.heard, log[..told.heard.len()]);
    for (text, seq) in told.acked {
        assert!(log.contains(&(seq, text.clone())), "{text} was acknowledged at {seq}");
    }
}

/// Restarts the server, each time after Ann has said something more, and ends the talk.
async fn restarts(phoenix: &mut Phoenix<'_>, ann: &Person, bob: &Person) {
    for going in [Going::Stop, Going::Kill, Going::Stop] {
        hears_much(bob, ann).await;
        phoenix.go(going).await;
        phoenix.rise().await;
    }
    hears_much(bob, ann).await;
    bob.enters("lobby").await.say("end", "end").await;
}

/// Waits until `whom` has said so much more that who was told to wait each time was told so more than ten times.
async fn hears_much(listener: &Person, whom: &Person) {
    let mut socket = listener.enters("lobby").await;
    for _ in 0..15 {
        while socket.next_of("message").await["user"] != whom.as_user() {}
    }
}

#[tokio::test]
async fn python_s_websockets_comes_back_across_restarts() {
    let test = "python_s_websockets_comes_back_across_restarts";
    let Some(python) = tools::python(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut phoenix = Phoenix::start(folder.path(), STRICT).await;
    let (ann, bob) = (phoenix.door().person("ann").await, phoenix.door().person("bob").await);
    let url = format!("ws://{}/ws/chat/lobby/?token={}", phoenix.address, ann.access);
    let script = tools::root().join("tests/peers/websockets_resume.py");
    comes_back(&mut phoenix, &ann, &bob, Command::new(python).arg(script).arg(url)).await;
}

#[tokio::test]
async fn the_client_of_the_page_comes_back_across_restarts_on_node_s_ws() {
    let test = "the_client_of_the_page_comes_back_across_restarts_on_node_s_ws";
    let Some(node) = tools::node(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut phoenix = Phoenix::start(folder.path(), STRICT).await;
    let (ann, bob) = (phoenix.door().person("ann").await, phoenix.door().person("bob").await);
    let code = folder.path().join("client.js");
    std::fs::write(&code, protocol_doc::client()).unwrap();
    let mut peer = Command::new(node);
    peer.arg(tools::root().join("tests/peers/page_client.mjs")).arg(code);
    peer.arg(format!("ws://{}", phoenix.address)).arg(&ann.access);
    comes_back(&mut phoenix, &ann, &bob, &mut peer).await;
}

/// `websocat` knows nothing of any protocol: whoever starts it reads its lines and starts it again with its place.
struct Websocat {
    child: Child,
    frames: Lines<BufReader<ChildStdout>>,
}

impl Websocat {
    fn start(program: &Path, url: &str) -> Self {
        let mut command = Command::new(program);
        command.args(["--text", "--exit-on-eof", url]).kill_on_drop(true);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let frames = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, frames }
    }

    async fn say(&mut self, text: &str) {
        let frame = json!({ "type": "message", "message": text, "cid": text });
        let line = format!("{frame}\n");
        self.child.stdin.as_mut().unwrap().write_all(line.as_bytes()).await.unwrap();
    }

    /// The next frame; none when the server has closed.
    async fn next(&mut self) -> Option<Value> {
        let line = within("a line of websocat's", self.frames.next_line()).await.unwrap();
        line.map(|line| serde_json::from_str(&line).unwrap())
    }

    /// What it hears up to the message `text`.
    async fn hears_up_to(&mut self, text: &str) -> Vec<(u64, String)> {
        let mut heard = Vec::new();
        while heard.last().is_none_or(|(_, last)| last != text) {
            let frame = self.next().await.expect("the server closed");
            if frame["type"] == "message" {
                let text = frame["message"].as_str().unwrap().to_owned();
                heard.push((frame["seq"].as_u64().unwrap(), text));
            }
        }
        heard
    }
}

#[tokio::test]
async fn websocat_comes_back_across_restarts() {
    let Some(program) = tools::websocat("websocat_comes_back_across_restarts") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut phoenix = Phoenix::start(folder.path(), &[]).await;
    let (ann, bob) = (phoenix.door().person("ann").await, phoenix.door().person("bob").await);
    let url = format!("ws://{}/ws/chat/lobby/?token={}", phoenix.address, ann.access);

    let mut websocat = Websocat::start(&program, &url);
    let hello = websocat.next().await.unwrap();
    let epoch = hello["epoch"].as_str().unwrap();
    websocat.say("one").await;
    let mut heard = websocat.hears_up_to("one").await;
    for (going, meanwhile, then) in [(Going::Stop, "two", "three"), (Going::Kill, "four", "five")] {
        phoenix.go(going).await;
        while websocat.next().await.is_some() {}
        phoenix.rise().await;
        bob.enters("lobby").await.say(meanwhile, meanwhile).await;
        let since = heard.last().unwrap().0;
        websocat = Websocat::start(&program, &format!("{url}&since={since}&epoch={epoch}"));
        assert_eq!(websocat.next().await.unwrap()["recovered"], true);
        websocat.say(then).await;
        heard.extend(websocat.hears_up_to(then).await);
    }
    assert_eq!(heard, log(&bob).await);
    let texts = heard.iter().map(|(_, text)| text.as_str());
    assert!(texts.eq(["one", "two", "three", "four", "five"]), "{heard:?}");
}

#[tokio::test]
async fn two_people_in_a_browser_come_back_across_restarts() {
    let test = "two_people_in_a_browser_come_back_across_restarts";
    let (Some(node), Some(chromium)) = (tools::node(test), tools::chromium(test)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut phoenix = Phoenix::start(folder.path(), &[]).await;
    let mut browser = Command::new(node)
        .arg(tools::root().join("tests/browser/comeback.mjs"))
        .arg(format!("http://{}", phoenix.address))
        .env("CHROMIUM", chromium)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut cues = BufReader::new(browser.stdout.take().unwrap()).lines();
    let mut told: Vec<Vec<String>> = Vec::new();
    while let Some(cue) = within("a cue", cues.next_line()).await.unwrap() {
        match cue.as_str() {
            "stop" => phoenix.go(Going::Stop).await,
            "kill" => phoenix.go(Going::Kill).await,
            "start" => phoenix.rise().await,
            shown => {
                told = serde_json::from_str(shown).unwrap_or_else(|_| panic!("{shown}"));
                continue;
            }
        }
        browser.stdin.as_mut().unwrap().write_all(b"done\n").await.unwrap();
    }
    let output = within("the browser's end", browser.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let bob = phoenix.door().person("bob").await;
    let log: Vec<String> = log(&bob).await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(log.len(), 6, "{log:?}");
    assert_eq!(told, [log.clone(), log]);
}
