//! Who does the work: the tree of actors, and the sockets it serves.
//!
//! ```text
//! Root                         starts the rest in order, restarts with a budget and backoff, stops in order
//! ├─ LogWriter                 the one writer: queued commands → one transaction → outcomes   (first up, last down)
//! ├─ AuthActor                 follows the system room: revocation index, key ring; closes the sockets an entry names
//! ├─ MailerActor               outbox rows → letters → SMTP or files, retried
//! ├─ SweeperActor              what nobody needs any more, in slices
//! ├─ RoomRegistry              opens a RoomActor a room, retires idle ones; sole writer of the directory
//! │   └─ RoomActor …           one per live room: roster, order, fan-out
//! └─ ConnectionSupervisor
//!     └─ ConnectionActor …     one per socket: authenticates during the upgrade, then joins the room
//! ```
//!
//! Every actor is a folder of the same shape: `message.rs` is its vocabulary, `mod.rs` its arguments, its state and what
//! it does on each message, `handle.rs` what everyone else holds of it. A handle survives restarts: it looks into a slot
//! (`slot.rs`) where the supervisor puts each new incarnation, and it turns every failure to reach the actor into
//! [`Unavailable`].
//!
//! [`start`] starts a tree out of [`Parts`]; a [`Tree`] is the handle of all of it.

#![expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "the library's macro wants each handler to be a method that is given its message's fields"
)]

pub mod auth;
pub mod connection;
pub mod connections;
mod directory;
mod live;
pub mod log_writer;
pub mod mailer;
mod metrics;
mod parts;
pub mod people;
mod permit;
pub mod registry;
pub mod room;
mod root;
mod slot;
mod supervision;
mod sweeper;
#[cfg(feature = "testing")]
pub mod testing;
mod timing;
mod tree;
mod unavailable;

pub use metrics::Metrics;
pub use parts::{Parts, StartError};
pub use tree::{Tree, start};
pub use unavailable::Unavailable;
