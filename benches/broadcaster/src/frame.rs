//! Frames, as far as broadcasting needs them (RFC 6455, 5.2).

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    Text(Vec<u8>),
    Ping(Vec<u8>),
    Close,
    /// A pong.
    Nothing,
}

/// A frame that this server doesn't take: unmasked, fragmented, binary, or over 64 KiB.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused;

/// FIN, and what the frame is.
pub const TEXT: u8 = 0x81;
pub const CLOSE: u8 = 0x88;
pub const PONG: u8 = 0x8a;
const PING: u8 = 0x89;

/// Takes the first frame out of `bytes`: the frame, and how many bytes it had. `None`: it isn't all there.
pub fn take(bytes: &[u8]) -> Result<Option<(Frame, usize)>, Refused> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    let (length, rest) = match second {
        0x80..=0xfd => (usize::from(second & 0x7f), rest),
        0xfe => match rest {
            [a, b, rest @ ..] => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            _ => return Ok(None),
        },
        _ => return Err(Refused),
    };
    let Some((key, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
    let Some(payload) = rest.get(..length) else { return Ok(None) };
    let plain = || payload.iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    let frame = match *first {
        TEXT => Frame::Text(plain()),
        PING => Frame::Ping(plain()),
        CLOSE => Frame::Close,
        PONG => Frame::Nothing,
        _ => return Err(Refused),
    };
    Ok(Some((frame, bytes.len() - rest.len() + length)))
}

/// Appends a frame to `out`, unmasked as a server's are; at most 64 KiB, as what came in.
pub fn put(out: &mut Vec<u8>, first: u8, payload: &[u8]) {
    out.push(first);
    if let Ok(length @ ..=125) = u8::try_from(payload.len()) {
        out.push(length);
    } else {
        out.push(126);
        out.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
    }
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_unmasked_and_what_follows_left() {
        let bytes = [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2, 0x88];
        assert_eq!(take(&bytes), Ok(Some((Frame::Text(b"hi".to_vec()), 8))));
        for end in 0..8 {
            assert_eq!(take(&bytes[..end]), Ok(None), "{end}");
        }
        let mut long = vec![0x81, 0xfe, 0, 200, 0, 0, 0, 0];
        long.extend([b'x'; 200]);
        assert_eq!(take(&long), Ok(Some((Frame::Text(vec![b'x'; 200]), 208))));
        assert_eq!(take(&[0x81, 2, b'h', b'i']), Err(Refused));
        assert_eq!(take(&[0x82, 0x80, 0, 0, 0, 0]), Err(Refused));
    }

    #[test]
    fn what_goes_out_has_no_mask() {
        let mut out = Vec::new();
        put(&mut out, TEXT, b"hi");
        put(&mut out, TEXT, &[b'x'; 126]);
        assert_eq!(out[..8], [0x81, 2, b'h', b'i', 0x81, 126, 0, 126]);
        assert_eq!(out.len(), 4 + 4 + 126);
    }
}
