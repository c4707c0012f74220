//! How long things take, and what they cost.

mod latency;
mod process;
mod span;

pub(crate) use latency::Latency;
pub use latency::Percentiles;
pub use process::Process;
pub use span::Cost;
pub(crate) use span::{Span, Spent, micros_since};
