//! A store of its own for each test, and short words for what tests say.

use std::path::Path;
use std::sync::Arc;

use domain::{
    Body, Cid, Email, Emoji, ManualClock, OsEntropy, RoomId, RoomName, Seq, Timestamp, UserId,
    Username,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use store::log::{Event, Happening};
use store::people::{self, NewPerson, Profile};
use store::{Change, Command, Config, Metrics, Outcome, Refusal, Store, StoreError, rooms};
use tempfile::TempDir;

/// 2026-11-24T08:20:36Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_508_436_000);

/// A store, its folder and its clock.
pub struct World {
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub store: Store,
}

pub async fn open(config: &Config, folder: &Path) -> Result<Store, StoreError> {
    let clock = Arc::new(ManualClock::new(NOW));
    Store::open(config, folder, clock, Arc::new(OsEntropy), Metrics::default()).await
}

pub async fn open_beside(config: &Config, folder: &Path) -> Result<Store, StoreError> {
    let clock = Arc::new(ManualClock::new(NOW));
    Store::open_beside(config, folder, clock, Arc::new(OsEntropy), Metrics::default()).await
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(NOW));
        let (config, entropy) = (Config::default(), Arc::new(OsEntropy));
        let its_clock = Arc::clone(&clock) as _;
        let store = Store::open(&config, folder.path(), its_clock, entropy, Metrics::default());
        let store = store.await.expect("a store");
        Self { folder, clock, store }
    }

    /// Closes the store and opens it again, under the same clock.
    pub async fn reopen(&mut self) {
        self.store.close().await;
        let (config, clock) = (Config::default(), Arc::clone(&self.clock) as _);
        let entropy = Arc::new(OsEntropy);
        let store = Store::open(&config, self.folder.path(), clock, entropy, Metrics::default());
        self.store = store.await.expect("a store");
    }

    /// A room of this name, made if it is missing.
    pub async fn room(&self, name: &str) -> RoomId {
        let name: RoomName = name.parse().expect("a name");
        let tx = self.store.write().await.expect("a transaction");
        let (room, _) = rooms::create(&tx, &name, None, NOW).await.expect("a room");
        tx.commit().await.expect("committed");
        room.id
    }

    /// A verified person of this name.
    pub async fn person(&self, name: &str) -> UserId {
        let person = new_person(name);
        let tx = self.store.write().await.expect("a transaction");
        people::insert(&tx, &person).await.expect("a person");
        tx.commit().await.expect("committed");
        person.id
    }

    /// Stores one batch; everything must have an outcome.
    pub async fn commit(&self, commands: &[Command]) -> Vec<Outcome> {
        let answers = self.store.commit(commands).await;
        answers.into_iter().map(|answer| answer.expect("an outcome")).collect()
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        let count = Statement::from_string(DbBackend::Sqlite, count);
        let row = self.store.reader().query_one_raw(count).await.expect("read").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }
}

pub fn new_person(name: &str) -> NewPerson {
    NewPerson {
        id: UserId::random(&OsEntropy),
        username: name.parse::<Username>().expect("a name"),
        email: format!("{name}@example.com").parse::<Email>().expect("an address"),
        password_hash: None,
        first_name: String::new(),
        last_name: String::new(),
        role: None,
        is_admin: false,
        verified_at: Some(NOW),
        created_at: NOW,
        profile: Profile::default(),
    }
}

pub fn user(id: i64) -> UserId {
    UserId::new(id).expect("an id")
}

pub fn seq(value: u64) -> Seq {
    Seq::new(value)
}

/// Somebody says something.
pub fn says(room: RoomId, author: UserId, cid: &str, text: &str) -> Command {
    Command {
        room,
        author: Some(author),
        cid: Some(Cid::parse(cid).expect("a cid")),
        change: Change::Message { body: Body::parse(text, 0).expect("a body"), reply_to: None },
        trace: None,
    }
}

/// Somebody answers a message.
pub fn answers(room: RoomId, author: UserId, cid: &str, to: u64) -> Command {
    let body = Body::parse("yes", 0).expect("a body");
    let change = Change::Message { body, reply_to: Some(seq(to)) };
    Command { change, ..says(room, author, cid, "yes") }
}

/// Somebody changes what they said.
pub fn edits(room: RoomId, author: UserId, cid: &str, id: u64, text: &str) -> Command {
    let change = Change::Edit { id: seq(id), body: Body::parse(text, 0).expect("a body") };
    Command { change, ..says(room, author, cid, "x") }
}

/// Somebody deletes what they said.
pub fn deletes(room: RoomId, author: UserId, cid: &str, id: u64) -> Command {
    Command { change: Change::Delete { id: seq(id) }, ..says(room, author, cid, "x") }
}

/// Somebody reacts to a message, or takes that back.
pub fn reacts(room: RoomId, author: UserId, cid: &str, id: u64, emoji: &str, on: bool) -> Command {
    let emoji = Emoji::parse(emoji).expect("an emoji");
    Command { change: Change::React { id: seq(id), emoji, on }, ..says(room, author, cid, "x") }
}

/// The text that an event shows.
pub fn text(event: &Event) -> Option<&str> {
    match &event.happening {
        Happening::Message { body, .. } | Happening::Edited { body, .. } => body.as_deref(),
        Happening::Deleted { .. } | Happening::Reaction { .. } => None,
    }
}

pub fn stored(place: u64) -> Outcome {
    Outcome::Stored { seq: seq(place), ts: NOW }
}

pub fn duplicate(place: u64) -> Outcome {
    Outcome::Duplicate { seq: seq(place), ts: NOW }
}

pub fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}
