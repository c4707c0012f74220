//! Why a record can't be read.

use std::io;

/// Why a file of observations or an exported log can't be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file itself fails.
    #[error("reading failed")]
    Io(#[from] io::Error),
    /// A line isn't what belongs there.
    #[error("line {number} is not an observation or event")]
    Line {
        /// Which line, counted from 1.
        number: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// An exported log without its first line.
    #[error("the log is empty: its first line names room, epoch, floor and head")]
    NoHead,
}
