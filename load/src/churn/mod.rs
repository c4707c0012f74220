//! `churn`: people come, say something, and go, again and again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::client::{Act, Client, Comeback, Heard, Phrase, Room, ends};
use crate::measure::{Latency, Span};
use crate::socket::{Socket, SocketError};
use crate::stamp::Stamp;
use crate::{LoadError, Report, Setup};

/// How long a server may take to answer what is said, and to end a socket that has said goodbye.
const PATIENCE: Duration = Duration::from_secs(10);

/// The goodbye of a client that has nothing more to say (RFC 6455, 7.4.1).
const NORMAL: u16 = 1000;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many people come and go at once.
    pub clients: usize,
    /// Over how many rooms they are spread.
    pub rooms: usize,
    /// How many bytes they say.
    pub payload: usize,
    /// For how long.
    pub duration: Duration,
}

/// What all who come and go share.
struct Street {
    setup: Rc<Setup>,
    text: String,
    until: Instant,
    hello: RefCell<Latency>,
    ack: RefCell<Latency>,
    cycles: Cell<u64>,
    unsettled: Cell<u64>,
}

/// Runs it. Figures: `cycles_per_second`, `cycles_per_cpu_second` (of the server).
pub(crate) async fn run(options: Options, setup: &Rc<Setup>) -> Result<Report, LoadError> {
    if options.clients == 0 || options.rooms == 0 || options.payload == 0 {
        return Err(LoadError::Options("there must be clients, rooms, and something to say"));
    }
    let rooms: Vec<_> =
        setup.room_names(options.rooms)?.into_iter().map(|name| Rc::new(Room::new(name))).collect();
    let street = Rc::new(Street {
        setup: Rc::clone(setup),
        text: "x".repeat(options.payload),
        until: Instant::now() + options.duration,
        hello: RefCell::new(Latency::new()),
        ack: RefCell::new(Latency::new()),
        cycles: Cell::new(0),
        unsettled: Cell::new(0),
    });
    let span = Span::begin(setup)?;
    let mut tasks = JoinSet::new();
    for (number, room) in (0..options.clients).zip(rooms.iter().cycle()) {
        let client = Client::new(setup, number, room)?;
        tasks.spawn_local(come_and_go(client, Rc::clone(&street)));
    }
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    let spent = span.end(setup);

    let mut report = Report::new("churn", &spent, &setup.counts);
    report.latency("hello", &street.hello.borrow());
    report.latency("ack", &street.ack.borrow());
    report.per_second("cycles", street.cycles.get());
    report.unsettled = street.unsettled.get();
    Ok(report)
}

async fn come_and_go(mut client: Client, street: Rc<Street>) {
    let mut comeback = Comeback::new(Duration::MAX);
    let mut said = 0;
    while Instant::now() < street.until {
        client.forget();
        let began = Instant::now();
        let Ok(mut socket) = client.enter(|_| ()).await else {
            if client.closed().is_some_and(ends) {
                return;
            }
            sleep(comeback.wait()).await;
            continue;
        };
        comeback.arrived();
        street.hello.borrow_mut().record(began.elapsed());
        let phrase = street.phrase(client.number(), &mut said);
        match say(&mut client, &mut socket, &phrase, &street).await {
            Ok(()) => {
                street.cycles.set(street.cycles.get() + 1);
                leave(&mut client, socket).await;
            }
            Err(error) => {
                street.unsettled.set(street.unsettled.get() + 1);
                client.gone(&error);
            }
        }
    }
}

/// Says `phrase` until it is stored, or refused for good.
async fn say(
    client: &mut Client,
    socket: &mut Socket,
    phrase: &Phrase,
    street: &Street,
) -> Result<(), SocketError> {
    let (due, text) = (Instant::now(), phrase.to_text());
    let deadline = due + PATIENCE;
    loop {
        client.witness().says(phrase);
        socket.writer().tell(text.as_bytes());
        street.setup.counts.add(|totals| totals.sent += 1);
        let (mut stored, mut refused) = (false, None);
        while !stored && refused.is_none() {
            let hears = client.hear(socket, |heard| match heard {
                Heard::Ack { cid, .. } | Heard::Event { cid: Some(cid), .. } => {
                    stored |= cid == phrase.cid;
                }
                Heard::Refused(trouble) if trouble.cid.as_ref() == Some(&phrase.cid) => {
                    refused = Some(trouble);
                }
                _ => {}
            });
            timeout_at(deadline, hears).await.unwrap_or(Err(SocketError::TimedOut))?;
        }
        match refused.filter(|_| !stored) {
            None => {
                street.ack.borrow_mut().record(due.elapsed());
                return Ok(());
            }
            Some(trouble) if trouble.is_passing() => sleep(trouble.wait()).await,
            Some(_) => return Ok(()),
        }
    }
}

/// Says goodbye and waits until the server has ended the socket.
async fn leave(client: &mut Client, mut socket: Socket) {
    socket.writer().close(NORMAL);
    let end = async { while client.hear(&mut socket, |_| ()).await.is_ok() {} };
    // A server that doesn't say goodbye is left all the same.
    let _ = timeout(PATIENCE, end).await;
    client.left();
}

impl Street {
    fn phrase(&self, client: usize, said: &mut u32) -> Phrase {
        let millis = u64::try_from(self.setup.clock.now().millis()).unwrap_or(0);
        let publisher = u32::try_from(client).unwrap_or(u32::MAX);
        let mut cid = String::with_capacity(Stamp::LENGTH);
        Stamp { millis, publisher, number: *said, due: 0 }.write(&mut cid);
        *said = said.wrapping_add(1);
        Phrase { cid, act: Act::Say { text: self.text.clone(), reply_to: None } }
    }
}
