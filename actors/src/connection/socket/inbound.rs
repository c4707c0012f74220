//! Who hears what a client says.

/// Who hears what a client says. Called in the midst of the I/O task's poll: nothing here may block, and whatever a client
/// can make it start must be bounded. It may push to the socket's own outbox, and close it.
pub trait Inbound: Send {
    /// The client sent a text: one whole message, at most `Settings::max_frame_bytes` long.
    fn text(&mut self, text: &str);

    /// The client sent a binary message, as long as a text may be; the protocol has none.
    fn binary(&mut self, payload: &[u8]);
}
