//! Frames as bytes, ready for the socket.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{CloseReason, frame};

/// FIN and the opcode of a text frame (RFC 6455, 5.2).
const TEXT: u8 = 0x81;
/// The header that most frames have: one of a payload of 126 to 65,535 bytes.
const USUAL_HEADER: usize = 4;

/// Appends `frame` to `out` as one whole, unmasked WebSocket text frame: what a server sends. A room encodes an event
/// once and hands the same bytes to every member.
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the trait is sealed: no frame holds what can fail to serialize"
)]
pub fn text(out: &mut BytesMut, frame: &impl frame::ServerFrame) {
    let start = out.len();
    out.put_bytes(0, USUAL_HEADER);
    serde_json::to_writer(out.writer(), frame).expect("texts, numbers and lists serialize");
    let length = out.len() - start - USUAL_HEADER;
    put_header(out, start, length);
}

/// Makes the four bytes at `start` the header of the `length` bytes behind them, moving these where it is shorter or
/// longer than usual: a length must be written in the fewest bytes that hold it.
fn put_header(out: &mut BytesMut, start: usize, length: usize) {
    let (header, size) = header(length);
    let end = start + USUAL_HEADER + length;
    out.resize(end + size.saturating_sub(USUAL_HEADER), 0);
    out.copy_within(start + USUAL_HEADER..end, start + size);
    out.truncate(start + size + length);
    if let (Some(place), Some(header)) = (out.get_mut(start..start + size), header.get(..size)) {
        place.copy_from_slice(header);
    }
}

/// The header of a text frame with a payload of `length` bytes, and how many of the ten bytes it takes.
fn header(length: usize) -> ([u8; 10], usize) {
    let mut header = [0; 10];
    let mut rest = header.as_mut_slice();
    rest.put_u8(TEXT);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => rest.put_u8(short),
        (_, Ok(medium)) => {
            rest.put_u8(126);
            rest.put_u16(medium);
        }
        _ => {
            rest.put_u8(127);
            rest.put_u64(length as u64);
        }
    }
    let size = 10 - rest.len();
    (header, size)
}

/// `frame` alone, as bytes.
#[must_use]
pub fn single(frame: &impl frame::ServerFrame) -> Bytes {
    let mut out = BytesMut::new();
    text(&mut out, frame);
    out.freeze()
}

/// The frame that tells a socket it is refused: exactly `{"error":"Authentication required"}` and its like.
#[must_use]
pub fn refusal(reason: CloseReason) -> Bytes {
    single(&frame::Refusal::from(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Refusal;

    #[test]
    fn a_length_takes_the_fewest_bytes_that_hold_it() {
        let long: &'static str = "x".repeat(70_000).leak();
        let around = r#"{"error":""}"#.len();
        for (payload, header) in [
            (around, vec![0x81, 12]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (200, vec![0x81, 126, 0, 200]),
            (65_535, vec![0x81, 126, 0xff, 0xff]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
            (70_000, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ] {
            let error = &long[..payload - around];
            let mut out = BytesMut::from(&b"before"[..]);
            text(&mut out, &Refusal { error });
            text(&mut out, &Refusal { error: "next" });
            let expected =
                [&b"before"[..], &header, br#"{"error":""#, error.as_bytes(), b"\"}"].concat();
            assert_eq!(out[..expected.len()], expected, "{payload}");
            assert_eq!(&out[expected.len()..], b"\x81\x10{\"error\":\"next\"}");
        }
    }

    #[test]
    fn a_refusal_is_exactly_what_the_old_front_end_knows() {
        let frame = refusal(CloseReason::InvalidToken);
        assert_eq!(&frame[2..], br#"{"error":"Authentication required"}"#);
        let frame = refusal(CloseReason::PermissionDenied);
        assert_eq!(&frame[2..], br#"{"error":"Permission denied"}"#);
    }
}
