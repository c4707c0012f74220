//! The labels of metrics. Each has few values.

use prometheus_client::encoding::EncodeLabelSet;

/// The code a socket was closed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Code {
    pub(crate) code: u16,
}

/// The code of an error that answered a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
}

/// What became of an attempt to send a letter: `sent`, `failed` (it is tried again) or `parked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Letter {
    pub(crate) outcome: &'static str,
}

/// What was swept away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Swept {
    pub(crate) what: &'static str,
}

/// Which kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Actor {
    pub(crate) actor: &'static str,
}

/// How a client that came back went on: `up_to_date` (it had missed nothing), `from_room` (what it missed was at hand),
/// `from_log` (it was read), or `not` (it had to begin anew).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Resumed {
    resumed: &'static str,
}

impl Resumed {
    pub(crate) const UP_TO_DATE: Self = Self { resumed: "up_to_date" };
    pub(crate) const FROM_ROOM: Self = Self { resumed: "from_room" };
    pub(crate) const FROM_LOG: Self = Self { resumed: "from_log" };
    pub(crate) const NOT: Self = Self { resumed: "not" };
}
