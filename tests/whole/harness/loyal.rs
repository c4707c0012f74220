//! A client that keeps its place: it says much at once, sends again what wasn't answered, resumes after every loss, and
//! fails where it hears a seq that isn't the next.

use std::collections::{BTreeMap, HashMap, VecDeque};

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, interval, timeout_at};

use super::person::Person;
use super::socket::{Knock, Socket};
use super::wait::within;

/// How many messages may be unanswered: as many as `sockets.in_flight` has room for.
const WINDOW: usize = 32;

/// A person in a room who must miss nothing.
pub struct Loyal {
    person: Person,
    room: &'static str,
    socket: Socket,
    /// The last numbered frame that was received.
    since: u64,
    epoch: Value,
    /// What was sent and isn't known to be stored, oldest first.
    pending: VecDeque<String>,
    /// What of it the server wants to have again, and when.
    again: VecDeque<(Instant, String)>,
    /// When it was sent last, unless that was answered.
    sent: HashMap<String, Instant>,
    said: usize,
    /// What was received, by seq: the cids.
    pub heard: BTreeMap<u64, String>,
    /// Where the server said that what was sent is, by cid.
    pub acks: BTreeMap<String, u64>,
    /// What every `drain` said.
    pub drains: Vec<Value>,
    /// The code of every close.
    pub closes: Vec<u16>,
    /// How often the server said `unavailable`.
    pub troubles: usize,
    /// How long the slowest answer took.
    pub slowest: Duration,
}

impl Loyal {
    /// `person`, who enters `room` now.
    pub async fn new(person: Person, room: &'static str) -> Self {
        let mut socket = person.door().socket(room, &person.access).await;
        let hello = socket.next().await;
        Self {
            person,
            room,
            socket,
            since: hello["seq"].as_u64().unwrap(),
            epoch: hello["epoch"].clone(),
            pending: VecDeque::new(),
            again: VecDeque::new(),
            sent: HashMap::new(),
            said: 0,
            heard: BTreeMap::new(),
            acks: BTreeMap::new(),
            drains: Vec::new(),
            closes: Vec::new(),
            troubles: 0,
            slowest: Duration::ZERO,
        }
    }

    /// Talks as fast as it is let, while `on` says so; then until everything is known to be stored.
    pub async fn talks(&mut self, on: impl Fn() -> bool) {
        loop {
            while on() && self.pending.len() < WINDOW {
                self.begins().await;
            }
            if self.pending.is_empty() {
                return;
            }
            self.hears_one().await;
        }
    }

    async fn begins(&mut self) {
        self.said += 1;
        let cid = format!("{}/{}", self.person.name, self.said);
        self.send(&cid).await;
        self.pending.push_back(cid);
    }

    /// Listens until it has heard everything up to `seq`.
    pub async fn hears_up_to(&mut self, seq: u64) {
        while self.since < seq {
            self.hears_one().await;
        }
    }

    /// Checks that `log` (message frames) has no hole and no repeat, and that each of `loyals` heard just that, from when
    /// they came in, and was told the truth about what they said.
    pub async fn agree(loyals: Vec<Self>, log: &[Value]) {
        let entry = |message: &Value| {
            let cid = message["cid"].as_str().unwrap().to_owned();
            (message["seq"].as_u64().unwrap(), cid)
        };
        let stored: BTreeMap<u64, String> = log.iter().map(entry).collect();
        assert!(stored.keys().copied().eq(1..=log.len() as u64), "a hole or a repeat");
        let by_cid: BTreeMap<_, _> = stored.iter().map(|(seq, cid)| (cid, seq)).collect();
        assert_eq!(by_cid.len(), log.len(), "a cid that is there twice");
        for mut loyal in loyals {
            loyal.hears_up_to(log.len() as u64).await;
            let begin = loyal.heard.first_key_value().unwrap().0;
            assert!(loyal.heard.iter().eq(stored.range(begin..)), "somebody heard something else");
            for (cid, seq) in &loyal.acks {
                assert_eq!(by_cid.get(cid), Some(&seq), "{cid} was acknowledged");
            }
            assert!(loyal.pending.is_empty());
        }
    }

