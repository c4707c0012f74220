//! Over real TCP, and over a stream that isn't TCP.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::Seq;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wire::CloseReason;

use super::super::{Class, Closed, Io, Outbox, Settings, Side, Stream, refuse};
use super::client::{PING, TEXT, masked, masked_close, receive, server_text};
use super::{Heard, Listener};

const DEADLINE: Duration = Duration::from_secs(20);

struct Socket {
    outbox: Arc<Outbox>,
    heard: Heard,
    task: JoinHandle<Closed>,
}

fn socket(stream: impl Into<Stream>, early: Vec<u8>, limit: usize) -> Socket {
    let outbox = Outbox::new(limit);
    let heard = Heard::default();
    let listener = Listener { outbox: Arc::clone(&outbox), heard: heard.clone() };
    let settings = Settings::default();
    let io = Io::new(stream.into(), early.into(), Arc::clone(&outbox), listener, &settings, None);
    #[expect(clippy::disallowed_methods, reason = "a test waits for its task itself")]
    let task = tokio::spawn(io);
    Socket { outbox, heard, task }
}

async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, server)
}

async fn rest(client: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut bytes = Vec::new();
    timeout(DEADLINE, client.read_to_end(&mut bytes)).await.unwrap().unwrap();
    bytes
}

#[tokio::test]
async fn a_large_backlog_goes_over_tcp_whole() {
    let (mut client, server) = pair().await;
    let socket = socket(server, masked(TEXT, b"early"), 0);
    socket.outbox.open();
    let frames: Vec<String> = (0..20_000).map(|n| format!("{n} {}", "x".repeat(n % 900))).collect();
    for (n, frame) in frames.iter().enumerate() {
        socket.outbox.push(server_text(frame), Seq::new(n as u64), Class::Durable);
    }
    client.write_all(&[masked(TEXT, b"late"), masked(PING, b"?")].concat()).await.unwrap();
    let reading = async move { rest(&mut client).await };
    let finishing = async {
        assert!(socket.outbox.drained(0).await);
        socket.outbox.finish(CloseReason::Shutdown);
    };
    let (bytes, ()) = tokio::join!(reading, finishing);
    let received = receive(&bytes).unwrap();
    assert_eq!(received.texts, frames);
    assert_eq!(received.pongs.len(), 1);
    assert_eq!(received.close, Some((3001, "shutdown".into())));
    assert_eq!(*socket.heard.0.lock(), ["early", "late"]);
    let closed = timeout(DEADLINE, socket.task).await.unwrap().unwrap();
    assert_eq!(closed, Closed { by: Side::Server, code: 3001 });
}

#[tokio::test]
async fn a_stream_that_is_not_tcp_does_as_well() {
    let (mut client, server) = duplex(64);
    let socket = socket(Stream::other(server), Vec::new(), 0);
    socket.outbox.push_ready(server_text(&"x".repeat(1000)));
    client.write_all(&masked(TEXT, b"hi")).await.unwrap();
    client.write_all(&masked_close(1000)).await.unwrap();
    let received = receive(&rest(&mut client).await).unwrap();
    drop(client);
    assert_eq!(received.close.map(|close| close.0), Some(1000));
    let closed = timeout(DEADLINE, socket.task).await.unwrap().unwrap();
    assert_eq!(closed, Closed { by: Side::Client, code: 1000 });
    assert_eq!(*socket.heard.0.lock(), ["hi"]);
}

#[tokio::test]
async fn a_client_that_never_reads_is_closed_and_bounded() {
    let (client, server) = pair().await;
    let socket = socket(server, Vec::new(), 1024 * 1024);
    socket.outbox.open();
    let chunk = Bytes::from(server_text(&"x".repeat(10_000)).repeat(5));
    let flood = async {
        while socket.outbox.is_closing().is_none() {
            socket.outbox.push(chunk.clone(), Seq::ZERO, Class::Durable);
            assert!(socket.outbox.queued_bytes() <= 1024 * 1024);
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, flood).await.unwrap();
    let closed = timeout(DEADLINE, socket.task).await.unwrap().unwrap();
    assert_eq!(closed, Closed { by: Side::Server, code: 3008 });
    drop(client);
}

#[tokio::test]
async fn a_refused_client_is_told_why_and_gone() {
    let (mut client, server) = pair().await;
    let reason = CloseReason::InvalidToken;
    let refusing = refuse(server, Bytes::new(), wire::encode::refusal(reason), reason);
    client.write_all(&masked(TEXT, b"let me in")).await.unwrap();
    let client = async move { rest(&mut client).await };
    let (bytes, over) = tokio::join!(client, timeout(DEADLINE, refusing));
    over.unwrap();
    let received = receive(&bytes).unwrap();
    assert_eq!(received.texts, [r#"{"error":"Authentication required"}"#]);
    assert_eq!(received.close, Some((3500, "Invalid token".into())));
}

#[tokio::test(start_paused = true)]
async fn a_refused_client_that_stays_is_cut_off_after_a_second() {
    let (client, server) = duplex(64);
    let before = tokio::time::Instant::now();
    let reason = CloseReason::PermissionDenied;
    refuse(Stream::other(server), Bytes::new(), wire::encode::refusal(reason), reason).await;
    assert_eq!(before.elapsed().as_millis(), 1000);
    drop(client);
}
