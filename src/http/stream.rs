//! A client's TCP stream that gives up on a client which takes nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A TCP stream whose writes fail when the peer takes no byte for as long as the patience lasts. hyper bounds how long a
/// client may take to send a request, not how long it may take to read the answer.
#[derive(Debug)]
pub struct Stream {
    inner: TcpStream,
    patience: Duration,
    /// Runs while a write is waiting. On the heap only then: most connections never wait.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    /// A stream with this patience; zero: without end.
    #[must_use]
    pub fn new(inner: TcpStream, patience: Duration) -> Self {
        Self { inner, patience, deadline: None }
    }

    /// The stream itself, for whoever speaks another protocol on it.
    #[must_use]
    pub fn into_inner(self) -> TcpStream {
        self.inner
    }

    /// Passes on how a write went, unless it has waited too long.
    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.deadline = None;
            return write;
        }
        if !self.patience.is_zero() {
            let patience = self.patience;
            let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(patience)));
            ready!(deadline.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.watch(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.watch(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let silent = TcpStream::connect(address).await.expect("a connection");
        let (accepted, _) = listener.accept().await.expect("a connection");
        let mut stream = Stream::new(accepted, Duration::from_millis(50));
        let block = vec![0; 1024 * 1024];
        let writing = async {
            loop {
                if let Err(error) = stream.write_all(&block).await {
                    return error.kind();
                }
            }
        };
        let end = tokio::time::timeout(Duration::from_secs(20), writing).await;
        assert_eq!(end.expect("it ends"), io::ErrorKind::TimedOut);
        drop(silent);
    }
}
