//! The language of the sockets, both ways: what a client may say ([`parse()`]), what the server says ([`frame`]), the
//! bytes of it ([`encode`]), and why a socket is closed ([`CloseReason`]).
//!
//! One text frame is one JSON object. Nothing here does I/O.

mod close;
mod code;
pub mod encode;
pub mod frame;
mod parse;
mod rejected;
mod request;
mod rid;

pub use close::CloseReason;
pub use code::ErrorCode;
pub use parse::parse;
pub use rejected::Rejected;
pub use request::{ClientCommand, Request};
pub use rid::Rid;

/// The version of the protocol, as `hello.v` says it.
pub const VERSION: u8 = 1;
