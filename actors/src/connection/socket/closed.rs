//! How a socket ended.

/// How a socket ended: the output of its I/O task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// Who ended it.
    pub by: Side,
    /// The code of the first close frame; [`Closed::NO_CODE`] if it carried none, [`Closed::LOST`] if there was none.
    pub code: u16,
}

/// One end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// This server.
    Server,
    /// The client, or the network between.
    Client,
}

impl Closed {
    /// A close frame without a code (RFC 6455, 7.4.1).
    pub const NO_CODE: u16 = 1005;
    /// The connection went without a close frame (RFC 6455, 7.4.1).
    pub const LOST: u16 = 1006;
}
