//! One socket's bytes: an outbox under tungstenite, and the one task that reads and writes.
//!
//! ```text
//! room, connection ──push──► Outbox ──take──► Flight ──┐ raw chunks, whole frames encoded elsewhere
//!                                                      ├─► Pipe ──► Stream (TCP)
//!                            tungstenite ── its own ───┘ pongs, pings, the close
//!                                 ▲
//! Inbound ◄── texts ──────────────┴── Buffer (64 KiB a thread) ◄── Stream
//! ```
//!
//! [`Io`] is the task: each poll is one turn of a `Link`, which reads, hears, writes and keeps time. The `Cursor` keeps
//! the two writers from cutting into each other's frames. The `Tracker` knows when tungstenite holds nothing, so that it
//! can be built anew after a large frame. The `Pulse` knows when to ping, and when to give up.
//!
//! Architecture invariant: nobody but the I/O task writes to a socket. A room that wrote to its members' sockets itself
//! had half the throughput, and writing past tungstenite (`get_mut`) corrupts the stream as soon as a pong is under way.

mod buffer;
mod closed;
mod cursor;
mod flight;
mod header;
mod inbound;
mod io;
mod link;
mod outbox;
mod pipe;
mod pulse;
mod refuse;
mod settings;
mod stream;
#[cfg(test)]
mod tests;
mod tracker;

pub use closed::{Closed, Side};
pub use inbound::Inbound;
pub use io::Io;
pub use outbox::{Class, Outbox, Pushed};
pub use refuse::refuse;
pub use settings::Settings;
pub use stream::{Bytestream, Stream};
