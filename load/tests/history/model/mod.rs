//! A model of a correct server and of honest clients: one room, every step chosen by the test.

mod server;

use std::collections::VecDeque;

use domain::UserId;
use parlour_load::record::{Digest, Kind, Observation, Saw};

use crate::history::{EPOCH, History};

/// How far behind a client is still recovered.
const REPLAY: u64 = 500;

/// A durable command of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Say(String),
    Edit(u64, String),
    Delete(u64),
    React(u64, bool),
}

/// What the server stored.
#[derive(Debug, Clone)]
struct Stored {
    kind: Kind,
    id: u64,
    author: UserId,
    cid: String,
    on: bool,
    /// A message's text as it reads now.
    text: Option<String>,
}

#[derive(Debug, Clone)]
struct Request {
    client: usize,
    conn: u32,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Durable(String, Command),
    History { rid: u64, before: Option<u64>, after: Option<u64>, limit: usize },
}

#[derive(Debug)]
struct Client {
    user: UserId,
    session: u64,
    conn: u32,
    open: bool,
    /// The latest numbered frame that came.
    last: Option<u64>,
    /// On its way to the client.
    coming: VecDeque<Saw<'static>>,
    /// Sent and not settled.
    unsettled: Vec<(String, Command)>,
    /// All that it ever sent.
    sent: Vec<(String, Command)>,
}

/// The server, its clients, and what has been seen so far.
#[derive(Debug)]
pub struct Model {
    now: u64,
    sessions: u64,
    floor: u64,
    log: Vec<Stored>,
    clients: Vec<Client>,
    requests: VecDeque<Request>,
    seen: Vec<Observation<'static>>,
}

impl Model {
    /// An empty room, and so many clients outside of it.
    pub fn new(clients: u32) -> Self {
        let client = |number: u32| Client {
            user: UserId::new(i64::from(number) + 1).unwrap(),
            session: u64::from(number),
            conn: 0,
            open: false,
            last: None,
            coming: VecDeque::new(),
            unsettled: Vec::new(),
            sent: Vec::new(),
        };
        let (log, requests, seen) = (Vec::new(), VecDeque::new(), Vec::new());
        let sessions = u64::from(clients);
        let clients = (0..clients).map(client).collect();
        Self { now: 0, sessions, floor: 0, log, clients, requests, seen }
    }

    pub fn head(&self) -> u64 {
        self.log.len() as u64
    }

    pub fn is_open(&self, client: usize) -> bool {
        self.clients[client].open
    }

    /// The ids of messages that `client` could edit or delete.
    pub fn own(&self, client: usize) -> Vec<u64> {
        let user = self.clients[client].user;
        let own = |stored: &Stored| stored.author == user && stored.text.is_some();
        (1..).zip(&self.log).filter(|(_, stored)| own(stored)).map(|(seq, _)| seq).collect()
    }

    /// `client` comes, with the last it saw or as if new, and sends again what isn't settled.
    pub fn opens(&mut self, client: usize, resume: bool) {
        let head = self.head();
        let state = &mut self.clients[client];
        assert!(!state.open);
        state.open = true;
        state.conn += 1;
        let since = state.last.filter(|_| resume);
        let (user, session) = (Some(state.user), state.session);
        let epoch = since.map(|_| EPOCH.into());
        self.note(client, Saw::Opened { room: "lobby".into(), user, session, since, epoch });
        let from = since.filter(|since| *since >= self.floor && head - since <= REPLAY);
        let recovered = from.is_some();
        self.note(client, Saw::Hello { epoch: EPOCH.into(), seq: head, recovered });
        let replay = from.map_or(0..0, |from| from..head);
        let replay = replay.map(|before| Saw::Delivered(self.event(before + 1))).collect();
        let state = &mut self.clients[client];
        (state.last, state.coming) = (Some(from.unwrap_or(head)), replay);
        for (cid, command) in state.unsettled.clone() {
            self.send(client, cid, command);
        }
    }

    /// `client` sends a new command; gives its cid.
    pub fn sends(&mut self, client: usize, command: Command) -> String {
        let state = &mut self.clients[client];
        let cid = format!("{client}/{}", state.sent.len() + 1);
        state.unsettled.push((cid.clone(), command.clone()));
        state.sent.push((cid.clone(), command.clone()));
        self.send(client, cid.clone(), command);
        cid
    }

