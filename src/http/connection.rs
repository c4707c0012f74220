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
    write_timeout: Duration,
    stop: CancellationToken,
}

impl Connections {
    /// Connections whose clients may take `header_timeout` for a request's head, or between two requests, and
    /// `write_timeout` to take a byte of an answer. Zero: without end. After `stop` each ends with the answer it is at.
    #[must_use]
    pub fn new(header_timeout: Duration, write_timeout: Duration, stop: CancellationToken) -> Self {
        let mut http = http1::Builder::new();
        let limit = (!header_timeout.is_zero()).then_some(header_timeout);
        // Without a timer hyper takes the limit and silently never applies it.
        http.timer(TokioTimer::new()).header_read_timeout(limit).max_buf_size(HEAD_BYTES);
        Self { http, write_timeout, stop }
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
        let io = TokioIo::new(Stream::new(tcp, self.write_timeout));
        let service = service_fn(move |request| {
            let answering = answer(request);
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
