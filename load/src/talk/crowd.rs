//! Everybody of a run, in their seats.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use domain::Seq;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Stage;
use super::ear::Ear;
use super::voice::Voice;
use crate::LoadError;
use crate::client::{Room, Witness};
use crate::socket::{SocketError, Upgrade};

/// How many sockets are being opened at once.
const DOORS: usize = 64;

/// How long a socket may take to be greeted once it is being opened.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who sits where.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    /// The client's number: its token, its source address, its name on the record.
    pub number: u32,
    pub room: Rc<Room>,
    /// Whether it also speaks.
    pub speaks: bool,
}

/// All the listeners, each in a task of its own. They end when this is dropped.
pub(crate) struct Crowd {
    /// Those who speak.
    pub voices: Vec<Rc<Voice>>,
    members: Vec<Member>,
    // Held: dropping it ends the tasks.
    _tasks: JoinSet<()>,
}

struct Member {
    room: Rc<Room>,
    witness: Rc<RefCell<Witness>>,
    last: Rc<Cell<Seq>>,
}

/// Somebody sits, or doesn't.
type Report = Result<Option<Rc<Voice>>, SocketError>;

impl Crowd {
    /// Opens a socket for each seat and waits until all are greeted.
    ///
    /// # Errors
    ///
    /// When one couldn't be opened.
    pub(crate) async fn gather(stage: &Rc<Stage>, seats: Vec<Seat>) -> Result<Self, LoadError> {
        let (wanted, doors) = (seats.len(), Arc::new(Semaphore::new(DOORS)));
        let (reports, mut reported) = mpsc::channel(wanted.max(1));
        let (mut members, mut tasks) = (Vec::with_capacity(wanted), JoinSet::new());
        for seat in seats {
            let witness = Witness::new(stage.setup.recording.as_ref(), seat.number, &seat.room);
            let witness = Rc::new(RefCell::new(witness));
            let last = Rc::new(Cell::new(Seq::ZERO));
            let ear = Ear::new(stage, &seat.room, &witness, &last);
            members.push(Member { room: Rc::clone(&seat.room), witness, last });
            tasks.spawn_local(sit(ear, seat, Arc::clone(&doors), reports.clone()));
        }
        drop(reports);
        let (mut voices, mut missing, mut first) = (Vec::new(), 0, None);
        for _ in 0..wanted {
            match reported.recv().await {
                Some(Ok(voice)) => voices.extend(voice),
                Some(Err(error)) => {
                    missing += 1;
                    first.get_or_insert_with(|| error.to_string());
                }
                None => break,
            }
        }
        match first {
            Some(first) => Err(LoadError::Sockets { missing, wanted, first }),
            None => Ok(Self { voices, members, _tasks: tasks }),
        }
    }

    /// Waits until everybody has heard what anybody was told of, at most for `patience`, and puts it on record that nobody
    /// will hear more. Only where the run is recorded.
    pub(crate) async fn rest(&self, stage: &Stage, patience: Duration) {
        if stage.setup.recording.is_none() {
            return;
        }
        let heard = |member: &Member| member.last.get() >= member.room.head();
        stage.until(patience, || self.members.iter().all(heard)).await;
        for member in &self.members {
            let mut witness = member.witness.borrow_mut();
            witness.rested();
            witness.closed(None);
        }
    }
}

/// Opens a socket, reports, and listens until it ends.
async fn sit(mut ear: Ear, seat: Seat, doors: Arc<Semaphore>, reports: mpsc::Sender<Report>) {
    let setup = Rc::clone(&ear.stage.setup);
    let number = seat.number as usize;
    let token = setup.tokens.as_ref().and_then(|tokens| tokens.of(number));
    let open = async {
        // Never closed.
        let _door = doors.acquire().await;
        ear.witness.borrow_mut().opened(token, None);
        let upgrade = Upgrade {
            target: &setup.target,
            number,
            room: seat.room.name(),
            token: token.map(|token| &token.secret),
            resume: None,
            receive_buffer: None,
        };
        let mut socket = upgrade.open().await?;
        let greeted = timeout(PATIENCE, ear.greeted(&mut socket)).await;
        greeted.unwrap_or(Err(SocketError::TimedOut)).map(|()| socket)
    };
    // There is room for every report; only a run that has been given up takes none.
    let mut socket = match open.await {
        Ok(socket) => socket,
        Err(error) => {
            let _ = reports.try_send(Err(error));
            return;
        }
    };
    setup.counts.add(|totals| totals.open += 1);
    if seat.speaks {
        ear.voice = Some(Voice::new(&ear.stage, seat.number, socket.writer(), &ear.witness));
    }
    let _ = reports.try_send(Ok(ear.voice.clone()));
    drop(reports);
    let error = ear.listen(&mut socket).await;
    ear.gone(&error);
}
