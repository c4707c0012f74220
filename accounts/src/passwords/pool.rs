//! The few threads that hash, and the queue before them.

use std::sync::Arc;
use std::thread;

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::Config;
use crate::{Failure, Metrics};

/// Runs jobs of some milliseconds and many megabytes each: few at once, a bounded number waiting, in the order of asking.
pub(super) struct Pool {
    /// One permit a job that waits or runs.
    places: Arc<Semaphore>,
    /// One permit a job that runs.
    threads: Arc<Semaphore>,
    metrics: Metrics,
}

impl Pool {
    pub(super) fn new(config: &Config, metrics: Metrics) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = match to_usize(config.threads) {
            0 => (cores / 2).max(1),
            threads => threads,
        };
        let places = to_usize(config.queue).saturating_add(threads).min(Semaphore::MAX_PERMITS);
        let threads = threads.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            threads: Arc::new(Semaphore::new(threads)),
            metrics,
        }
    }

    /// Runs `job` when it is its turn. The permits go along with it: dropping this future frees no thread that is still
    /// at work.
    ///
    /// # Errors
    ///
    /// [`Failure::Busy`], at once, when the queue is full.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            self.metrics.hashing_refused.inc();
            return Err(Failure::Busy);
        };
        let waiting = Waiting::new(&self.metrics.hashing_waiting);
        // It is never closed.
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| Failure::Busy)?;
        drop(waiting);
        let seconds = self.metrics.hashing_seconds.clone();
        let timed = move || {
            let _held = (place, thread);
            let started = Instant::now();
            let result = job();
            seconds.observe(started.elapsed().as_secs_f64());
            result
        };
        tokio::task::spawn_blocking(timed).await.map_err(Failure::Lost)
    }
}

/// Counts one job as waiting for as long as it lives.
struct Waiting(Gauge);

impl Waiting {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use prometheus_client::registry::Registry;

    use super::*;

    fn pool(threads: u32, queue: u32) -> (Arc<Pool>, Metrics) {
        let metrics = Metrics::register(&mut Registry::default());
        let config = Config { threads, queue, ..Config::default() };
        (Arc::new(Pool::new(&config, metrics.clone())), metrics)
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_an_emptied_one_takes_again() {
        let (pool, metrics) = pool(1, 1);
        let (release, held) = mpsc::channel::<()>();
        let (started, mut running) = tokio::sync::mpsc::channel(1);
        let first = pool.run(move || {
            started.try_send(()).expect("somebody listens");
            held.recv().expect("released");
        });
        let second = pool.run(|| 2);
        let third = async {
            running.recv().await.expect("the first runs");
            while metrics.hashing_waiting.get() < 1 {
                tokio::task::yield_now().await;
            }
            let refused = pool.run(|| 3).await;
            release.send(()).expect("the first waits");
            refused
        };
        let (first, second, third) = tokio::join!(first, second, third);
        assert!(first.is_ok());
        assert!(matches!(second, Ok(2)));
        assert!(matches!(third, Err(Failure::Busy)));
        assert_eq!(metrics.hashing_refused.get(), 1);
        assert_eq!(metrics.hashing_waiting.get(), 0);
        assert!(matches!(pool.run(|| 4).await, Ok(4)));
    }

    #[tokio::test]
    async fn a_job_that_nobody_waits_for_keeps_its_thread_until_it_is_done() {
        let (pool, _) = pool(1, 0);
        let (release, held) = mpsc::channel::<()>();
        let (started, mut running) = tokio::sync::mpsc::channel(1);
        {
            let job = pool.run(move || {
                started.try_send(()).expect("somebody listens");
                held.recv().expect("released");
            });
            tokio::pin!(job);
            tokio::select! {
                biased;
                _ = &mut job => panic!("it is held"),
                _ = running.recv() => {}
            }
        }
        assert!(matches!(pool.run(|| ()).await, Err(Failure::Busy)));
        release.send(()).expect("the job waits");
    }
}
