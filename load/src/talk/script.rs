//! What is said, and how it is found again in what is heard.

use memchr::memmem::Finder;

use crate::LoadError;
use crate::record::Digest;
use crate::stamp::Stamp;

/// How the publishers of a run decide when to speak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drive {
    /// Each says so many messages a second, whatever becomes of them (an open loop).
    Rate(f64),
    /// Each has so many messages on the way, and says the next when one has come back to it (a closed loop).
    Window(u32),
}

/// What the server at the other end speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The protocol of Parlour: JSON, a greeting, acks.
    #[default]
    Parlour,
    /// None: each text goes to everyone in the room as it came, as the bare broadcaster of `benches/` does it.
    Bare,
}

/// The texts of a run.
#[derive(Debug)]
pub(crate) struct Script {
    dialect: Dialect,
    /// What stands before the stamp, and what behind it.
    around: [String; 2],
    digest: Digest,
    cid: Finder<'static>,
}

/// What a text turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Message,
    Ack,
    Error,
    Hello,
    Other,
}

/// The longest payload, in bytes: what fits `sockets.max_frame_bytes` at its default with everything around it.
const MOST_PAYLOAD: usize = 32_000;

impl Script {
    /// Messages of `payload` bytes: the text of a message, or in the bare dialect all of it.
    ///
    /// # Errors
    ///
    /// When so many bytes aren't a message, or don't hold a stamp where they must.
    pub(crate) fn new(dialect: Dialect, payload: usize) -> Result<Self, LoadError> {
        let least = if dialect == Dialect::Bare { Stamp::LENGTH } else { 1 };
        if payload < least || payload > MOST_PAYLOAD {
            return Err(LoadError::Options(
                "a payload has 1 to 32000 bytes, 36 at least in the bare dialect",
            ));
        }
        let text = "x".repeat(payload - if dialect == Dialect::Bare { least } else { 0 });
        let digest = Digest::of(&text);
        let around = match dialect {
            Dialect::Parlour => {
                [format!(r#"{{"type":"message","message":"{text}","cid":""#), r#""}"#.to_owned()]
            }
            Dialect::Bare => [String::new(), text],
        };
        Ok(Self { dialect, around, digest, cid: Finder::new(r#""cid":""#) })
    }

    pub(super) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The digest of each message's text.
    pub(super) const fn digest(&self) -> Digest {
        self.digest
    }

    /// Writes the message with this stamp; gives the place of the stamp in it.
    pub(super) fn write(&self, stamp: &Stamp, out: &mut String) -> std::ops::Range<usize> {
        let [before, behind] = &self.around;
        out.clear();
        out.push_str(before);
        stamp.write(out);
        let end = out.len();
        out.push_str(behind);
        before.len()..end
    }

    /// What a text is, by its first bytes: the server writes `type` first.
    pub(super) fn line(&self, text: &[u8]) -> Line {
        if self.dialect == Dialect::Bare || text.starts_with(br#"{"type":"message""#) {
            return Line::Message;
        }
        match text {
            text if text.starts_with(br#"{"type":"ack""#) => Line::Ack,
            text if text.starts_with(br#"{"type":"error""#) => Line::Error,
            text if text.starts_with(br#"{"type":"hello""#) => Line::Hello,
            _ => Line::Other,
        }
    }

    /// The stamp in a message or ack. None, where it is somebody else's, who stamps nothing.
    pub(super) fn stamp(&self, text: &[u8]) -> Option<Stamp> {
        let place = match self.dialect {
            Dialect::Bare => 0,
            Dialect::Parlour => self.cid.find(text)? + self.cid.needle().len(),
        };
        Stamp::read(text.get(place..)?)
    }
}

#[cfg(test)]
mod tests {
    use domain::Cid;

    use super::*;

    const STAMP: Stamp = Stamp { millis: 1, publisher: 2, number: 3, due: 4 };

    #[test]
    fn a_message_is_what_the_server_understands_and_its_stamp_is_found_again() {
        let script = Script::new(Dialect::Parlour, 128).unwrap();
        let mut text = String::new();
        let place = script.write(&STAMP, &mut text);
        let request = wire::parse(&text).unwrap();
        let cid = &text[place];
        assert_eq!(request.command.cid().map(Cid::as_str), Some(cid));
        let wire::ClientCommand::Message { message, .. } = request.command else { panic!() };
        assert_eq!((message.len(), Digest::of(&message)), (128, script.digest()));

        let heard = format!(r#"{{"type":"message","seq":1,"id":1,"cid":"{cid}","message":"x"}}"#);
        assert_eq!(script.line(heard.as_bytes()), Line::Message);
        assert_eq!(script.stamp(heard.as_bytes()), Some(STAMP));
        assert_eq!(script.stamp(br#"{"type":"message","seq":1,"cid":"theirs"}"#), None);
        assert_eq!(script.line(br#"{"type":"ack","cid":"x"}"#), Line::Ack);
        assert_eq!(script.line(br#"{"type":"join"}"#), Line::Other);
    }

    #[test]
    fn a_bare_message_has_the_very_length_and_begins_with_its_stamp() {
        let script = Script::new(Dialect::Bare, 128).unwrap();
        let mut text = String::new();
        assert_eq!(script.write(&STAMP, &mut text), 0..36);
        assert_eq!((text.len(), script.stamp(text.as_bytes())), (128, Some(STAMP)));
        assert!(Script::new(Dialect::Bare, 35).is_err());
        assert!(Script::new(Dialect::Parlour, 0).is_err());
    }
}
