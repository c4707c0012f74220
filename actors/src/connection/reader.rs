//! What a client says, taken straight out of its socket's I/O task.

use std::sync::Arc;
use std::time::Duration;

use domain::{Action, Body, Cid, Seq};
use store::log::Range;
use store::{Change, Command};
use wire::frame::Pong;
use wire::{ClientCommand, ErrorCode, Rejected, Request, Rid, encode};

use super::limiter::{Limiter, TooEarly};
use super::socket::Inbound;
use super::{Connection, history};
use crate::log_writer::Draft;
use crate::permit::{Names, Permit};

/// When a client with a full window of unanswered requests may try again. No time is right, since it depends on when the
/// others are answered; most are within this.
const WINDOW_WAIT: Duration = Duration::from_millis(100);

/// Hears one client. Everything here is synchronous and short: a message goes into the log's queue, history is read by a
/// task.
pub(crate) struct Reader {
    connection: Arc<Connection>,
    limiter: Limiter,
    /// Pings are counted apart: who says much may still ask whether it is heard.
    pings: Limiter,
}

impl Reader {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        let [limiter, pings] = [(); 2].map(|()| Limiter::new(&connection.context.sockets));
        Self { connection, limiter, pings }
    }

    fn request(&self, text: &str) -> Result<(), Rejected> {
        let request = wire::parse(text)?;
        let wants_ack = request.wants_ack();
        let Request { rid, command } = request;
        let names = |cid| Names { rid: rid.clone(), cid, wants_ack };
        match command {
            ClientCommand::Message { message, cid, reply_to } => {
                let names = names(cid);
                let body = self.body(&message, &names)?;
                self.submit(Action::Publish, names, Change::Message { body, reply_to })
            }
            ClientCommand::Edit { id, message, cid } => {
                let names = names(cid);
                let body = self.body(&message, &names)?;
                self.submit(Action::Revise, names, Change::Edit { id, body })
            }
            ClientCommand::Delete { id, cid } => {
                self.submit(Action::Revise, names(cid), Change::Delete { id })
            }
            ClientCommand::React { id, emoji, on, cid } => {
                self.submit(Action::React, names(cid), Change::React { id, emoji, on })
            }
            ClientCommand::History { before, after, limit } => {
                if let Some(permit) = self.permit(Action::Read, names(None))? {
                    history::answer(&self.connection, range(before, after), limit, permit);
                }
                Ok(())
            }
            ClientCommand::Ping => match self.pings.count() {
                Ok(()) => {
                    self.pong(rid.as_ref());
                    Ok(())
                }
                Err(early) => self.slow_down(early, names(None)),
            },
        }
    }

    /// The text, as a room may hold it.
    fn body(&self, text: &str, names: &Names) -> Result<Body, Rejected> {
        let most = usize::try_from(self.connection.context.rooms.max_message_chars);
        Body::parse(text, most.unwrap_or(usize::MAX)).map_err(|error| {
            Rejected::of_body(error).of_request(names.rid.clone(), names.cid.clone())
        })
    }

    /// Queues a change of the room's log.
    fn submit(&self, action: Action, names: Names, change: Change) -> Result<(), Rejected> {
        let context = &self.connection.context;
        // What has a cid can be sent again, so what comes without one gets one.
        let mint = || Cid::mint(context.clock.now(), &*context.entropy);
        let cid = names.cid.clone().unwrap_or_else(mint);
        let names = Names { cid: Some(cid.clone()), ..names };
        let Some(permit) = self.permit(action, names)? else { return Ok(()) };
        let command = Command {
            room: self.connection.room.id(),
            author: self.connection.user(),
            cid: Some(cid),
            change,
            trace: self.connection.trace,
        };
        let room = Arc::clone(&self.connection.room);
        context.log.submit(Draft { command, room, author: self.connection.person(), permit });
        Ok(())
    }

    /// The right to have a request worked on: the client may do this, isn't too fast, and hasn't too many unanswered. None:
    /// it is or has, and was told to wait.
    fn permit(&self, action: Action, names: Names) -> Result<Option<Permit>, Rejected> {
        if !self.connection.may(action) {
            return Err(Rejected::new(ErrorCode::Forbidden).of_request(names.rid, names.cid));
        }
        if let Err(early) = self.limiter.count() {
            self.slow_down(early, names)?;
            return Ok(None);
        }
        let put_off = |names: Names| {
            let rejected = Rejected::new(ErrorCode::RateLimited).retry_after(WINDOW_WAIT);
            self.connection.put_off(&rejected.of_request(names.rid, names.cid));
        };
        Ok(Permit::take(&self.connection, names).map_err(put_off).ok())
    }

    /// Tells a client that is too fast to wait. That is an error of its own only when it had been told before.
    fn slow_down(&self, early: TooEarly, names: Names) -> Result<(), Rejected> {
        let rejected = Rejected::new(ErrorCode::RateLimited).retry_after(early.wait);
        let rejected = rejected.of_request(names.rid, names.cid);
        if early.again {
            return Err(rejected);
        }
        self.connection.put_off(&rejected);
        Ok(())
    }

    fn pong(&self, rid: Option<&Rid>) {
        self.connection.answer(encode::single(&Pong { rid }));
    }
}

/// Which part of the log a client asks for: the contract allows one bound.
fn range(before: Option<Seq>, after: Option<Seq>) -> Range {
    match (before, after) {
        (Some(before), _) => Range::Before(before),
        (None, Some(after)) => Range::After(after),
        (None, None) => Range::Newest,
    }
}

impl Inbound for Reader {
    fn text(&mut self, text: &str) {
        let Some(_heard) = self.connection.hear() else { return };
        if let Err(rejected) = self.request(text) {
            self.connection.reject(&rejected);
        }
    }

    fn binary(&mut self, _: &[u8]) {
        self.connection.reject(&Rejected::new(ErrorCode::BinaryUnsupported));
    }
}
