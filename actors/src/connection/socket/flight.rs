//! The chunks that are being written.

use std::io::IoSlice;

use bytes::BufMut;

use super::header;
use super::outbox::{BATCH_CHUNKS, Chunks};

/// Up to this many bytes of several chunks are copied together: cheaper than the kernel's walk over a `writev`.
const COPY: usize = 16 * 1024;

/// The chunks that are being written, and how much of the first one is.
#[derive(Debug, Default)]
pub(super) struct Flight {
    chunks: Chunks,
    written: usize,
}

impl Flight {
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Whether the first chunk is part-written: nothing else may be written before its end.
    pub fn is_part(&self) -> bool {
        self.written > 0
    }

    /// What is left to write: bytes, and chunks.
    pub fn left(&self) -> (usize, usize) {
        (self.chunks.bytes() - self.written, self.chunks.len())
    }

    /// Where the outbox puts more; only when this is empty.
    pub fn chunks(&mut self) -> &mut Chunks {
        &mut self.chunks
    }

    /// Hands `write` what is left, as one slice wherever that is cheap: `scratch` is where chunks are copied together.
    /// Only the rest of the first chunk, if `only_first`.
    pub fn offer<R>(
        &self,
        only_first: bool,
        scratch: &mut [u8],
        write: impl FnOnce(&[IoSlice<'_>]) -> R,
    ) -> R {
        let (left, chunks) = self.left();
        let mut pieces = self.pieces();
        if only_first || chunks == 1 {
            return write(&[IoSlice::new(pieces.next().unwrap_or_default())]);
        }
        if left <= COPY.min(scratch.len()) {
            let mut rest = &mut *scratch;
            pieces.for_each(|piece| rest.put_slice(piece));
            return write(&[IoSlice::new(scratch.get(..left).unwrap_or_default())]);
        }
        let mut slices = [IoSlice::new(&[]); BATCH_CHUNKS];
        let used = slices.iter_mut().zip(pieces).map(|(slice, piece)| *slice = IoSlice::new(piece));
        let used = used.count();
        write(slices.get(..used).unwrap_or_default())
    }

    #[cfg(test)]
    pub fn heap(&self) -> usize {
        self.chunks.heap()
    }

    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut skip = self.written;
        self.chunks.iter().map(move |chunk| {
            let piece = chunk.frames.get(skip..).unwrap_or_default();
            skip = 0;
            piece
        })
    }

    /// Notes that the next `bytes` are written.
    pub fn advance(&mut self, bytes: usize) {
        self.written += bytes;
        while let Some(first) = self.chunks.front().map(|chunk| chunk.frames.len()) {
            if self.written < first {
                break;
            }
            self.written -= first;
            self.chunks.pop();
        }
    }

    /// Gives up everything behind the frame that is part-written, so that a close frame needn't wait for more.
    pub fn cut(&mut self) {
        let part = self.chunks.pop().filter(|_| self.written > 0);
        self.chunks = Chunks::default();
        let Some(mut part) = part else { return };
        let end = header::boundary(&part.frames, self.written);
        if end == self.written {
            self.written = 0;
            return;
        }
        part.frames.truncate(end);
        self.chunks.push(part);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wire::frame::Refusal;

    use super::super::outbox::{Chunk, Class};
    use super::*;

    fn flight(chunks: impl IntoIterator<Item = Bytes>) -> Flight {
        let mut flight = Flight::default();
        for frames in chunks {
            flight.chunks().push(Chunk { frames, class: Class::Durable });
        }
        flight
    }

    #[test]
    fn what_is_offered_is_what_is_left_however_it_is_gathered() {
        for (count, size) in [(1, 10), (3, 10), (64, 100), (64, 1000)] {
            let chunks: Vec<Bytes> = (0..count).map(|n| Bytes::from(vec![n; size])).collect();
            let expected: Vec<u8> = chunks.iter().flatten().copied().collect();
            let mut flight = flight(chunks);
            let (mut written, mut scratch) = (Vec::<u8>::new(), vec![0; COPY]);
            while !flight.is_empty() {
                let offered = flight.offer(false, &mut scratch, |slices| {
                    assert!(flight.left().0 > COPY || slices.len() == 1);
                    slices.iter().flat_map(|slice| slice.to_vec()).collect::<Vec<u8>>()
                });
                assert_eq!(offered, expected[written.len()..]);
                let taken = offered.len().min(777);
                written.extend(&offered[..taken]);
                flight.advance(taken);
            }
            assert_eq!(written, expected);
            assert!(!flight.is_part());
        }
    }

    #[test]
    fn a_cut_leaves_the_rest_of_one_frame() {
        let frame = wire::encode::single(&Refusal { error: "x" });
        let chunk = Bytes::from(frame.repeat(3));
        for (written, left) in
            [(0, 0), (1, frame.len() - 1), (frame.len(), 0), (frame.len() + 2, frame.len() - 2)]
        {
            let mut flight = flight([chunk.clone(), chunk.clone()]);
            flight.advance(written);
            flight.cut();
            assert_eq!(flight.left().0, left, "after {written} bytes");
            assert_eq!(flight.is_empty(), left == 0);
            assert_eq!(flight.is_part(), left != 0);
        }
    }
}
