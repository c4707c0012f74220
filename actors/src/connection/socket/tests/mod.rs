//! Sockets over a scripted stream: whatever a kernel may do, and hardly ever does, at any byte.

mod client;
mod closing;
mod cursor;
mod fairness;
mod memory;
mod real;
mod script;
mod task;
mod timing;

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Inbound, Outbox};

/// What a client said.
#[derive(Debug, Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

/// Notes what a client says, and does what it asks for: `close …` closes the socket, `say …` answers.
struct Listener {
    outbox: Arc<Outbox>,
    heard: Heard,
}

impl Inbound for Listener {
    fn text(&mut self, text: &str) {
        self.heard.0.lock().push(text.to_owned());
        if let Some(answer) = text.strip_prefix("say ") {
            self.outbox.push_ready(client::server_text(answer));
        }
        if text == "close" {
            self.outbox.close(wire::CloseReason::TooManyErrors);
        }
    }

    fn binary(&mut self, _: &[u8]) {
        self.heard.0.lock().push("binary".into());
    }
}
