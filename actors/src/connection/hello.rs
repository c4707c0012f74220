//! The first frame of every socket.

use domain::Seq;
use tokio::time::Instant;
use wire::frame::{Author, Hello, Limits};
use wire::{VERSION, encode};

use super::Connection;
use super::socket::Settings;

/// Greets the client. It goes on from `since`, where it can, else from the room's `head`.
pub(super) fn greet(connection: &Connection, since: Option<Seq>, head: Seq, online: u64) {
    let Connection { room, context, .. } = connection;
    let person = connection.person();
    let user =
        person.as_ref().map(|person| Author { id: person.id, username: person.username.as_str() });
    let expires_in = connection.expires.map(|at| at.duration_since(Instant::now()).as_secs());
    let hello = Hello {
        v: VERSION,
        room: room.name().as_str(),
        user,
        conn: connection.id,
        epoch: room.epoch(),
        seq: head,
        recovered: since.is_some(),
        online,
        ping: Settings::default().ping_after.as_secs(),
        expires_in,
        now: context.clock.now(),
        limits: Limits {
            message: usize::try_from(context.rooms.max_message_chars).unwrap_or(usize::MAX),
            frame: usize::try_from(context.sockets.max_frame_bytes).unwrap_or(usize::MAX),
        },
    };
    connection.answer(encode::single(&hello));
    connection.outbox.set_last_seq(since.unwrap_or(head));
    connection.set_greeted();
}
