//! Stopping in order: nothing that was accepted is lost, nobody waits for an answer that won't come.

use std::sync::Arc;
use std::time::Duration;

use ractor::ActorCell;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};
use wire::{CloseReason, encode, frame};

use super::drain::Drain;
use super::{Child, State, Tables};
use crate::connection::Connection;

/// How often it is said how many sockets are left.
const REPORT: Duration = Duration::from_secs(2);

/// How long an actor may take to stop once the deadline is past, before it is killed.
const LAST: Duration = Duration::from_millis(100);

impl State {
    /// Stops the tree: nobody comes in; every client is told when to come back; then, batch by batch, they aren't heard
    /// any more, what they asked for is stored and answered, what waits for them is written, and then 3001; rooms; the
    /// rest in the opposite order of their start, the log writer last. Past `deadline` it waits for nothing more.
    pub(super) async fn stop(&mut self, deadline: Instant) {
        self.bid_goodbye(deadline).await;
        self.quiesce_rooms(deadline).await;
        for child in Child::ALL.into_iter().rev() {
            if let Some(cell) = self.running.remove(&child) {
                stop(child, &cell, deadline).await;
            }
        }
        self.close_slots();
    }

    async fn bid_goodbye(&self, deadline: Instant) {
        let tables = &self.tables;
        tables.live.close();
        // Whoever was being let in at that moment has attached before they look whether nobody is let in any more, and
        // so is either among these or not admitted.
        let sockets = tables.live.all();
        let left = deadline.saturating_duration_since(Instant::now());
        let drain = Drain::new(sockets.len(), tables.reconnects_per_second, left);
        tables.metrics.draining.set(1);
        announce(&sockets, drain).await;
        self.close_in_batches(&sockets, drain, deadline).await;
        drop(sockets);
        if self.see_off(deadline).await.is_err() {
            let left = tables.live.all();
            tracing::warn!(sockets = left.len(), "sockets were still open at the deadline");
            for connection in left {
                connection.outbox.close(CloseReason::Shutdown);
            }
        }
    }

    /// Parts with one batch after the other. Whoever isn't in one yet is heard and answered as ever; the last batch, which
    /// is the only one of a small server, hears everything that anybody has said.
    async fn close_in_batches(&self, sockets: &[Arc<Connection>], drain: Drain, deadline: Instant) {
        let Tables { live, flights, .. } = &*self.tables;
        let begin = Instant::now();
        let (before, last) = sockets.split_at(drain.before_last());
        for (number, batch) in before.chunks(drain.batch).enumerate() {
            for connection in batch {
                connection.part();
            }
            let next = begin + drain.closes_after(number + 1);
            // All may be gone before their turn.
            let _ = timeout_at(next.min(deadline), live.none()).await;
        }
        for connection in last {
            connection.hush();
        }
        // What was said by those who have gone meanwhile is stored, too.
        if timeout_at(deadline, flights.none()).await.is_err() {
            tracing::warn!("requests of sockets were still unanswered at the deadline");
        }
        for connection in last {
            connection.part();
        }
    }

    /// Waits until the last socket is gone, and says now and then how many there are.
    async fn see_off(&self, deadline: Instant) -> Result<(), Elapsed> {
        loop {
            let report = Instant::now() + REPORT;
            match timeout_at(deadline.min(report), self.tables.live.none()).await {
                Err(_) if report < deadline => {
                    tracing::info!(sockets = self.tables.live.count(), "sockets are still open");
                }
                seen => return seen,
            }
        }
    }

    /// By now nothing should be left to hand out. A room is never drained, in ractor's sense: it would refuse its own
    /// flush and the writer's answers.
    async fn quiesce_rooms(&self, deadline: Instant) {
        for room in self.tables.registry.live() {
            let left = deadline.saturating_duration_since(Instant::now()).max(LAST);
            if room.quiesce(left).await.is_err() {
                tracing::warn!(room = %room.name(), "a room didn't come to rest");
            }
        }
    }

    fn close_slots(&self) {
        let tables = &self.tables;
        for room in tables.registry.live() {
            room.slot().close();
        }
        tables.supervisor.slot().close();
        tables.registry.slot().close();
        tables.sweeper.slot().close();
        tables.mailer.slot().close();
        tables.auth.slot().close();
        tables.log.slot().close();
    }
}

/// Tells every socket that the server stops, and when to come back.
async fn announce(sockets: &[Arc<Connection>], drain: Drain) {
    if let Some(last) = drain.batches.checked_sub(1) {
        let (first, last) = (drain.window(0), drain.window(last));
        tracing::info!(sockets = sockets.len(), batches = drain.batches, ?first, ?last, "draining");
    }
    for (number, batch) in sockets.chunks(drain.batch).enumerate() {
        let frame = encode::single(&frame::Drain { retry: drain.window(number) });
        for connection in batch {
            connection.announce(frame.clone());
        }
        // Each is a task that now has something to write.
        tokio::task::yield_now().await;
    }
}

/// Stops an actor, and with it those it supervises.
async fn stop(child: Child, cell: &ActorCell, deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now()).max(LAST);
    if cell.stop_and_wait(None, Some(left)).await.is_err() {
        tracing::warn!(actor = child.label(), "an actor didn't stop in time and is killed");
        cell.kill();
    }
}
