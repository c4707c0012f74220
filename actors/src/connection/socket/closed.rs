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
    /// What [`Closed::counted`] makes of the codes that only some clients use.
    pub const OTHER: u16 = 0;

    /// The code to count by. A client may close with any of thousands; those that browsers and libraries don't send by
    /// themselves count as one, or a client could make a metric grow.
    #[must_use]
    pub const fn counted(self) -> u16 {
        match (self.by, self.code) {
            (Side::Client, 1000 | 1001 | Self::NO_CODE | Self::LOST) | (Side::Server, _) => {
                self.code
            }
            (Side::Client, _) => Self::OTHER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_make_a_metric_grow() {
        let counted = |by, code| Closed { by, code }.counted();
        assert_eq!(counted(Side::Server, 3008), 3008);
        assert_eq!(counted(Side::Client, 1001), 1001);
        assert_eq!(counted(Side::Client, 4321), Closed::OTHER);
    }
}