    async fn send(&mut self, cid: &str) {
        self.sent.insert(cid.to_owned(), Instant::now());
        let frame = json!({ "type": "message", "message": cid, "cid": cid });
        self.socket.send_unless_closed(frame).await;
    }

    /// Hears one frame, or sends one thing again whose time has come.
    async fn hears_one(&mut self) {
        let heard = match self.again.front() {
            Some((due, _)) => timeout_at(*due, self.socket.next_or_code()).await,
            None => Ok(self.socket.next_or_code().await),
        };
        match heard {
            Ok(Ok(frame)) => self.takes(&frame),
            Ok(Err(code)) => {
                self.closes.push(code);
                self.comes_back().await;
            }
            Err(_) => {
                let (_, cid) = self.again.pop_front().unwrap();
                self.send(&cid).await;
            }
        }
    }

    fn takes(&mut self, frame: &Value) {
        let cid = frame["cid"].as_str().unwrap_or_default();
        if let Some(sent) = self.sent.remove(cid) {
            self.slowest = self.slowest.max(sent.elapsed());
        }
        match frame["type"].as_str().unwrap() {
            "message" => {
                let seq = frame["seq"].as_u64().unwrap();
                assert_eq!(seq, self.since + 1, "a hole or a repeat: {frame}");
                self.since = seq;
                self.heard.insert(seq, cid.to_owned());
                self.settles(cid);
            }
            "ack" => {
                let seq = frame["seq"].as_u64().unwrap();
                let before = self.acks.insert(cid.to_owned(), seq);
                assert!(before.is_none_or(|before| before == seq), "two acks differ: {frame}");
                self.settles(cid);
            }
            "error" => {
                let wait = Duration::from_millis(frame["retry_after"].as_u64().unwrap());
                if frame["code"] == "unavailable" {
                    self.troubles += 1;
                } else {
                    assert_eq!(frame["code"], "rate_limited", "{frame}");
                }
                self.again.push_back((Instant::now() + wait, cid.to_owned()));
            }
            "drain" => self.drains.push(frame["retry"].clone()),
            other => panic!("{other}: {frame}"),
        }
    }

    fn settles(&mut self, cid: &str) {
        self.pending.retain(|pending| pending != cid);
        self.again.retain(|(_, again)| again != cid);
    }

    /// Dials until somebody answers, goes on where it was, and sends again what is pending.
    async fn comes_back(&mut self) {
        let addr = self.person.door().addr;
        let resume = format!("since={}&epoch={}", self.since, self.epoch.as_str().unwrap());
        let token = Some(self.person.access.as_str());
        let knock = Knock { token, query: Some(&resume), ..Knock::default() };
        // As `until`, whose closure no task can be given.
        let (socket, hello) = within("a way back", async {
            let mut ticks = interval(Duration::from_millis(5));
            loop {
                ticks.tick().await;
                let Ok(mut socket) = Socket::open(addr, self.room, &knock).await else { continue };
                // One that is let in just before the server stops may hear no hello.
                let Ok(hello) = socket.next_or_code().await else { continue };
                return (socket, hello);
            }
        })
        .await;
        assert_eq!((&hello["type"], &hello["epoch"]), (&json!("hello"), &self.epoch), "{hello}");
        self.socket = socket;
        self.again.clear();
        self.sent.clear();
        if hello["recovered"] == false {
            self.pages_up_to(hello["seq"].as_u64().unwrap()).await;
        }
        for cid in self.pending.clone() {
            self.send(&cid).await;
        }
    }

    /// Reads what was said up to `head`, which was too much to be replayed; what is said meanwhile comes behind it.
    async fn pages_up_to(&mut self, head: u64) {
        let mut live = Vec::new();
        while self.since < head {
            let ask = json!({ "type": "history", "after": self.since, "limit": 200, "rid": 0 });
            self.socket.send(ask).await;
            let page = loop {
                match self.socket.next().await {
                    frame if frame["type"] == "history" => break frame,
                    frame => live.push(frame),
                }
            };
            for message in page["messages"].as_array().unwrap() {
                if message["seq"].as_u64().unwrap() <= head {
                    self.takes(
                        &json!({ "type": "message", "seq": message["seq"], "cid": message["cid"] }),
                    );
                }
            }
        }
        for frame in &live {
            self.takes(frame);
        }
    }
}
