//! A server that says back whatever it hears, for Autobahn's fuzzing client: the server's own HTTP connections, its
//! handshake, its sockets' I/O task, outbox and settings; only what an `Inbound` makes of a message is another.
//!
//!     cargo run --example echo
//!
//! Prints the address it listens on, and serves until it is killed. Limits are raised as far as the test cases need: they
//! send messages of 16 MiB.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use actors::connection::socket::{Inbound, Io, Outbox, Settings, Stream};
use http::Request;
use hyper::body::Incoming;
use parlour::http::connection::Connections;
use parlour::http::reply::{Answer, Reply, empty};
use parlour::http::upgrade::handshake::{Handover, must_be_upgrade};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// The longest message of a test case (9.1.6).
const LONGEST: usize = 16 * 1024 * 1024;

/// Says back what a client says.
struct Echo(Arc<Outbox>);

impl Echo {
    fn say(&self, kind: Data, payload: &[u8]) {
        let header = FrameHeader { opcode: OpCode::Data(kind), ..FrameHeader::default() };
        let mut frame = Vec::with_capacity(header.len(payload.len() as u64) + payload.len());
        // Into a vector, which takes everything.
        if header.format(payload.len() as u64, &mut frame).is_ok() {
            frame.extend_from_slice(payload);
            let _ = self.0.push_ready(frame.into());
        }
    }
}

impl Inbound for Echo {
    fn text(&mut self, text: &str) {
        self.say(Data::Text, text.as_bytes());
    }

    fn binary(&mut self, payload: &[u8]) {
        self.say(Data::Binary, payload);
    }
}

/// Lets in whoever asks for a WebSocket.
fn answer(mut request: Request<Incoming>, tasks: &TaskTracker) -> Answer {
    must_be_upgrade(&request)?;
    let (reply, handover) = Handover::begin(&mut request)?;
    tasks.spawn(async move {
        let Some((stream, early)) = handover.stream().await else { return };
        let outbox = Outbox::new(2 * LONGEST);
        let settings = Settings { max_frame_bytes: LONGEST, ..Settings::default() };
        let echo = Echo(Arc::clone(&outbox));
        Io::new(Stream::from(stream), early, outbox, echo, &settings, None).await;
    });
    Ok(reply)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let tasks = TaskTracker::new();
    let patience = Duration::from_secs(10);
    let connections = Connections::new(patience, patience, CancellationToken::new());
    loop {
        let (tcp, _) = listener.accept().await?;
        let (connections, asked) = (connections.clone(), tasks.clone());
        tasks.spawn(connections.serve(tcp, move |request| {
            let answer = answer(request, &asked).unwrap_or_else(|error| empty(error.status()));
            std::future::ready::<Reply>(answer)
        }));
    }
}
