//! Records, read back.

use std::io::BufRead;

use super::{Observation, RecordError};

/// Reads a record to its end and shows each of its observations to `each`. Holds one line at a time.
///
/// # Errors
///
/// When reading fails, `each` does, or a line isn't an observation: a record that was cut off is told apart from a whole
/// one.
pub fn observations<E: From<RecordError>>(
    reader: impl BufRead,
    mut each: impl FnMut(&Observation<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut lines = Lines::new(reader);
    while let Some((number, line)) = lines.next()? {
        let observation =
            serde_json::from_slice(line).map_err(|source| RecordError::Line { number, source })?;
        each(&observation)?;
    }
    Ok(())
}

/// The lines of a file, in one buffer.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), number: 0 }
    }

    /// The next line and its number, counted from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, RecordError> {
        self.buffer.clear();
        if self.reader.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some((self.number, &self.buffer)))
    }
}
