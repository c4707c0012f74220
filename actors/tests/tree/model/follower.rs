//! Somebody who follows a room over many sockets, and what they have seen of it.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::Value;

use crate::client::Client;

/// A message as it reads: its text, or none when it is deleted.
pub type Conversation = BTreeMap<u64, Option<String>>;

/// Somebody who follows the room, be it over many sockets.
pub struct Follower {
    pub token: SecretString,
    pub socket: Option<Client>,
    /// The last numbered frame received, and its epoch.
    pub place: Option<(u64, String)>,
    pub seen: Conversation,
    /// Frames that came while an ack was waited for.
    pub heard: Vec<Value>,
    pub last: Option<Value>,
}

impl Follower {
    pub fn hear(&mut self, frame: &Value) {
        let seq = frame["seq"].as_u64().expect("a seq");
        let (place, _) = self.place.as_mut().expect("a hello came before");
        assert_eq!(seq, *place + 1, "a hole or a repeat: {frame}");
        *place = seq;
        let id = frame["id"].as_u64().expect("an id");
        let text = || frame["message"].as_str().expect("a text").to_owned();
        match frame["type"].as_str().expect("a type") {
            "message" | "edited" => {
                let gone = frame["deleted"] == true;
                self.seen.insert(id, (!gone).then(text));
            }
            "deleted" => {
                self.seen.insert(id, None);
            }
            "reaction" => {}
            other => panic!("a frame of type {other}"),
        }
    }

    /// Sends `request` until it is answered for good; `unavailable` is no answer.
    pub async fn insist(&mut self, request: &Value) -> Value {
        let socket = self.socket.as_mut().expect("a socket");
        socket.send(request.clone()).await;
        let answer = loop {
            let frame = socket.frame().await;
            let answers = frame["cid"] == request["cid"];
            match frame["type"].as_str() {
                Some("error") if answers && frame["code"] == "unavailable" => {
                    socket.send(request.clone()).await;
                }
                Some("ack" | "error") if answers => break frame,
                _ => self.heard.push(frame),
            }
        };
        self.last = Some(request.clone());
        for frame in std::mem::take(&mut self.heard) {
            // An earlier try may be answered late.
            if frame["type"] != "ack" && frame["type"] != "error" {
                self.hear(&frame);
            }
        }
        answer
    }
}

/// How the messages of a history answer read.
pub fn conversation(history: &Value) -> Conversation {
    let messages = history["messages"].as_array().expect("a list");
    let read = |message: &Value| {
        let gone = message["deleted"] == true;
        let text = message["message"].as_str().expect("a text").to_owned();
        (message["id"].as_u64().expect("an id"), (!gone).then_some(text))
    };
    messages.iter().map(read).collect()
}
