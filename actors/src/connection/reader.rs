//! What a client says, taken straight out of its socket's I/O task.

use std::sync::Arc;
use std::time::Duration;

use domain::{Action, Body, Cid, Seq};
use store::{Change, Command};
use wire::frame::Pong;
use wire::{ClientCommand, ErrorCode, Rejected, Request, Rid, encode};

use super::limiter::Limiter;
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
        match command {
            ClientCommand::Message { message, cid, reply_to } => {
                self.message(&message, reply_to, Names { rid, cid, wants_ack })
            }
            ClientCommand::History { before, after, limit } => {
                let names = Names { rid, cid: None, wants_ack };
                let permit = self.permit(Action::Read, names)?;
                history::answer(&self.connection, history::range(before, after), limit, permit);
                Ok(())
            }
            ClientCommand::Ping => match self.pings.count() {
                Ok(()) => {
                    self.pong(rid.as_ref());
                    Ok(())
                }
                Err(early) => {
                    let rejected = Rejected::new(ErrorCode::RateLimited).retry_after(early);
                    Err(rejected.of_request(rid, None))
                }
            },
        }
    }

    fn message(&self, text: &str, reply_to: Option<Seq>, names: Names) -> Result<(), Rejected> {
        let most = usize::try_from(self.connection.context.rooms.max_message_chars);
        let body = match Body::parse(text, most.unwrap_or(usize::MAX)) {
            Ok(body) => body,
            Err(error) => return Err(Rejected::of_body(error).of_request(names.rid, names.cid)),
        };
        let context = &self.connection.context;
        // What has a cid can be sent again, so what comes without one gets one.
        let mint = || Cid::mint(context.clock.now(), &*context.entropy);
        let cid = names.cid.clone().unwrap_or_else(mint);
        let permit = self.permit(Action::Publish, Names { cid: Some(cid.clone()), ..names })?;
        let command = Command {
            room: self.connection.room.id(),
            author: self.connection.user(),
            cid: Some(cid),
            change: Change::Message { body, reply_to },
            trace: self.connection.trace,
        };
        let room = Arc::clone(&self.connection.room);
        context.log.submit(Draft { command, room, author: self.connection.person(), permit });
        Ok(())
    }

    /// The right to have a request worked on: the client may do this, isn't too fast, and hasn't too many unanswered.
    fn permit(&self, action: Action, names: Names) -> Result<Permit, Rejected> {
        if !self.connection.may(action) {
            return Err(Rejected::new(ErrorCode::Forbidden).of_request(names.rid, names.cid));
        }
        if let Err(early) = self.limiter.count() {
            let rejected = Rejected::new(ErrorCode::RateLimited).retry_after(early);
            return Err(rejected.of_request(names.rid, names.cid));
        }
        Permit::take(&self.connection, names).map_err(|names| {
            let rejected = Rejected::new(ErrorCode::RateLimited).retry_after(WINDOW_WAIT);
            rejected.of_request(names.rid, names.cid)
        })
    }

    fn pong(&self, rid: Option<&Rid>) {
        self.connection.answer(encode::single(&Pong { rid }));
    }
}

impl Inbound for Reader {
    fn text(&mut self, text: &str) {
        if let Err(rejected) = self.request(text) {
            self.connection.reject(&rejected);
        }
    }

    fn binary(&mut self) {
        self.connection.reject(&Rejected::new(ErrorCode::BinaryUnsupported));
    }
}
