//! Where WebSocket frames begin and end, in bytes that pass by.

use std::io::Cursor;

use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// A frame that opens with some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// The length of its header.
    pub header: usize,
    /// The length of its payload.
    pub payload: u64,
    /// What it leaves open: a message whose rest is still to come. None for a control frame, which changes nothing.
    pub fragment: Option<bool>,
}

/// The frame that opens with `bytes`, once its header is there; none for what tungstenite will refuse.
pub(super) fn measure(bytes: &[u8]) -> Option<Frame> {
    let mut cursor = Cursor::new(bytes);
    let (header, payload) = FrameHeader::parse(&mut cursor).ok()??;
    let fragment = match header.opcode {
        OpCode::Data(Data::Continue | Data::Text | Data::Binary) => Some(!header.is_final),
        _ => None,
    };
    Some(Frame { header: usize::try_from(cursor.position()).ok()?, payload, fragment })
}

/// The first frame boundary at or after `at` in `chunk`, which is made of whole frames.
pub(super) fn boundary(chunk: &[u8], at: usize) -> usize {
    let mut end = 0;
    while end < at {
        let frame = chunk.get(end..).and_then(measure);
        let length = frame.and_then(|frame| {
            usize::try_from(frame.payload).ok()?.checked_add(frame.header)?.checked_add(end)
        });
        match length {
            Some(next) if next <= chunk.len() => end = next,
            _ => return chunk.len(),
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use wire::frame::Refusal;

    use super::*;

    #[test]
    fn a_boundary_is_found_wherever_the_cut_is() {
        let mut chunk = BytesMut::new();
        let mut ends = vec![0];
        let long: &'static str = "x".repeat(70_000).leak();
        for error in ["a", long, "", &long[..200]] {
            wire::encode::text(&mut chunk, &Refusal { error });
            ends.push(chunk.len());
        }
        for at in (0..chunk.len()).step_by(97).chain(ends.clone()) {
            let expected = ends.iter().find(|end| **end >= at);
            assert_eq!(Some(&boundary(&chunk, at)), expected, "from {at}");
        }
    }

    #[test]
    fn what_is_no_frame_ends_with_the_chunk() {
        assert_eq!(boundary(&[0x81, 5, b'x'], 1), 3);
        assert_eq!(boundary(&[0x81], 1), 1);
    }
}
