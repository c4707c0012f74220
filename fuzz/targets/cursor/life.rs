//! A socket's life by a script, and what must be true of it.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use actors::connection::socket::{Class, Closed, Inbound, Io, Outbox, Settings};
use arbitrary::Arbitrary;
use bytes::{Bytes, BytesMut};
use domain::Seq;
use tokio::runtime::{Builder, Runtime};
use wire::CloseReason;

use crate::client::{
    LAST, OPEN_TEXT, PING, Received, TEXT, masked, masked_close, receive, server_text,
};
use crate::stream::Stream;

/// The longest text of either side: beyond what the socket's buffers hold at rest, so that they grow and shrink.
const LONGEST: usize = 5_000;

/// What happens, and what the stream makes of it.
#[derive(Debug, Arbitrary)]
pub struct Script {
    answers: Vec<u8>,
    steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Debug, Arbitrary)]
enum Step {
    /// The room says so many frames of about this length, as one chunk.
    Speak { frames: u8, length: u16 },
    /// The client says something of this length, cut in two here if at all.
    Hear { length: u16, cut: Option<u16> },
    /// The client pings.
    Ping { length: u8 },
    /// The client sends what it should not.
    Rubbish(Vec<u8>),
    /// The client closes.
    Leave { code: u16 },
    /// The server closes, whatever is queued.
    Close,
    /// The server closes when all is written.
    Finish,
    /// The task runs, if it was woken.
    Run,
    /// The task runs as another: who was told before is never heard of again.
    RunAsAnother,
    /// The stream can do something again.
    Stir,
    /// The client stops reading, or goes on.
    Stick(bool),
    /// Time passes, in tenths of a second.
    Pass(u8),
}

/// What was said on both sides, and what ended it.
#[derive(Default)]
struct Said {
    frames: Vec<String>,
    texts: Vec<String>,
    pings: Vec<Bytes>,
    /// Somebody closed, or may have.
    ended: bool,
    /// From here on nobody knows what the client said.
    rubbish: bool,
    /// Time passed: whoever takes too long may be cut off.
    passed: bool,
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Inbound for Heard {
    fn text(&mut self, text: &str) {
        self.0.lock().expect("one thread").push(text.to_owned());
    }

    fn binary(&mut self, _: &[u8]) {}
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A socket's task, polled by hand: only when it was woken, so that a wake that is forgotten shows.
struct Task<'a> {
    io: Pin<&'a mut Io<Heard, Stream>>,
    woken: Arc<Woken>,
    closed: Option<Closed>,
    runtime: &'a Runtime,
}

impl Task<'_> {
    fn run_if_woken(&mut self) -> bool {
        let woken = self.woken.0.swap(false, Ordering::SeqCst);
        if woken && self.closed.is_none() {
            let _clock = self.runtime.enter();
            let waker = Waker::from(Arc::clone(&self.woken));
            if let Poll::Ready(closed) = self.io.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.closed = Some(closed);
            }
        }
        woken
    }
}

/// Lives it, then lets peace come until all is through, and looks at what came of it.
pub fn live(script: Script) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let (stream, outbox, heard) = (Stream::new(script.answers), Outbox::new(0), Heard::default());
    let settings = Settings { max_frame_bytes: 2 * LONGEST, ..Settings::default() };
    let clock = runtime.enter();
    let io =
        Io::new(stream.clone(), Bytes::new(), Arc::clone(&outbox), heard.clone(), &settings, None);
    drop(clock);
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let mut task = Task { io: pin!(io), woken, closed: None, runtime: &runtime };
    let mut said = Said::default();
    outbox.open();
    for step in script.steps {
        step.take(&stream, &outbox, &mut task, &mut said);
    }
    stream.stick(false);
    let mut still = 0;
    while still < 10 {
        stream.stir();
        still = if task.run_if_woken() { 0 } else { still + 1 };
    }
    check(&stream, &outbox, &task, &said, &heard.0.lock().expect("one thread"));
}

impl Step {
    fn take(self, stream: &Stream, outbox: &Outbox, task: &mut Task<'_>, said: &mut Said) {
        match self {
            Self::Speak { frames, length } => {
                let mut chunk = BytesMut::new();
                for _ in 0..frames % 4 {
                    let text = format!(
                        "{} {}",
                        said.frames.len(),
                        "x".repeat(usize::from(length) % LONGEST)
                    );
                    chunk.extend_from_slice(&server_text(&text));
                    said.frames.push(text);
                }
                let _ =
                    outbox.push(chunk.freeze(), Seq::new(said.frames.len() as u64), Class::Durable);
            }
            Self::Hear { length, cut } => {
                let text =
                    format!("{} é{}", said.texts.len(), "y".repeat(usize::from(length) % LONGEST));
                match cut {
                    None => stream.send(&masked(TEXT, text.as_bytes())),
                    Some(cut) => {
                        let (first, rest) = text.as_bytes().split_at(usize::from(cut) % text.len());
                        stream.send(&masked(OPEN_TEXT, first));
                        stream.send(&masked(LAST, rest));
                    }
                }
                said.texts.push(text);
            }
            Self::Ping { length } => {
                let payload = Bytes::from(vec![length; usize::from(length) % 126]);
                stream.send(&masked(PING, &payload));
                said.pings.push(payload);
            }
            Self::Rubbish(bytes) => {
                stream.send(&bytes);
                (said.rubbish, said.ended) = (true, true);
            }
            Self::Leave { code } => {
                stream.send(&masked_close(code));
                said.ended = true;
            }
            Self::Close => {
                outbox.close(CloseReason::Internal);
                said.ended = true;
            }
            Self::Finish => {
                outbox.finish(CloseReason::Shutdown);
                said.ended = true;
            }
            Self::Run => drop(task.run_if_woken()),
            Self::RunAsAnother => {
                task.woken = Arc::new(Woken(AtomicBool::new(true)));
                task.run_if_woken();
            }
            Self::Stir => stream.stir(),
            Self::Stick(stuck) => stream.stick(stuck),
            Self::Pass(tenths) => {
                let time = Duration::from_millis(100) * u32::from(tenths);
                task.runtime.block_on(tokio::time::advance(time));
                // It would be woken by the clock, of which a poll by hand hears nothing.
                task.woken.0.store(true, Ordering::SeqCst);
                (said.passed, said.ended) = (true, true);
            }
        }
    }
}

fn check(stream: &Stream, outbox: &Outbox, task: &Task<'_>, said: &Said, heard: &[String]) {
    let Received { texts, pongs, close, rest, .. } = receive(&stream.written()).expect("frames");
    // Whatever happened: what arrived is a beginning of what was said, and so is what was heard.
    assert!(said.frames.starts_with(&texts), "{} of {} frames", texts.len(), said.frames.len());
    if !said.rubbish {
        assert!(said.texts.starts_with(heard), "{heard:?}");
        let mut pings = said.pings.iter();
        assert!(pongs.iter().all(|pong| pings.any(|ping| ping == pong)), "{pongs:?}");
    }
    if !said.ended {
        assert_eq!((task.closed, &close, rest), (None, &None, 0));
        assert_eq!((texts.len(), heard.len()), (said.frames.len(), said.texts.len()));
        assert_eq!(pongs.last(), said.pings.last());
        assert!(outbox.queued_bytes() == 0 && stream.is_all_read(), "something was forgotten");
    }
    // Who isn't cut off by the clock ends at a frame's end, and knows why.
    if !said.passed {
        assert_eq!(rest, 0);
        assert!(task.closed.is_none() || close.is_some(), "{:?}", task.closed);
    }
}
