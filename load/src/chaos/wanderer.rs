//! One client in the storm.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::deed::{Deed, Leave};
use super::mind::Mind;
use super::storm::Storm;
use crate::client::{Act, Client, Phrase, ends};
use crate::record::{Kind, Saw};
use crate::socket::Socket;
use crate::stamp::Stamp;

/// How long a client that left by itself stays away, at most.
const AWAY_MS: u64 = 200;

/// How often a client that says nothing more looks whether it may go.
const LOOK: Duration = Duration::from_millis(20);

/// A client, and what it makes of what it hears.
pub(super) struct Wanderer {
    pub(super) client: Client,
    pub(super) mind: Mind,
    said: u32,
    asked: u64,
    /// Whether the storm knows that it says nothing more.
    settled: bool,
}

/// How a stay in the room ended.
enum Left {
    /// By itself; it comes back soon.
    Itself,
    /// The server ended it, or the connection broke.
    Thrown,
    /// It has all it came for.
    Done,
}

impl Wanderer {
    pub(super) fn new(client: Client, storm: &Rc<Storm>) -> Self {
        let mind = Mind::new(storm);
        Self { client, mind, said: 0, asked: 0, settled: false }
    }

    /// Roams, settles, and ends.
    pub(super) async fn wander(mut self) {
        let give_up = self.mind.storm.give_up;
        let done = timeout_at(give_up, self.roam()).await.unwrap_or(false);
        if !done {
            self.mind.storm.count("unfinished");
        }
        self.mind.storm.left_unsettled(self.mind.memory.pending());
        self.settle();
        self.client.left();
    }

    /// Comes and goes. Whether it ended as it should.
    async fn roam(&mut self) -> bool {
        loop {
            if self.client.closed().is_some_and(ends) {
                self.mind.storm.count("ended");
                return false;
            }
            let Some(socket) = self.arrive().await else { continue };
            match self.stay(socket).await {
                Left::Itself => sleep(Duration::from_millis(fastrand::u64(..AWAY_MS))).await,
                Left::Thrown => sleep(self.mind.comeback.wait()).await,
                Left::Done => return true,
            }
        }
    }

    /// Enters the room, now and then only as far as the door.
    async fn arrive(&mut self) -> Option<Socket> {
        if self.mind.storm.is_roaming() && fastrand::u8(..) < 12 {
            let socket = self.client.open().await.ok()?;
            self.mind.storm.count("left_at_the_door");
            socket.reset();
            self.client.left();
            return None;
        }
        let mind = &mut self.mind;
        let entered = self.client.enter(|heard| mind.hears(&heard)).await;
        if entered.is_ok() {
            self.mind.comeback.arrived();
        } else {
            let wait = self.mind.comeback.wait();
            sleep(wait).await;
        }
        entered.ok()
    }

    async fn stay(&mut self, mut socket: Socket) -> Left {
        for phrase in self.mind.memory.due_again(true) {
            self.again(&socket, &phrase);
        }
        let mut next = Instant::now() + self.mind.storm.next_pause();
        loop {
            let mind = &mut self.mind;
            tokio::select! {
                heard = self.client.hear(&mut socket, |heard| mind.hears(&heard)) => {
                    if let Err(error) = heard {
                        self.client.gone(&error);
                        return Left::Thrown;
                    }
                }
                () = sleep_until(next) => {
                    for phrase in self.mind.memory.due_again(false) {
                        self.again(&socket, &phrase);
                    }
                    if self.mind.storm.is_roaming() {
                        next = Instant::now() + self.mind.storm.next_pause();
                        match self.act(&socket, Deed::draw()).await {
                            Some(leave) => {
                                self.leave(socket, leave).await;
                                return Left::Itself;
                            }
                            None => continue,
                        }
                    }
                    next = Instant::now() + LOOK;
                    if self.is_done() {
                        self.client.witness().rested();
                        self.leave(socket, Leave::Close).await;
                        return Left::Done;
                    }
                }
            }
        }
    }

    /// Whether it has said everything, had its answers, and heard everybody.
    fn is_done(&mut self) -> bool {
        if self.mind.memory.pending() == 0 {
            self.settle();
        }
        self.mind.storm.is_quiet() && self.client.last() >= self.client.room().head()
    }

    fn settle(&mut self) {
        if !std::mem::replace(&mut self.settled, true) {
            self.mind.storm.settled();
        }
    }

    async fn act(&mut self, socket: &Socket, deed: Deed) -> Option<Leave> {
        match deed {
            Deed::Say => self.invent(socket, Kind::Message),
            Deed::Edit => self.invent(socket, Kind::Edited),
            Deed::Delete => self.invent(socket, Kind::Deleted),
            Deed::React => self.invent(socket, Kind::Reaction),
            Deed::Retry => {
                if let Some(phrase) = self.mind.memory.something_said() {
                    self.again(socket, &phrase);
                }
            }
            Deed::Page => self.page(socket),
            Deed::Ping => socket.writer().tell(br#"{"type":"ping"}"#),
            Deed::Doze(time) => {
                self.mind.storm.count("dozes");
                sleep(time).await;
            }
            Deed::Leave(leave) => return Some(leave),
        }
        None
    }

    pub(super) fn invent(&mut self, socket: &Socket, kind: Kind) {
        if let Some(phrase) = self.phrase(kind) {
            self.say(socket, &phrase);
            self.mind.memory.says(phrase);
        }
    }

    /// Something new to say, if it may say more.
    pub(super) fn phrase(&mut self, kind: Kind) -> Option<Phrase> {
        if !self.mind.memory.may_say_more() {
            return None;
        }
        let millis = u64::try_from(self.mind.storm.setup.clock.now().millis()).unwrap_or(0);
        let publisher = u32::try_from(self.client.number()).unwrap_or(u32::MAX);
        let mut cid = String::with_capacity(Stamp::LENGTH);
        Stamp { millis, publisher, number: self.said, due: 0 }.write(&mut cid);
        self.said = self.said.wrapping_add(1);
        let act: Act = self.mind.memory.invent(kind, &cid)?;
        Some(Phrase { cid, act })
    }

    fn again(&mut self, socket: &Socket, phrase: &Phrase) {
        self.mind.storm.count("retries");
        self.say(socket, phrase);
    }

    pub(super) fn say(&mut self, socket: &Socket, phrase: &Phrase) {
        self.client.witness().says(phrase);
        self.mind.storm.setup.counts.add(|totals| totals.sent += 1);
        // What the socket doesn't take is said again, as all that stays unanswered.
        socket.writer().tell(phrase.to_text().as_bytes());
    }

    fn page(&mut self, socket: &Socket) {
        self.mind.storm.count("pages");
        self.asked += 1;
        let (rid, limit) = (self.asked, fastrand::u16(1..=200));
        let place = fastrand::u64(..=self.client.last().get() + 1);
        let (side, before, after) = if fastrand::bool() {
            ("before", Some(place), None)
        } else {
            ("after", None, Some(place))
        };
        self.client.witness().saw(Saw::Asked { rid, before, after });
        let text = format!(r#"{{"type":"history","{side}":{place},"limit":{limit},"rid":{rid}}}"#);
        socket.writer().tell(text.as_bytes());
    }
}
