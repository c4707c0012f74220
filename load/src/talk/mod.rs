//! Rooms in which many listen and some speak: the part of the load that is measured to the nanosecond, and therefore lean.
//!
//! A listener counts frames and bytes and reads a stamp now and then; it reads JSON only where the run is recorded.

mod crowd;
mod ear;
mod script;
mod stage;
#[cfg(test)]
mod tests;
mod voice;

pub(crate) use self::crowd::{Crowd, Seat};
pub(crate) use self::script::Script;
pub use self::script::{Dialect, Drive};
pub(crate) use self::stage::{Stage, drive};
