//! What a client says.

use domain::{Emoji, Seq};
use serde_json::json;

use crate::record::{Digest, Kind, Saw};

/// A durable command under its cid. Said again it is the same command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Phrase {
    pub cid: String,
    pub act: Act,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Act {
    Say { text: String, reply_to: Option<Seq> },
    Edit { id: Seq, text: String },
    Delete { id: Seq },
    React { id: Seq, emoji: Emoji, on: bool },
}

impl Phrase {
    /// As the socket takes it.
    pub(crate) fn to_text(&self) -> String {
        let cid = &self.cid;
        let value = match &self.act {
            Act::Say { text, reply_to: None } => {
                json!({ "type": "message", "message": text, "cid": cid })
            }
            Act::Say { text, reply_to } => {
                json!({ "type": "message", "message": text, "cid": cid, "reply_to": reply_to })
            }
            Act::Edit { id, text } => {
                json!({ "type": "edit", "id": id, "message": text, "cid": cid })
            }
            Act::Delete { id } => json!({ "type": "delete", "id": id, "cid": cid }),
            Act::React { id, emoji, on } => {
                json!({ "type": "react", "id": id, "emoji": emoji.as_str(), "on": on, "cid": cid })
            }
        };
        value.to_string()
    }

    /// As the record has it.
    pub(crate) fn as_sent(&self) -> Saw<'_> {
        let (kind, id, said) = match &self.act {
            Act::Say { text, .. } => (Kind::Message, None, Some(Digest::of(text.trim()))),
            Act::Edit { id, text } => (Kind::Edited, Some(id), Some(Digest::of(text.trim()))),
            Act::Delete { id } => (Kind::Deleted, Some(id), None),
            Act::React { id, emoji, on } => {
                (Kind::Reaction, Some(id), Some(Digest::of_reaction(emoji.as_str(), *on)))
            }
        };
        Saw::Sent { cid: self.cid.as_str().into(), kind, id: id.map(|id| id.get()), said }
    }
}

#[cfg(test)]
mod tests {
    use domain::Cid;
    use wire::ClientCommand;

    use super::*;

    #[test]
    fn what_is_said_is_what_the_server_understands() {
        let (id, text, emoji) = (Seq::new(7), "he\"y".to_owned(), Emoji::parse("👍").unwrap());
        let cid = Cid::parse("c").ok();
        for (act, command) in [
            (
                Act::Say { text: text.clone(), reply_to: None },
                ClientCommand::Message { message: text.clone(), cid: cid.clone(), reply_to: None },
            ),
            (
                Act::Say { text: text.clone(), reply_to: Some(id) },
                ClientCommand::Message {
                    message: text.clone(),
                    cid: cid.clone(),
                    reply_to: Some(id),
                },
            ),
            (
                Act::Edit { id, text: text.clone() },
                ClientCommand::Edit { id, message: text.clone(), cid: cid.clone() },
            ),
            (Act::Delete { id }, ClientCommand::Delete { id, cid: cid.clone() }),
            (
                Act::React { id, emoji: emoji.clone(), on: false },
                ClientCommand::React { id, emoji, on: false, cid: cid.clone() },
            ),
        ] {
            let phrase = Phrase { cid: "c".into(), act };
            assert_eq!(wire::parse(&phrase.to_text()).unwrap().command, command);
        }
    }
}
