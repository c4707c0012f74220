//! What a client does next.

use std::time::Duration;

/// One of the things that clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Say,
    Edit,
    Delete,
    React,
    /// Say something again under its cid, answered already or not.
    Retry,
    /// Ask for a page of history.
    Page,
    Ping,
    /// Not read for a while.
    Doze(Duration),
    Leave(Leave),
}

/// How a client leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// With a close frame, waiting for the server's.
    Close,
    /// By dropping the connection.
    Drop,
    /// By a reset, which loses what is on its way.
    Reset,
    /// In the middle of a frame.
    Half,
    /// In the same breath in which it said something, of which it wants to know nothing any more.
    Abandon,
    /// The same, but it comes back and asks.
    Interrupt,
}

/// The most time a client doesn't read.
const LONGEST_DOZE_MS: u64 = 1_500;

impl Deed {
    /// One at random: mostly talk, one in twelve an ending.
    pub(super) fn draw() -> Self {
        match fastrand::u8(0..120) {
            0..50 => Self::Say,
            50..60 => Self::Edit,
            60..65 => Self::Delete,
            65..77 => Self::React,
            77..87 => Self::Retry,
            87..97 => Self::Page,
            97..102 => Self::Ping,
            102..110 => Self::Doze(Duration::from_millis(fastrand::u64(10..LONGEST_DOZE_MS))),
            _ => Self::Leave(Leave::draw()),
        }
    }
}

impl Leave {
    const ALL: [Self; 6] =
        [Self::Close, Self::Drop, Self::Reset, Self::Half, Self::Abandon, Self::Interrupt];

    fn draw() -> Self {
        fastrand::choice(Self::ALL).unwrap_or(Self::Drop)
    }

    /// Its name in the report.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Close => "closes",
            Self::Drop => "drops",
            Self::Reset => "resets",
            Self::Half => "halves",
            Self::Abandon | Self::Interrupt => "abandoned",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sooner_or_later_everything_is_done() {
        let deeds: Vec<_> = (0..20_000).map(|_| Deed::draw()).collect();
        for deed in [Deed::Say, Deed::Edit, Deed::Delete, Deed::React, Deed::Retry, Deed::Page] {
            assert!(deeds.contains(&deed), "{deed:?}");
        }
        for leave in Leave::ALL {
            assert!(deeds.contains(&Deed::Leave(leave)), "{leave:?}");
        }
    }
}
