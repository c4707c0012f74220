//! The few bytes before each frame (RFC 6455, 5.2).

use super::Broken;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    Text,
    Close,
    Ping,
    Pong,
}

/// The header of a frame that a server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub opcode: Opcode,
    /// How many bytes the header itself takes.
    pub size: usize,
    /// How many bytes follow it.
    pub length: usize,
}

/// The longest frame that is taken in. The server's longest is an answer to `history`, cut at 256 KiB.
pub(super) const MOST: usize = 1024 * 1024;

/// The longest payload whose length fits the header's second byte.
const SHORT: u8 = 125;

/// A length in two bytes follows, or one in eight.
const MEDIUM: u8 = 0x7e;
const LONG: u8 = 0x7f;

/// The bit that says that a mask follows.
const MASKED: u8 = 0x80;

impl Header {
    /// The header that `bytes` begin with. None: it isn't all there yet.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Broken> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        let opcode = match first {
            0x81 => Opcode::Text,
            0x88 => Opcode::Close,
            0x89 => Opcode::Ping,
            0x8a => Opcode::Pong,
            other => return Err(Broken::Opcode(*other)),
        };
        let (size, length) = match *second {
            length @ 0..=SHORT => (2, usize::from(length)),
            MEDIUM => {
                let Some(length) = rest.first_chunk() else { return Ok(None) };
                (4, usize::from(u16::from_be_bytes(*length)))
            }
            LONG => {
                let Some(length) = rest.first_chunk() else { return Ok(None) };
                (10, usize::try_from(u64::from_be_bytes(*length)).unwrap_or(usize::MAX))
            }
            MASKED.. => return Err(Broken::Masked),
        };
        if length > MOST {
            return Err(Broken::TooLong(length));
        }
        Ok(Some(Self { opcode, size, length }))
    }

    /// How many bytes `begun`, the beginning of a frame, lacks until more can be said of it.
    pub(super) fn missing(begun: &[u8]) -> Result<usize, Broken> {
        if let Some(header) = Self::read(begun)? {
            return Ok((header.size + header.length).saturating_sub(begun.len()));
        }
        let size = match begun {
            [_, MEDIUM, ..] => 4,
            [_, LONG, ..] => 10,
            _ => 2,
        };
        Ok(size - begun.len())
    }
}

/// Appends `payload` to `out` as one masked frame, as a client must send it.
pub(super) fn put(out: &mut Vec<u8>, first: u8, payload: &[u8], key: [u8; 4]) {
    out.push(first);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..=SHORT), _) => out.push(MASKED | length),
        (_, Ok(length)) => {
            out.push(MASKED | MEDIUM);
            out.extend(length.to_be_bytes());
        }
        _ => {
            out.push(MASKED | LONG);
            out.extend((payload.len() as u64).to_be_bytes());
        }
    }
    out.extend(key);
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_in_each_of_its_three_forms() {
        let read = |bytes: &[u8]| Header::read(bytes).map(|h| h.map(|h| (h.size, h.length)));
        assert_eq!(read(&[0x81, 125]), Ok(Some((2, 125))));
        assert_eq!(read(&[0x81, 126, 1, 0]), Ok(Some((4, 256))));
        assert_eq!(read(&[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Ok(Some((10, 65_536))));
        for begun in [&[][..], &[0x81], &[0x81, 126, 1], &[0x81, 127, 0, 0, 0, 0, 0, 1, 0]] {
            assert_eq!(read(begun), Ok(None), "{begun:?}");
        }
    }

    #[test]
    fn what_the_server_never_sends_is_an_error() {
        assert_eq!(Header::read(&[0x81, 0x85]), Err(Broken::Masked));
        assert_eq!(Header::read(&[0x01, 0]), Err(Broken::Opcode(0x01)));
        assert_eq!(Header::read(&[0xc1, 0]), Err(Broken::Opcode(0xc1)));
        let long = [0x81, 127, 0, 0, 0, 0, 0x80, 0, 0, 0];
        assert_eq!(Header::read(&long), Err(Broken::TooLong(1 << 31)));
    }

    #[test]
    fn a_sent_frame_is_masked_and_has_the_shortest_length() {
        for (length, header) in [
            (5, vec![0x81, 0x85]),
            (126, vec![0x81, 0xfe, 0, 126]),
            (65_536, vec![0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let (payload, mut out) = (vec![b'x'; length], Vec::new());
            put(&mut out, 0x81, &payload, [1, 2, 3, 4]);
            let rest = out.strip_prefix(header.as_slice()).unwrap();
            let masked = rest.strip_prefix(&[1, 2, 3, 4]).unwrap();
            assert_eq!(masked.len(), length);
            assert_eq!(&masked[..5], [b'x' ^ 1, b'x' ^ 2, b'x' ^ 3, b'x' ^ 4, b'x' ^ 1]);
        }
    }
}
