//! `parlour room export`.

use std::io::{BufWriter, Write};

use clap::Args;
use domain::{Epoch, RoomId, Seq};
use serde_json::json;
use store::Store;
use store::log::{self, Event};
use store::rooms::Room;

use super::{table, which::Which};
use crate::cli::{CliError, output, parts};
use crate::config::Config;

/// How much is read at once, in bytes of text, so that a log of any length can be exported.
const PAGE_BYTES: usize = 256 * 1024;

const AFTER_HELP: &str = "\
Everything from the room's floor (the newest place that retention has removed) to its head as the command found it, \
as it reads now: an edited message shows its present text, a deleted one none. It works beside a running server.

With --json the first line tells what is exported,
  {\"room\":\"lobby\",\"epoch\":\"k3.1\",\"floor\":0,\"head\":1042}
and each line after it is one event, written as a socket's frame is:
  {\"type\":\"message\",\"seq\":1,\"id\":1,\"cid\":\"b1c2\",\"user\":{\"id\":7,\"username\":\"ann\"},\"message\":\"hi\",\"ts\":1795503636123}
  {\"type\":\"edited\",\"seq\":2,\"id\":1,\"message\":\"hello\",...}  {\"type\":\"deleted\",\"seq\":3,\"id\":1,...}
  {\"type\":\"reaction\",\"seq\":4,\"id\":1,\"emoji\":\"+1\",\"on\":true,...}
`user` is null for people who are gone.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Export {
    #[command(flatten)]
    room: Which,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Export {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let store = parts::open_store(config).await?;
        let room = self.room.find(&store).await?;
        // Standard output passes every line on by itself.
        let out = &mut BufWriter::new(out);
        if self.json {
            write_json(&store, &room, out).await?;
        } else {
            write_table(&store, &room, out).await?;
        }
        store.close().await;
        Ok(out.flush()?)
    }
}

/// Writes everything in the log of `room`, one JSON object a line.
pub async fn write_json(store: &Store, room: &Room, out: &mut dyn Write) -> Result<(), CliError> {
    let mut reading = Reading::begin(store, room.id).await?;
    let epoch = Epoch { incarnation: store.incarnation(), generation: room.generation }.to_string();
    let Reading { floor, head, .. } = reading;
    let first = json!({ "room": room.name.as_str(), "epoch": epoch, "floor": floor, "head": head });
    output::json(out, &first)?;
    while !reading.page.is_empty() {
        for event in &reading.page {
            output::json(out, &actors::connection::event::frame(event))?;
        }
        reading.go_on().await?;
    }
    Ok(())
}

async fn write_table(store: &Store, room: &Room, out: &mut dyn Write) -> Result<(), CliError> {
    let mut reading = Reading::begin(store, room.id).await?;
    let mut is_first = true;
    while !reading.page.is_empty() {
        table::write(&reading.page, is_first, out)?;
        is_first = false;
        reading.go_on().await?;
    }
    Ok(())
}

/// A log, read page by page, without a gap.
struct Reading<'a> {
    store: &'a Store,
    room: RoomId,
    floor: Seq,
    head: Seq,
    page: Vec<Event>,
}

impl<'a> Reading<'a> {
    /// Reads the first page: of what is there now.
    async fn begin(store: &'a Store, room: RoomId) -> Result<Self, CliError> {
        loop {
            let reader = store.reader();
            let head = log::head(reader, room).await.map_err(CliError::failed)?;
            let floor = log::floor(reader, room).await.map_err(CliError::failed)?;
            let mut this = Self { store, room, floor, head, page: Vec::new() };
            this.page = this.after(floor).await?;
            // A server may move the floor in between; then there is another to begin at.
            let whole = match this.page.first() {
                Some(event) => event.seq == floor.next(),
                None => floor == head,
            };
            if whole {
                return Ok(this);
            }
        }
    }

    /// Reads the next page; an empty one after the last.
    async fn go_on(&mut self) -> Result<(), CliError> {
        let Some(last) = self.page.last().map(|event| event.seq) else { return Ok(()) };
        self.page = self.after(last).await?;
        let next = self.page.first().map(|event| event.seq);
        if next.unwrap_or(self.head.next()) == last.next() {
            return Ok(());
        }
        let words = "the server removed events while they were read (rooms.retention_age, \
                     rooms.retention_count); what was written ends before them";
        Err(CliError::Failed(words.into()))
    }

    async fn after(&self, since: Seq) -> Result<Vec<Event>, CliError> {
        let events = log::after(self.store.reader(), self.room, since, self.head, PAGE_BYTES).await;
        events.map_err(CliError::failed)
    }
}
