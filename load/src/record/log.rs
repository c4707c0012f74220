//! A room's final log, as `parlour room export ROOM --json` writes it.

use std::io::BufRead;

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::read::Lines;
use super::{Event, RecordError};

/// The first line of an exported log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The room's name.
    pub room: String,
    /// Which telling of the log this is.
    pub epoch: String,
    /// The newest event that retention took away; 0: none.
    pub floor: u64,
    /// The newest event.
    pub head: u64,
}

/// Reads an exported log: its first line, then an event a line.
pub struct LogReader<R> {
    lines: Lines<R>,
    head: Head,
}

impl<R: BufRead> LogReader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    ///
    /// When reading fails, or the line isn't there or isn't a [`Head`].
    pub fn new(reader: R) -> Result<Self, RecordError> {
        let mut lines = Lines::new(reader);
        let (number, line) = lines.next()?.ok_or(RecordError::NoHead)?;
        let head =
            serde_json::from_slice(line).map_err(|source| RecordError::Line { number, source })?;
        Ok(Self { lines, head })
    }

    /// What the first line says.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// When reading fails, or a line isn't an event.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, RecordError> {
        let Some((number, line)) = self.lines.next()? else { return Ok(None) };
        let event = serde_json::from_slice::<Frame<'_>>(line).and_then(Frame::event);
        event.map(Some).map_err(|source| RecordError::Line { number, source })
    }
}
