//! A member who stops reading for a while.

use std::time::Duration;

use domain::Seq;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout_at};

use super::SETTLING;
use super::ledger::Ledger;
use crate::client::{Client, Comeback, Heard, ends};
use crate::record::Saw;
use crate::socket::{Socket, SocketError};

/// How many messages one page of history has at most: the most the server gives.
const PAGE: u16 = 200;

/// What the slow members are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Read.
    Awake,
    /// Not read.
    Asleep,
    /// Read, come back where the socket was closed, and catch up to the room's head.
    Woken,
}

/// What became of one.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is counted by itself")]
pub(super) struct Slept {
    /// The server ended its socket meanwhile: closed 3008, or cut where not even that was read.
    pub closed: bool,
    /// It resumed, and everything it had missed followed.
    pub recovered: bool,
    /// It was too far behind, and read `history`.
    pub paged: bool,
    /// It hadn't caught up when patience ended.
    pub late: bool,
    pub ledger: Ledger,
}

/// Reads, sleeps, wakes and catches up.
pub(super) async fn sleep_through(
    mut client: Client,
    mut phase: watch::Receiver<Phase>,
    arrived: mpsc::Sender<()>,
) -> Slept {
    let mut slept = Slept::default();
    let entered = client.enter(|heard| slept.hear(&heard)).await;
    let Ok(mut socket) = entered else {
        slept.late = true;
        return slept;
    };
    // There is room for everybody.
    let _ = arrived.try_send(());
    drop(arrived);

    let mut alive = true;
    while alive && *phase.borrow_and_update() == Phase::Awake {
        tokio::select! {
            heard = client.hear(&mut socket, |heard| slept.hear(&heard)) => alive = heard.is_ok(),
            changed = phase.changed() => alive = changed.is_ok(),
        }
    }
    if phase.wait_for(|phase| *phase == Phase::Woken).await.is_err() {
        return slept;
    }
    let deadline = Instant::now() + SETTLING;
    slept.late = timeout_at(deadline, slept.catch_up(&mut client, socket)).await.is_err();
    if !slept.late {
        client.witness().rested();
    }
    client.left();
    slept
}

impl Slept {
    fn hear(&mut self, heard: &Heard) {
        match heard {
            // The first greeting says where it stands. After a later one it still lacks what it lacked.
            Heard::Hello { seq, .. } => self.ledger.begins(*seq),
            Heard::Event { seq, .. } => self.ledger.got(*seq),
            _ => {}
        }
    }

    /// Reads until the room's head, on this socket or the next.
    async fn catch_up(&mut self, client: &mut Client, mut socket: Socket) {
        let mut comeback = Comeback::new(Duration::from_secs(1));
        let head = client.room().head();
        while self.ledger.last() < head {
            let Err(error) = client.hear(&mut socket, |heard| self.hear(&heard)).await else {
                continue;
            };
            self.closed = true;
            client.gone(&error);
            socket = loop {
                if client.closed().is_some_and(ends) {
                    return std::future::pending().await;
                }
                sleep(comeback.wait()).await;
                if let Ok(socket) = self.come_back(client).await {
                    break socket;
                }
            };
        }
    }

    /// Resumes; where the server can't give what is missing, reads it up in `history`.
    async fn come_back(&mut self, client: &mut Client) -> Result<Socket, SocketError> {
        let (mut recovered, mut head) = (false, Seq::ZERO);
        let mut live = Vec::new();
        let mut socket = client
            .enter(|heard| match heard {
                Heard::Hello { recovered: all, seq, .. } => (recovered, head) = (all, seq),
                Heard::Event { seq, .. } => live.push(seq),
                _ => {}
            })
            .await?;
        self.recovered |= recovered;
        if !recovered {
            self.paged = true;
            self.page(client, &mut socket, head, &mut live).await?;
        }
        for seq in live {
            self.ledger.got(seq);
        }
        Ok(socket)
    }

    /// Reads everything up to `head`; what is said meanwhile is put by in `live`.
    async fn page(
        &mut self,
        client: &mut Client,
        socket: &mut Socket,
        head: Seq,
        live: &mut Vec<Seq>,
    ) -> Result<(), SocketError> {
        let mut rid = 0;
        while self.ledger.last() < head {
            rid += 1;
            let after = self.ledger.last();
            client.witness().saw(Saw::Asked { rid, before: None, after: Some(after.get()) });
            let text =
                format!(r#"{{"type":"history","after":{after},"limit":{PAGE},"rid":{rid}}}"#);
            socket.writer().tell(text.as_bytes());
            let (mut page, mut wait) = (None, Duration::ZERO);
            while page.is_none() {
                let hears = client.hear(socket, |heard| match heard {
                    Heard::Page { ids, more } => page = Some((ids, more)),
                    Heard::Refused(trouble) => {
                        (page, wait) = (Some((Vec::new(), true)), trouble.wait());
                    }
                    Heard::Event { seq, .. } => live.push(seq),
                    _ => {}
                });
                if let Err(error) = hears.await {
                    client.gone(&error);
                    return Err(error);
                }
            }
            let (ids, more) = page.unwrap_or_default();
            sleep(wait).await;
            // What was said after the greeting is in the page as well, and comes by itself.
            for id in ids.into_iter().filter(|id| *id <= head) {
                self.ledger.got(id);
            }
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }
}
