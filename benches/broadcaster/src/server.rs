//! All clients, and what goes between them.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::connection::{Connection, Heard};
use crate::frame::{self, TEXT};

const LISTENER: Token = Token(usize::MAX);

/// How many sockets one look tells of at most.
const EVENTS: usize = 1024;

/// How much is read at once.
const BUFFER: usize = 64 * 1024;

/// A room: who is in it, and what goes to them at the end of this look.
#[derive(Debug, Default)]
struct Room {
    members: Vec<usize>,
    pending: Vec<u8>,
}

/// The broadcaster.
#[derive(Debug)]
pub struct Server {
    poll: Poll,
    listener: TcpListener,
    connections: Slab<Connection>,
    rooms: HashMap<String, Room>,
    /// The rooms to which something is to be sent.
    dirty: Vec<String>,
    gone: Vec<usize>,
    buffer: Vec<u8>,
}

impl Server {
    /// Listens at `address`.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let (poll, mut listener) = (Poll::new()?, TcpListener::bind(address)?);
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        Ok(Self {
            poll,
            listener,
            connections: Slab::new(),
            rooms: HashMap::new(),
            dirty: Vec::new(),
            gone: Vec::new(),
            buffer: vec![0; BUFFER],
        })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Broadcasts, until epoll fails.
    pub fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            match self.poll.poll(&mut events, None) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in &events {
                if event.token() == LISTENER {
                    self.accept();
                } else {
                    self.look(event.token().0, event.is_readable(), event.is_writable());
                }
            }
            self.send();
            self.bury();
        }
    }

    fn accept(&mut self) {
        // An error is "no more", or a client that is gone already, or no descriptor: the next one asks again.
        while let Ok((mut stream, _)) = self.listener.accept() {
            // Where it can't be set the client is gone.
            let _ = stream.set_nodelay(true);
            let entry = self.connections.vacant_entry();
            let interest = Interest::READABLE | Interest::WRITABLE;
            if self.poll.registry().register(&mut stream, Token(entry.key()), interest).is_ok() {
                entry.insert(Connection::new(stream));
            }
        }
    }

    fn look(&mut self, key: usize, readable: bool, writable: bool) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let flushed = if writable { connection.flush() } else { Ok(()) };
        let heard = flushed.and_then(|()| {
            if readable { connection.read(&mut self.buffer) } else { Ok(Heard::default()) }
        });
        let Ok(heard) = heard else {
            self.gone.push(key);
            return;
        };
        let Some(name) = connection.room() else { return };
        if heard.entered {
            self.rooms.entry(name.to_owned()).or_default().members.push(key);
        }
        let Some(room) = self.rooms.get_mut(name).filter(|_| !heard.texts.is_empty()) else {
            return;
        };
        if room.pending.is_empty() {
            self.dirty.push(name.to_owned());
        }
        for text in heard.texts {
            frame::put(&mut room.pending, TEXT, &text);
        }
    }

    /// One write a member.
    fn send(&mut self) {
        for name in self.dirty.drain(..) {
            let Some(room) = self.rooms.get_mut(&name) else { continue };
            for key in &room.members {
                if let Some(connection) = self.connections.get_mut(*key)
                    && connection.write(&room.pending).is_err()
                {
                    self.gone.push(*key);
                }
            }
            room.pending.clear();
        }
    }

    fn bury(&mut self) {
        for key in self.gone.drain(..) {
            let Some(mut connection) = self.connections.try_remove(key) else { continue };
            // Closing it does the same.
            let _ = self.poll.registry().deregister(connection.stream());
            if let Some(room) = connection.room().and_then(|name| self.rooms.get_mut(name)) {
                room.members.retain(|member| *member != key);
            }
        }
    }
}
