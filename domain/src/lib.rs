//! What Parlour talks about: people, rooms, events, time.
//!
//! Every type here is parsed once, at the edge, and never checked again inside: a [`Username`] *is* a valid
//! username, a [`Body`] *is* a text that may be stored. Nothing in this crate does I/O; what the program needs of the
//! outside world (the time, random bytes) stands behind [`Clock`] and [`Entropy`], so that a test owns both.

mod body;
mod cid;
mod clock;
mod email;
mod emoji;
mod entropy;
mod epoch;
mod event;
mod ids;
mod permission;
mod person;
mod room_name;
mod trace;
mod username;

pub use body::{Body, BodyError};
pub use cid::{Cid, CidError};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use email::{Email, EmailError};
pub use emoji::{Emoji, EmojiError};
pub use entropy::{Entropy, OsEntropy};
pub use epoch::{Epoch, EpochError};
pub use event::EventKind;
pub use ids::{ConnectionId, RoomId, Seq, SessionId, SessionIdError, UserId};
pub use permission::{Action, Subject, Visibility, allows};
pub use person::{Person, Role, RoleError, Standing};
pub use room_name::{RoomName, RoomNameError};
pub use trace::SpanContext;
pub use username::{Username, UsernameError};
