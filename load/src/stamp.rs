//! What a message carries, so that whoever receives it knows who sent it and when it was due.

use std::fmt::Write;

/// The mark of one message of a run, as its cid carries it: 36 characters, as long as a UUID, and like a `UUIDv7` ordered
/// by time, which keeps the server's index of cids cheap. Its place in a frame is found without reading the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The time of day, in milliseconds since 1970 (48 bits are used).
    pub millis: u64,
    /// Who sent it (24 bits).
    pub publisher: u32,
    /// Which of theirs it is.
    pub number: u32,
    /// When it was due, in microseconds since the run began (40 bits: twelve days).
    pub due: u64,
}

impl Stamp {
    /// How long it is, in bytes.
    pub(crate) const LENGTH: usize = 36;

    /// The most publishers there can be.
    pub(crate) const PUBLISHERS: usize = 1 << 24;

    pub(crate) fn write(&self, out: &mut String) {
        let millis = self.millis & 0xffff_ffff_ffff;
        let (publisher, due) = (self.publisher & 0x00ff_ffff, self.due & 0xff_ffff_ffff);
        // Writing into a String can't fail.
        let _ = write!(out, "{millis:012x}{publisher:06x}{:08x}{due:010x}", self.number);
    }

    /// The stamp at the beginning of `text`.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let (millis, rest) = text.split_at_checked(12)?;
        let (publisher, rest) = rest.split_at_checked(6)?;
        let (number, rest) = rest.split_at_checked(8)?;
        let due = rest.get(..10)?;
        let small = |digits| u32::try_from(hex(digits)?).ok();
        Some(Self {
            millis: hex(millis)?,
            publisher: small(publisher)?,
            number: small(number)?,
            due: hex(due)?,
        })
    }
}

fn hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(value << 4 | u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(stamp: Stamp) -> String {
        let mut text = String::new();
        stamp.write(&mut text);
        text
    }

    #[test]
    fn a_stamp_reads_back_what_it_writes() {
        let stamp = Stamp {
            millis: 1_795_503_636_123,
            publisher: 0x00ff_ffff,
            number: u32::MAX,
            due: 0xff_ffff_ffff,
        };
        let text = written(stamp);
        assert_eq!(text.len(), Stamp::LENGTH);
        assert_eq!(Stamp::read(text.as_bytes()), Some(stamp));
        assert_eq!(Stamp::read(format!("{text}xxxx").as_bytes()), Some(stamp));
        assert_eq!(Stamp::read(&text.as_bytes()[..35]), None);
        assert_eq!(Stamp::read("z".repeat(36).as_bytes()), None);
    }

    #[test]
    fn stamps_are_ordered_by_the_time_of_day() {
        let early = Stamp { millis: 1_795_503_636_123, publisher: 9, number: 9, due: 9 };
        let late = Stamp { millis: 1_795_503_636_124, publisher: 0, number: 0, due: 0 };
        assert!(written(early) < written(late));
    }
}
