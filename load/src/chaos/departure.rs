//! The ways in which a client leaves.

use std::time::Duration;

use tokio::time::timeout;

use super::deed::Leave;
use super::wanderer::Wanderer;
use crate::record::Kind;
use crate::socket::Socket;

/// How long the server may take to answer a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// The goodbye of a client that has nothing more to say (RFC 6455, 7.4.1).
const NORMAL: u16 = 1000;

impl Wanderer {
    /// Leaves, and takes note that it did.
    pub(super) async fn leave(&mut self, mut socket: Socket, leave: Leave) {
        self.mind.storm.count(leave.name());
        match leave {
            Leave::Close => {
                socket.writer().close(NORMAL);
                let mind = &mut self.mind;
                let end = async {
                    while self.client.hear(&mut socket, |heard| mind.hears(&heard)).await.is_ok() {}
                };
                // A server that doesn't say goodbye is left all the same.
                let _ = timeout(GOODBYE, end).await;
                self.client.left();
                return;
            }
            Leave::Drop => {
                self.client.left();
                return;
            }
            Leave::Reset => {}
            Leave::Half => {
                // Never whole, never stored: it isn't pending.
                if let Some(phrase) = self.phrase(Kind::Message) {
                    socket.writer().say_half(phrase.to_text().as_bytes());
                }
                if fastrand::bool() {
                    self.client.left();
                    return;
                }
            }
            Leave::Abandon => {
                if let Some(phrase) = self.phrase(Kind::Message) {
                    self.say(&socket, &phrase);
                }
            }
            Leave::Interrupt => self.invent(&socket, Kind::Message),
        }
        socket.reset();
        self.client.left();
    }
}
