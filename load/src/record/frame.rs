//! A server's frame, read for what it shows.

use std::borrow::Cow;

use domain::UserId;
use serde::Deserialize;
use serde::de::Error as _;

use super::{Digest, Event, Kind, Saw};

/// The fields of every frame that is checked. Which are there depends on `kind`.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are the protocol's, of different frames")]
pub(super) struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    seq: Option<u64>,
    id: Option<u64>,
    #[serde(borrow)]
    cid: Option<Cow<'a, str>>,
    user: Option<Author>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(default)]
    deleted: bool,
    #[serde(borrow)]
    emoji: Option<Cow<'a, str>>,
    on: Option<bool>,
    #[serde(default)]
    dup: bool,
    #[serde(borrow)]
    epoch: Option<Cow<'a, str>>,
    #[serde(default)]
    recovered: bool,
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
    rid: Option<serde_json::Value>,
    #[serde(borrow)]
    messages: Option<Vec<Frame<'a>>>,
    #[serde(default)]
    more: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Author {
    id: UserId,
}

impl<'a> Saw<'a> {
    /// What a text frame of the server shows: hello, an event, an ack with a cid, a page, an error. `None` for the
    /// frames that promise nothing (presence, typing, pong, drain …).
    ///
    /// # Errors
    ///
    /// When it isn't JSON, or lacks a field that its type must have.
    pub fn of_frame(text: &'a str) -> Result<Option<Self>, serde_json::Error> {
        let frame: Frame<'a> = serde_json::from_str(text)?;
        Ok(match &*frame.kind {
            "hello" => Some(Self::Hello {
                epoch: required(frame.epoch, "epoch")?,
                seq: required(frame.seq, "seq")?,
                recovered: frame.recovered,
            }),
            "ack" => {
                let (id, seq) = (required(frame.id, "id")?, required(frame.seq, "seq")?);
                frame.cid.map(|cid| Self::Acked { cid, id, seq, dup: frame.dup })
            }
            "history" => {
                let messages = required(frame.messages, "messages")?;
                let messages = messages.into_iter().map(Frame::event).collect::<Result<_, _>>()?;
                let rid = frame.rid.as_ref().and_then(serde_json::Value::as_u64);
                Some(Self::Page { rid, messages, more: frame.more })
            }
            "error" => Some(Self::Refused { code: required(frame.code, "code")?, cid: frame.cid }),
            other if kind_of(other).is_some() => Some(Self::Delivered(frame.event()?)),
            _ => None,
        })
    }
}

impl<'a> Frame<'a> {
    /// The event that this frame, or line of an export, tells of.
    pub(super) fn event(self) -> Result<Event<'a>, serde_json::Error> {
        let kind = required(kind_of(&self.kind), "type")?;
        let said = match kind {
            Kind::Message | Kind::Edited if self.deleted => None,
            Kind::Message | Kind::Edited => Some(Digest::of(&required(self.message, "message")?)),
            Kind::Reaction => {
                let emoji = required(self.emoji, "emoji")?;
                Some(Digest::of_reaction(&emoji, required(self.on, "on")?))
            }
            Kind::Deleted => None,
        };
        Ok(Event {
            seq: required(self.seq, "seq")?,
            kind,
            id: required(self.id, "id")?,
            author: self.user.map(|author| author.id),
            cid: self.cid,
            said,
        })
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    [Kind::Message, Kind::Edited, Kind::Deleted, Kind::Reaction]
        .into_iter()
        .find(|kind| kind.as_str() == name)
}

fn required<T>(field: Option<T>, name: &'static str) -> Result<T, serde_json::Error> {
    field.ok_or_else(|| serde_json::Error::missing_field(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Saw<'_> {
        Saw::of_frame(text).unwrap().unwrap()
    }

    #[test]
    fn every_frame_that_promises_something_is_understood() {
        let message = Event {
            seq: 3,
            kind: Kind::Message,
            id: 3,
            author: UserId::new(7),
            cid: Some("c".into()),
            said: Some(Digest::of("h\"i")),
        };
        let text = r#"{"type":"message","seq":3,"id":3,"cid":"c","user":{"id":7,"username":"ann"},"message":"h\"i","ts":1}"#;
        assert_eq!(seen(text), Saw::Delivered(message.clone()));
        let page = format!(r#"{{"type":"history","messages":[{text}],"more":true,"rid":4}}"#);
        let messages = vec![message.clone()];
        assert_eq!(seen(&page), Saw::Page { rid: Some(4), messages, more: true });

        let gone = r#"{"type":"edited","seq":4,"id":3,"cid":"d","user":null,"message":"","deleted":true,"ts":1}"#;
        let cid = Some("d".into());
        let edited = Event { seq: 4, kind: Kind::Edited, author: None, cid, said: None, ..message };
        assert_eq!(seen(gone), Saw::Delivered(edited.clone()));
        let deleted = gone.replace("edited", "deleted");
        assert_eq!(seen(&deleted), Saw::Delivered(Event { kind: Kind::Deleted, ..edited.clone() }));
        let like = r#"{"type":"reaction","seq":4,"id":3,"cid":"d","user":null,"emoji":"+","on":false,"ts":1}"#;
        let said = Some(Digest::of_reaction("+", false));
        assert_eq!(seen(like), Saw::Delivered(Event { kind: Kind::Reaction, said, ..edited }));

        let hello = r#"{"type":"hello","v":1,"room":"lobby","user":null,"epoch":"k3.1","seq":9,"recovered":true}"#;
        assert_eq!(seen(hello), Saw::Hello { epoch: "k3.1".into(), seq: 9, recovered: true });
        let ack = r#"{"type":"ack","cid":"c","id":3,"seq":4,"dup":true}"#;
        assert_eq!(seen(ack), Saw::Acked { cid: "c".into(), id: 3, seq: 4, dup: true });
        let error = r#"{"type":"error","error":"Too fast","code":"rate_limited","cid":"c"}"#;
        let cid = Some("c".into());
        assert_eq!(seen(error), Saw::Refused { code: "rate_limited".into(), cid });
    }

    #[test]
    fn what_promises_nothing_is_passed_over_and_what_lacks_a_field_is_refused() {
        assert_eq!(Saw::of_frame(r#"{"type":"pong","rid":"x"}"#).unwrap(), None);
        assert_eq!(Saw::of_frame(r#"{"type":"ack","id":1,"seq":1,"rid":1}"#).unwrap(), None);
        let bad = [
            r#"{"type":"message","seq":3,"id":3,"user":null}"#,
            r#"{"type":"hello","seq":3}"#,
            r#"{"error":"Authentication required"}"#,
            "[]",
        ];
        for text in bad {
            assert!(Saw::of_frame(text).is_err(), "{text}");
        }
    }
}