    /// `client` sends again something that it has sent before, answered or not.
    pub fn repeats(&mut self, client: usize, which: impl FnOnce(usize) -> usize) {
        let sent = &self.clients[client].sent;
        if !sent.is_empty() {
            let (cid, command) = sent[which(sent.len())].clone();
            self.send(client, cid, command);
        }
    }

    fn send(&mut self, client: usize, cid: String, command: Command) {
        let (kind, id, said) = match &command {
            Command::Say(text) => (Kind::Message, None, Some(Digest::of(text))),
            Command::Edit(id, text) => (Kind::Edited, Some(*id), Some(Digest::of(text))),
            Command::Delete(id) => (Kind::Deleted, Some(*id), None),
            Command::React(id, on) => {
                (Kind::Reaction, Some(*id), Some(Digest::of_reaction("+", *on)))
            }
        };
        self.note(client, Saw::Sent { cid: cid.clone().into(), kind, id, said });
        self.request(client, What::Durable(cid, command));
    }

    /// `client` asks for a page.
    pub fn asks(&mut self, client: usize, before: Option<u64>, after: Option<u64>, limit: usize) {
        let rid = self.seen.len() as u64;
        self.note(client, Saw::Asked { rid, before, after });
        self.request(client, What::History { rid, before, after, limit });
    }

    fn request(&mut self, client: usize, what: What) {
        let conn = self.clients[client].conn;
        self.requests.push_back(Request { client, conn, what });
    }

    /// `client` reads the next frame, if one has come.
    pub fn reads(&mut self, client: usize) -> bool {
        let state = &mut self.clients[client];
        let Some(saw) = state.coming.pop_front() else { return false };
        match &saw {
            Saw::Delivered(event) => state.last = Some(event.seq),
            Saw::Acked { cid, .. } | Saw::Refused { cid: Some(cid), .. } => {
                state.unsettled.retain(|(unsettled, _)| unsettled != cid);
            }
            _ => {}
        }
        self.note(client, saw);
        true
    }

    /// `client`'s connection breaks; what it sent may still be done.
    pub fn drops(&mut self, client: usize) {
        self.note(client, Saw::Closed { code: None });
        let state = &mut self.clients[client];
        state.open = false;
        state.coming.clear();
    }

    /// The server is killed: what it hadn't done is lost, and nobody is connected.
    pub fn dies(&mut self) {
        self.requests.clear();
        for client in 0..self.clients.len() {
            if self.clients[client].open {
                self.drops(client);
            }
        }
    }

    /// `client` signs out; its socket still gets what had been sent before, and its next comes with another sign-in.
    pub fn signs_out(&mut self, client: usize) {
        let session = self.clients[client].session;
        self.note(client, Saw::Ended { session });
        while self.reads(client) {}
        self.drops(client);
        // What it had sent and wasn't read yet is read no more.
        self.requests.retain(|request| request.client != client);
        self.clients[client].session = self.sessions;
        self.sessions += 1;
    }

    /// Retention takes away all up to `floor`.
    pub fn forgets(&mut self, floor: u64) {
        self.floor = self.floor.max(floor.min(self.head()));
    }

    /// All that is under way comes to its end.
    pub fn settles(&mut self) {
        while self.works() {}
        for client in 0..self.clients.len() {
            while self.clients[client].open && self.reads(client) {}
        }
    }

    /// The end of the run: everybody comes back, and rests.
    pub fn ends(mut self) -> History {
        for client in 0..self.clients.len() {
            if !self.clients[client].open {
                self.opens(client, true);
            }
        }
        self.settles();
        for client in 0..self.clients.len() {
            self.note(client, Saw::Rested);
        }
        let log = (self.floor + 1..=self.head()).map(|seq| self.exported(seq)).collect();
        let (floor, head) = (self.floor, self.head());
        History { seen: self.seen, log, floor, head }
    }

    fn note(&mut self, client: usize, saw: Saw<'static>) {
        self.now += 10;
        let conn = self.clients[client].conn;
        let client = u32::try_from(client).unwrap();
        self.seen.push(Observation { client, conn, at: self.now, saw });
    }
}
