//! Takes connections in: as many as there are permits, and never giving up.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::shares::Shares;

/// How long to wait after a failure to accept; doubled at each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The longest such wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A listener, and what it may take in.
pub struct Door {
    /// Where clients knock.
    pub listener: TcpListener,
    /// How many connections there may be at once.
    pub permits: Arc<Semaphore>,
    /// How many of them one address may have.
    pub shares: Shares,
    /// Where each connection's task runs.
    pub tracker: TaskTracker,
    /// When to stop taking in.
    pub stop: CancellationToken,
    /// Counts the connections there are.
    pub connections: Gauge,
    /// Counts those dropped at once, since their address had its share.
    pub refused: Counter,
    /// Counts the failures to accept one.
    pub accept_errors: Counter,
}

impl Door {
    /// Serves every connection with `serve`, each in a task of its own, until told to stop. A permit is taken before a
    /// connection is accepted, so that whoever finds none waits in the kernel's queue and costs nothing here. One
    /// whose address has its share already is dropped rather than kept waiting in front of others.
    pub async fn open<F>(self, serve: impl Fn(TcpStream, SocketAddr) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let serving = async {
            // Fails only once the semaphore is closed, which nobody does.
            while let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await {
                let (tcp, peer) = self.accept().await;
                let Some(share) = self.shares.take(peer.ip()) else {
                    self.refuse(peer);
                    continue;
                };
                let (connection, counted) = (serve(tcp, peer), Counted::new(&self.connections));
                self.tracker.spawn(async move {
                    // Given back in this order: a place that is free again must find its address with room for it.
                    let _held = (share, permit, counted);
                    connection.await;
                });
            }
        };
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = serving => {}
        }
    }

    /// Tells once: an attack would fill the log, but a proxy that isn't listed should be found.
    fn refuse(&self, peer: SocketAddr) {
        static WARNED: AtomicBool = AtomicBool::new(false);
        self.refused.inc();
        if !WARNED.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                peer = %peer.ip(),
                "an address has as many connections as it may (server.max_connections_per_address), and a further one \
                 was dropped; if it is a proxy of yours, list it in server.trusted_proxies (told once, counted by \
                 http_connections_refused)"
            );
        }
    }

    /// The next connection. A failure is never the listener's end: the file descriptors run out (`EMFILE`), or a client
    /// is gone before it was met (`ECONNABORTED`); both pass.
    async fn accept(&self) -> (TcpStream, SocketAddr) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_the_client_s(&error) => {}
                Err(error) => {
                    self.accept_errors.inc();
                    // Told once a bout: the first pause is the shortest.
                    if pause == FIRST_PAUSE {
                        tracing::warn!(%error, "can't accept connections; trying again");
                    }
                    tokio::time::sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
            }
        }
    }
}

fn is_the_client_s(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// One connection, counted until it ends, however it ends.
struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_finds_no_permit_waits_until_somebody_goes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let (stop, tracker, connections) =
            (CancellationToken::new(), TaskTracker::new(), Gauge::default());
        let door = Door {
            listener,
            permits: Arc::new(Semaphore::new(1)),
            shares: Shares::unlimited(),
            tracker: tracker.clone(),
            stop: stop.clone(),
            connections: connections.clone(),
            refused: Counter::default(),
            accept_errors: Counter::default(),
        };
        let (came, mut coming) = mpsc::channel(8);
        let serve = move |mut tcp: TcpStream, _| {
            let came = came.clone();
            async move {
                came.send(()).await.expect("the test listens");
                let _ = tcp.read(&mut [0; 1]).await;
            }
        };
        tracker.spawn(door.open(serve));

        let first = TcpStream::connect(address).await.expect("a connection");
        let _second = TcpStream::connect(address).await.expect("a connection");
        coming.recv().await.expect("the first is served");
        assert_eq!(connections.get(), 1);
        assert!(coming.try_recv().is_err(), "the second waits");
        drop(first);
        let second = tokio::time::timeout(Duration::from_secs(10), coming.recv()).await;
        assert_eq!(second, Ok(Some(())), "the first made room");
        stop.cancel();
    }
}
