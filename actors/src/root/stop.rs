//! Stopping in order: nothing that was accepted is lost, nobody waits for an answer that won't come.

use std::time::Duration;

use ractor::ActorCell;
use tokio::time::{Instant, timeout_at};
use wire::CloseReason;

use super::{Child, State};

/// How long an actor may take to stop once the deadline is past, before it is killed.
const LAST: Duration = Duration::from_millis(100);

impl State {
    /// Stops the tree: nobody comes in; clients aren't heard any more; what they asked for is stored and answered; what
    /// waits for them is written, and then 3001; rooms; the rest in the opposite order of their start, the log writer
    /// last. Past `deadline` it waits for nothing more.
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
        for connection in &sockets {
            connection.outbox.stop_reading();
        }
        if timeout_at(deadline, tables.flights.none()).await.is_err() {
            tracing::warn!("requests of sockets were still unanswered at the deadline");
        }
        for connection in &sockets {
            connection.outbox.finish(CloseReason::Shutdown);
        }
        drop(sockets);
        if timeout_at(deadline, tables.live.none()).await.is_err() {
            let left = tables.live.all();
            tracing::warn!(
                sockets = left.len(),
                "sockets were still being written to at the deadline"
            );
            for connection in left {
                connection.outbox.close(CloseReason::Shutdown);
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

/// Stops an actor, and with it those it supervises.
async fn stop(child: Child, cell: &ActorCell, deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now()).max(LAST);
    if cell.stop_and_wait(None, Some(left)).await.is_err() {
        tracing::warn!(actor = child.label(), "an actor didn't stop in time and is killed");
        cell.kill();
    }
}
