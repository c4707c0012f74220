//! Somebody who means to be heard: says everything until it is acknowledged, and comes back when shown the door.

use serde_json::{Value, json};

use super::person::Person;
use super::socket::Socket;

/// A person in a room, with what an honest client would do about errors and closes.
pub struct Talker {
    person: Person,
    room: &'static str,
    socket: Socket,
    /// How often the server said `unavailable`.
    pub troubles: usize,
    /// How often the server closed the socket.
    pub closes: usize,
}

impl Talker {
    /// `person` in `room`.
    pub async fn new(person: Person, room: &'static str) -> Self {
        let socket = person.enters(room).await;
        Self { person, room, socket, troubles: 0, closes: 0 }
    }

    /// Says `text` under `cid`, as often as it takes, and gives the seq at which it was stored.
    pub async fn says(&mut self, cid: &str, text: &str) -> u64 {
        loop {
            let frame = json!({ "type": "message", "message": text, "cid": cid });
            self.socket.send_unless_closed(frame).await;
            match self.answer(cid).await {
                Some(ack) if ack["type"] == "ack" => return ack["seq"].as_u64().unwrap(),
                Some(error) => {
                    assert_eq!(error["code"], "unavailable", "{error}");
                    self.troubles += 1;
                }
                None => self.comes_back().await,
            }
        }
    }

    /// Waits for the message at `seq`, wherever it is first seen.
    pub async fn hears(&mut self, seq: u64) -> Value {
        loop {
            match self.socket.next_or_close().await {
                Some(frame) if frame["type"] == "message" && frame["seq"] == seq => return frame,
                Some(_) => {}
                None => {
                    self.comes_back().await;
                    self.socket
                        .send(json!({ "type": "history", "after": seq - 1, "rid": 0 }))
                        .await;
                    let page = self.socket.next_of("history").await;
                    if let Some(message) = page["messages"].get(0) {
                        return message.clone();
                    }
                }
            }
        }
    }

    /// Everything that was said in the room, oldest first.
    pub async fn log(&mut self) -> Vec<Value> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let after = log.last().map_or(json!(0), |message| message["seq"].clone());
            let request = json!({ "type": "history", "after": after, "limit": 200, "rid": "log" });
            self.socket.send(request).await;
            let page = self.socket.next_of("history").await;
            log.extend(page["messages"].as_array().unwrap().iter().cloned());
            if page["more"] == false {
                return log;
            }
        }
    }

    async fn answer(&mut self, cid: &str) -> Option<Value> {
        loop {
            let frame = self.socket.next_or_close().await?;
            let answers = frame["type"] == "ack" || frame["type"] == "error";
            if answers && frame["cid"] == cid {
                return Some(frame);
            }
        }
    }

    async fn comes_back(&mut self) {
        self.closes += 1;
        self.socket = super::until("a way back", async || {
            let knock = super::Knock { token: Some(&self.person.access), ..Default::default() };
            let mut socket = self.person.door().knock(self.room, &knock).await.ok()?;
            let hello = socket.next_or_close().await?;
            (hello["type"] == "hello").then_some(socket)
        })
        .await;
    }
}
