//! What the model's server does.

use parlour_load::record::{Digest, Event, Kind, Saw};
use serde_json::{Value, json};

use super::{Command, Model, Request, Stored, What};

impl Model {
    /// The server does the oldest request; says whether there was one.
    pub fn works(&mut self) -> bool {
        let Some(Request { client, conn, what }) = self.requests.pop_front() else { return false };
        let answer = match what {
            What::Durable(cid, command) => Some(self.does(client, cid, command)),
            What::History { rid, before, after, limit } => {
                Some(self.page(rid, before, after, limit))
            }
        };
        let state = &mut self.clients[client];
        if state.open && state.conn == conn {
            state.coming.extend(answer);
        }
        true
    }

    fn does(&mut self, client: usize, cid: String, command: Command) -> Saw<'static> {
        let author = self.clients[client].user;
        let same = |stored: &Stored| stored.author == author && stored.cid == cid;
        let kept = (1..).zip(&self.log).filter(|(seq, _)| *seq > self.floor);
        if let Some((seq, stored)) = kept.into_iter().find(|(_, stored)| same(stored)) {
            return Saw::Acked { cid: cid.into(), id: stored.id, seq, dup: true };
        }
        let seq = self.head() + 1;
        let (kind, target, text, on) = match command {
            Command::Say(text) => (Kind::Message, None, Some(text), false),
            Command::Edit(id, text) => (Kind::Edited, Some(id), Some(text), false),
            Command::Delete(id) => (Kind::Deleted, Some(id), None, false),
            Command::React(id, on) => (Kind::Reaction, Some(id), None, on),
        };
        if let Some(id) = target {
            let message = &mut self.log[usize::try_from(id).unwrap() - 1];
            if message.text.is_none() || id <= self.floor {
                return Saw::Refused { code: "not_found".into(), cid: Some(cid.into()) };
            }
            if kind != Kind::Reaction {
                message.text.clone_from(&text);
            }
        }
        let (id, text) = (target.unwrap_or(seq), text.filter(|_| kind == Kind::Message));
        self.log.push(Stored { kind, id, author, cid: cid.clone(), on, text });
        let event = self.event(seq);
        for client in &mut self.clients {
            if client.open {
                client.coming.push_back(Saw::Delivered(event.clone()));
            }
        }
        Saw::Acked { cid: cid.into(), id, seq, dup: false }
    }

    /// An event as it reads now.
    pub(super) fn event(&self, seq: u64) -> Event<'static> {
        let stored = &self.log[usize::try_from(seq).unwrap() - 1];
        let message = &self.log[usize::try_from(stored.id).unwrap() - 1];
        let said = match stored.kind {
            Kind::Edited if stored.id <= self.floor => None,
            Kind::Message | Kind::Edited => message.text.as_deref().map(Digest::of),
            Kind::Deleted => None,
            Kind::Reaction => Some(Digest::of_reaction("+", stored.on)),
        };
        let cid = Some(stored.cid.clone().into());
        Event { seq, kind: stored.kind, id: stored.id, author: Some(stored.author), cid, said }
    }

    fn page(
        &self,
        rid: u64,
        before: Option<u64>,
        after: Option<u64>,
        limit: usize,
    ) -> Saw<'static> {
        let all = (self.floor + 1..=self.head()).map(|seq| self.event(seq));
        let inside = |event: &Event<'_>| {
            event.kind == Kind::Message
                && before.is_none_or(|before| event.seq < before)
                && after.is_none_or(|after| event.seq > after)
        };
        let mut messages = all.filter(inside).collect::<Vec<_>>();
        let more = messages.len() > limit;
        if after.is_some() {
            messages.truncate(limit);
        } else {
            messages.drain(..messages.len().saturating_sub(limit));
        }
        Saw::Page { rid: Some(rid), messages, more }
    }

    pub(super) fn exported(&self, seq: u64) -> Value {
        let stored = &self.log[usize::try_from(seq).unwrap() - 1];
        let text = &self.log[usize::try_from(stored.id).unwrap() - 1].text;
        let text = text.as_ref().filter(|_| stored.id > self.floor);
        let mut line = json!({
            "type": stored.kind.as_str(), "seq": seq, "id": stored.id, "cid": stored.cid,
            "user": { "id": stored.author, "username": "x" }, "ts": 0,
        });
        match stored.kind {
            Kind::Message | Kind::Edited => {
                line["message"] = json!(text.map_or("", String::as_str));
                line["deleted"] = json!(text.is_none());
            }
            Kind::Reaction => (line["emoji"], line["on"]) = (json!("+"), json!(stored.on)),
            Kind::Deleted => {}
        }
        line
    }
}
