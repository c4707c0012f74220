//! Where in the client's frames tungstenite stands.

use super::header::measure;

/// A frame with a payload over this many bytes leaves tungstenite with a buffer of that size for good.
pub(super) const LARGE: usize = 2 * 1024;
/// The longest header: two bytes, a length of eight, a mask of four.
const LONGEST: usize = 14;

/// Follows the client's frames as their bytes go by, since tungstenite tells neither what its buffer holds nor whether a
/// message is still open. It sees headers only, and trusts them: tungstenite is the judge.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    /// How much of the present frame's payload is still to come.
    payload: u64,
    /// The present header, as far as it has come.
    header: [u8; LONGEST],
    header_len: u8,
    /// A message's last frame is still to come.
    fragment: bool,
    /// There was a large frame since [`Tracker::restart`].
    large: bool,
}

impl Tracker {
    /// Follows over the next `bytes`.
    pub fn follow(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.payload > 0 {
                let here =
                    usize::try_from(self.payload).map_or(bytes.len(), |n| n.min(bytes.len()));
                self.payload -= here as u64;
                bytes = bytes.get(here..).unwrap_or_default();
            } else {
                bytes = self.header(bytes);
            }
        }
    }

    /// Takes a header, or what there is of it, off `bytes`.
    fn header<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let before = usize::from(self.header_len);
        let room = self.header.get_mut(before..).unwrap_or_default();
        let here = room.len().min(bytes.len());
        if let (Some(to), Some(from)) = (room.get_mut(..here), bytes.get(..here)) {
            to.copy_from_slice(from);
        }
        let seen = before + here;
        let Some(frame) = self.header.get(..seen).and_then(measure) else {
            // A whole header's worth that is no header: tungstenite closes the socket over it.
            self.header_len = if seen < LONGEST { u8::try_from(seen).unwrap_or(0) } else { 0 };
            return bytes.get(here..).unwrap_or_default();
        };
        self.header_len = 0;
        self.payload = frame.payload;
        self.fragment = frame.fragment.unwrap_or(self.fragment);
        self.large |= frame.payload > LARGE as u64;
        bytes.get(frame.header.saturating_sub(before)..).unwrap_or_default()
    }

    /// Whether there was a large frame.
    pub fn saw_large(&self) -> bool {
        self.large
    }

    /// Whether the bytes so far end with a whole message: none of it is left in tungstenite.
    pub fn is_between_messages(&self) -> bool {
        self.payload == 0 && self.header_len == 0 && !self.fragment
    }

    /// Forgets the large frames.
    pub fn restart(&mut self) {
        self.large = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked client frame of `length` bytes.
    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        match length {
            0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
            126..65_536 => {
                bytes.push(0x80 | 0x7e);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(0x80 | 0x7f);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend([1, 2, 3, 4]);
        bytes.resize(bytes.len() + length, b'x');
        bytes
    }

    const TEXT: u8 = 0x81;
    const OPEN_TEXT: u8 = 0x01;
    const MORE: u8 = 0x00;
    const LAST: u8 = 0x80;
    const PING: u8 = 0x89;

    #[test]
    fn it_knows_when_a_message_is_whole_however_the_bytes_come() {
        let frames = [
            (frame(TEXT, 5), true),
            (frame(OPEN_TEXT, 300), false),
            (frame(PING, 0), false),
            (frame(MORE, 0), false),
            (frame(LAST, 70_000), true),
            (frame(PING, 125), true),
        ];
        for step in [1, 2, 3, 7, 13, 64, 100_000] {
            let mut tracker = Tracker::default();
            for (frame, whole) in &frames {
                for piece in frame.chunks(step) {
                    tracker.follow(piece);
                }
                assert_eq!(tracker.is_between_messages(), *whole, "in steps of {step}");
                tracker.follow(&frame[..1]);
                assert!(!tracker.is_between_messages());
                tracker.follow(&frame[1..]);
            }
            assert!(tracker.saw_large());
        }
    }

    #[test]
    fn many_frames_in_one_piece_are_told_apart() {
        let mut tracker = Tracker::default();
        let mut bytes: Vec<u8> = (0..200).flat_map(|n| frame(TEXT, n)).collect();
        tracker.follow(&bytes);
        assert!(tracker.is_between_messages());
        assert!(!tracker.saw_large());
        bytes.extend(frame(TEXT, LARGE + 1));
        tracker.follow(&bytes[..bytes.len() - 1]);
        assert!(!tracker.is_between_messages());
        assert!(tracker.saw_large());
    }
}
