//! The history checker: everything that clients saw and the final logs of their rooms, held against what the protocol
//! promises.
//!
//! 1. Every acknowledged (room, seq, cid) is in the final log.
//! 2. Its sequence runs from floor to head, and no command is in it twice.
//! 3. What one connection gets is contiguous and rising, from `since` on if it was recovered, else from hello's head on.
//! 4. No two observers disagree on (seq, id, kind, author, cid), and a text is one that the message had at a moment when
//!    it could be seen like that.
//! 5. What was seen before something was sent stands before it.
//! 6. Nothing reaches the socket of an ended sign-in.
//!
//! ```
//! use parlour_load::check::{Checker, Rules};
//! use parlour_load::record::{LogReader, observations};
//!
//! let log = r#"{"room":"lobby","epoch":"k3.1","floor":0,"head":0}"#;
//! let record = r#"{"client":1,"conn":1,"at":5,"saw":{"opened":{"room":"lobby","session":1}}}
//! {"client":1,"conn":1,"at":9,"saw":{"hello":{"epoch":"k3.1","seq":3,"recovered":true}}}"#;
//!
//! let mut checker = Checker::new(Rules::default());
//! checker.read_log(LogReader::new(log.as_bytes())?)?;
//! observations(record.as_bytes(), |seen| checker.observe(seen))?;
//! let report = checker.finish();
//! let found = report.findings[0].to_string();
//! assert_eq!(found, "lobby: client 1, connection 1: recovered was true from None on, with the head at 3, or in another epoch");
//! # Ok::<_, parlour_load::check::CheckError>(())
//! ```
//!
//! Memory grows with the logs, the commands and the connections of a run, not with what was delivered; time with all of
//! it, but for two sorts of what the logs hold. A release build takes 22 s and 625 MB for ten million observations of a
//! million events (one core of a machine that was busy otherwise).

mod book;
mod checker;
mod connection;
mod entry;
mod error;
mod fault;
mod finding;
mod order;
mod page;
mod report;
mod rules;
mod scene;
mod sends;
mod sessions;
mod targets;
mod texts;
mod trace;

pub use checker::Checker;
pub use error::CheckError;
pub use fault::Fault;
pub use finding::{Finding, Witness};
pub use report::Report;
pub use rules::Rules;
