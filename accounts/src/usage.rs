//! Which refresh generations were used: whether a client got the answer that brought it a new one.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Clock, SessionId};
use parking_lot::Mutex;
use quick_cache::sync::Cache;
use store::{Store, StoreError, sessions};
use tokio_util::task::TaskTracker;

use crate::Metrics;

/// How many sessions' newest used generation is remembered. One that is forgotten costs a write that changes nothing.
const REMEMBERED: usize = 65_536;

/// How many marks may wait to be written. Beyond, they are dropped, and made again at the token's next check.
const WAITING: usize = 8_192;

/// Notes the first use of each generation's access token: one write a generation, in a task of its own, after the check
/// was answered. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Usage(Arc<Inner>);

struct Inner {
    remembered: Cache<SessionId, u32>,
    waiting: Mutex<Waiting>,
    store: Store,
    clock: Arc<dyn Clock>,
    tracker: TaskTracker,
    metrics: Metrics,
}

#[derive(Default)]
struct Waiting {
    marks: HashMap<SessionId, u32>,
    /// Whether a task is writing, which will also write what is added meanwhile.
    writing: bool,
}

impl Usage {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        tracker: TaskTracker,
        metrics: Metrics,
    ) -> Self {
        let remembered = Cache::new(REMEMBERED);
        let waiting = Mutex::default();
        Self(Arc::new(Inner { remembered, waiting, store, clock, tracker, metrics }))
    }

    /// An access token that came with `generation` was used.
    pub(crate) fn note(&self, session: SessionId, generation: u32) {
        // The first generation replaced none: nobody asks whether it was used.
        if generation == 0 || self.knows(session, generation) {
            return;
        }
        self.0.remembered.insert(session, generation);
        let start = {
            let mut waiting = self.0.waiting.lock();
            if waiting.marks.len() >= WAITING {
                drop(waiting);
                self.give_up([session]);
                return;
            }
            let mark = waiting.marks.entry(session).or_default();
            *mark = generation.max(*mark);
            !std::mem::replace(&mut waiting.writing, true)
        };
        if start {
            let usage = self.clone();
            self.0.tracker.spawn(async move { usage.write_all().await });
        }
    }

    /// Whether this or a later generation is known to have been used, perhaps ahead of the store.
    pub(crate) fn knows(&self, session: SessionId, generation: u32) -> bool {
        self.0.remembered.get(&session).is_some_and(|used| used >= generation)
    }

    /// Writes until nothing waits.
    async fn write_all(&self) {
        loop {
            let marks = {
                let mut waiting = self.0.waiting.lock();
                if waiting.marks.is_empty() {
                    waiting.writing = false;
                    return;
                }
                std::mem::take(&mut waiting.marks)
            };
            if let Err(error) = self.write(&marks).await {
                tracing::warn!(%error, marks = marks.len(), "used generations were not noted");
                self.give_up(marks.into_keys());
            }
        }
    }

    async fn write(&self, marks: &HashMap<SessionId, u32>) -> Result<(), StoreError> {
        let tx = self.0.store.write().await?;
        let now = self.0.clock.now();
        for (session, generation) in marks {
            sessions::mark_used(&tx, *session, *generation, now).await?;
        }
        tx.commit().await
    }

    /// Forgets them, so that their tokens' next check tries again.
    fn give_up(&self, marks: impl IntoIterator<Item = SessionId>) {
        for session in marks {
            self.0.remembered.remove(&session);
            self.0.metrics.generation_marks_dropped.inc();
        }
    }
}
