//! What clients saw: one observation a line of JSON, so that a run can be saved and checked later.
//!
//! ```text
//! {"client":3,"conn":1,"at":1200345,"saw":{"opened":{"room":"lobby","user":7,"session":3,"since":41,"epoch":"k3.1"}}}
//! {"client":3,"conn":1,"at":1920345,"saw":{"hello":{"epoch":"k3.1","seq":42,"recovered":true}}}
//! {"client":3,"conn":1,"at":1931002,"saw":{"delivered":{"seq":42,"kind":"message","id":42,"author":9,"cid":"a","said":[2,1191]}}}
//! ```
//!
//! A [`Recorder`] writes them while clients run, [`observations`] reads them back. A room's final log is read by
//! [`LogReader`] as `parlour room export ROOM --json` writes it. [`Saw::of_frame`] turns what came over a socket into an
//! observation. Of a text only length and hash are kept ([`Digest`]): that is all its checking needs.

mod digest;
mod error;
mod event;
mod frame;
mod log;
mod observation;
mod read;
mod recorder;

pub use digest::Digest;
pub(crate) use digest::hash;
pub use error::RecordError;
pub use event::{Event, Kind};
pub use log::{Head, LogReader};
pub use observation::{Observation, Saw};
pub use read::observations;
pub use recorder::{Recorder, Recording};
