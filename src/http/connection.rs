//! One client's connection, for as long as it speaks HTTP.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::reply::Reply;
use super::stream::Stream;

/// The most that a request's line and headers may have together, in bytes (hyper answers 431 beyond), and the size of the
/// buffer that an idle connection keeps. The least that hyper takes.
const HEAD_BYTES: usize = 8 * 1024;

/// How connections are served. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    http: http1::Builder,
    header_timeout: Option<Duration>,
    write_timeout: Duration,
    stop: CancellationToken,
}

impl Connections {
    /// Connections whose clients may take `header_timeout` to begin, for a request's head, or between two requests, and
    /// `write_timeout` to take a byte of an answer. Zero: without end. After `stop` each ends with the answer it is at.
    #[must_use]
    pub fn new(header_timeout: Duration, write_timeout: Duration, stop: CancellationToken) -> Self {
        let mut http = http1::Builder::new();
        let header_timeout = (!header_timeout.is_zero()).then_some(header_timeout);
        // Without a timer hyper takes the limit and silently never applies it.
        http.timer(TokioTimer::new()).header_read_timeout(header_timeout).max_buf_size(HEAD_BYTES);
        Self { http, header_timeout, write_timeout, stop }
    }

    /// Serves `tcp` with `answer` until its client goes, is upgraded to a WebSocket, or the server stops.
    pub async fn serve<F>(self, tcp: TcpStream, answer: impl Fn(Request<Incoming>) -> F)
    where
        F: Future<Output = Reply>,
    {
        // Frames are small and already coalesced: Nagle would only hold them back.
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was served");
            return;
        }
        // Who connects and says nothing costs a socket and a small task: buffers are for those who speak.
        if self.begins(&tcp).await {
            Box::pin(self.converse(tcp, answer)).await;
        }
    }

    /// Waits for the client to begin; whether it did in time.
    async fn begins(&self, tcp: &TcpStream) -> bool {
        let readable = async {
            match self.header_timeout {
                Some(limit) => {
                    timeout(limit, tcp.readable()).await.is_ok_and(|began| began.is_ok())
                }
                None => tcp.readable().await.is_ok(),
            }
        };
        tokio::select! {
            began = readable => began,
            () = self.stop.cancelled() => false,
        }
    }

    async fn converse<F>(self, tcp: TcpStream, answer: impl Fn(Request<Incoming>) -> F)
    where
        F: Future<Output = Reply>,
    {
        let io = TokioIo::new(Stream::new(tcp, self.write_timeout));
        // On the heap while it lasts: between two requests the connection doesn't keep room for the largest handler.
        let service = service_fn(move |request| {
            let answering = Box::pin(answer(request));
            async move { Ok::<_, Infallible>(answering.await) }
        });
        let mut connection = pin!(self.http.serve_connection(io, service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
