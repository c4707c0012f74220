//! Waiting: always for something, never longer than [`PATIENCE`], never by the clock alone.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};

/// How long anything may take on a busy machine. A test that waits for it in full has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The answer of `future`, which `what` describes in the message of a test that fails here.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let answer = timeout(PATIENCE, future).await;
    answer.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// What `look` finds, asked again and again until it finds it: for what announces itself to nobody, such as a file.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut ticks = interval(Duration::from_millis(5));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    within(what, async {
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    })
    .await
}
