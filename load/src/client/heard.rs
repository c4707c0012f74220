//! What a client makes of a frame.

use std::time::Duration;

use domain::Seq;
use serde::Deserialize;

use crate::record::{Kind, Saw};

/// A frame, as far as a client acts on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Hello { epoch: String, seq: Seq, recovered: bool },
    Ack { cid: String, id: Seq, seq: Seq, dup: bool },
    Event { seq: Seq, id: Seq, kind: Kind, cid: Option<String> },
    Page { ids: Vec<Seq>, more: bool },
    Refused(Trouble),
    Drain { from: Duration, to: Duration },
    Closed,
    Nothing,
}

/// An `error` frame, or the one frame of a refused socket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Trouble {
    pub error: String,
    pub code: String,
    pub cid: Option<String>,
    /// In milliseconds.
    pub retry_after: Option<u64>,
}

impl Trouble {
    pub(crate) fn of(text: &[u8]) -> Self {
        serde_json::from_slice(text).unwrap_or_default()
    }

    /// What the frame says is wrong, for counting.
    pub(crate) fn words(text: &[u8]) -> String {
        let Self { error, .. } = Self::of(text);
        if error.is_empty() { "a frame that can't be read".into() } else { error }
    }

    /// When to try again; never at once, which would be a loop.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.retry_after.unwrap_or(100).clamp(1, 30_000))
    }

    /// Whether the same command may be sent again, since it isn't refused for good.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.code.as_str(), "rate_limited" | "unavailable")
    }
}

impl Heard {
    /// What `saw` says, which was read from `text`.
    pub(crate) fn of(saw: &Saw<'_>, text: &[u8]) -> Self {
        match saw {
            Saw::Hello { epoch, seq, recovered } => {
                let (epoch, seq) = (epoch.clone().into_owned(), Seq::new(*seq));
                Self::Hello { epoch, seq, recovered: *recovered }
            }
            Saw::Acked { cid, id, seq, dup } => {
                let (id, seq) = (Seq::new(*id), Seq::new(*seq));
                Self::Ack { cid: cid.clone().into_owned(), id, seq, dup: *dup }
            }
            Saw::Delivered(event) => {
                let (seq, id) = (Seq::new(event.seq), Seq::new(event.id));
                let cid = event.cid.as_deref().map(str::to_owned);
                Self::Event { seq, id, kind: event.kind, cid }
            }
            Saw::Page { messages, more, .. } => {
                let ids = messages.iter().map(|message| Seq::new(message.id)).collect();
                Self::Page { ids, more: *more }
            }
            Saw::Refused { .. } => Self::Refused(Trouble::of(text)),
            _ => Self::Nothing,
        }
    }

    /// What a frame says that isn't for the record.
    pub(crate) fn of_rest(text: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Rest {
            r#type: String,
            retry: Option<[u64; 2]>,
        }

        match serde_json::from_slice(text) {
            Ok(Rest { r#type, retry: Some([from, to]) }) if r#type == "drain" => {
                let [from, to] = [from, to].map(Duration::from_millis);
                Self::Drain { from, to: to.max(from) }
            }
            _ => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drain_is_heard_and_what_comes_besides_is_not() {
        let heard = Heard::of_rest(br#"{"type":"drain","retry":[500,8000]}"#);
        let (from, to) = (Duration::from_millis(500), Duration::from_secs(8));
        assert_eq!(heard, Heard::Drain { from, to });
        assert_eq!(Heard::of_rest(br#"{"type":"pong"}"#), Heard::Nothing);
        assert_eq!(Heard::of_rest(b"?"), Heard::Nothing);
    }

    #[test]
    fn trouble_says_when_to_try_again() {
        let text = br#"{"type":"error","error":"Too fast","code":"rate_limited","retry_after":1200,"cid":"c"}"#;
        let trouble = Trouble::of(text);
        assert!(trouble.is_passing());
        assert_eq!(
            (trouble.wait(), trouble.cid.as_deref()),
            (Duration::from_millis(1200), Some("c"))
        );
        assert_eq!(Trouble::words(br#"{"error":"Permission denied"}"#), "Permission denied");
        assert!(!Trouble::words(b"?").is_empty());
    }
}
