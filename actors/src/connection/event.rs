//! What the log holds, as frames.

use domain::{Cid, Emoji};
use store::log::{self, Happening, Tally};
use wire::frame::{self, Author, Deleted, Edited, Event, Message, Reaction};

/// The frame of an event, as it reads now.
#[must_use]
pub fn frame(event: &log::Event) -> Event<'_> {
    let (seq, ts, cid) = (event.seq, event.ts, event.cid.as_ref().map(Cid::as_str));
    let user = author(event);
    match &event.happening {
        Happening::Message { .. } => Event::Message(message(event, &[])),
        Happening::Edited { id, body } => {
            let (message, deleted) = text(body.as_deref());
            Event::Edited(Edited { seq, id: *id, cid, user, message, deleted, ts })
        }
        Happening::Deleted { id } => Event::Deleted(Deleted { seq, id: *id, cid, user, ts }),
        Happening::Reaction { id, emoji, on } => {
            let (id, emoji, on) = (*id, Emoji::as_str(emoji), *on);
            Event::Reaction(Reaction { seq, id, cid, user, emoji, on, ts })
        }
    }
}

/// The frame of a message, with how people react to it.
pub(super) fn message<'a>(event: &'a log::Event, reactions: &'a [frame::Tally<'a>]) -> Message<'a> {
    let (body, reply_to, edited) = match &event.happening {
        Happening::Message { body, reply_to, edited } => (body.as_deref(), *reply_to, *edited),
        _ => (None, None, None),
    };
    let (message, deleted) = text(body);
    Message {
        seq: event.seq,
        id: event.seq,
        cid: event.cid.as_ref().map(Cid::as_str),
        user: author(event),
        message,
        reply_to,
        edited,
        deleted,
        reactions,
        ts: event.ts,
    }
}

/// How people react, as frames say it.
pub(super) fn tally(tally: &Tally) -> frame::Tally<'_> {
    frame::Tally { emoji: tally.emoji.as_str(), count: tally.count, mine: tally.mine }
}

fn author(event: &log::Event) -> Option<Author<'_>> {
    let author = event.author.as_ref()?;
    Some(Author { id: author.id, username: author.username.as_str() })
}

/// A message's text, and whether it is deleted: then it has none.
fn text(body: Option<&str>) -> (&str, bool) {
    (body.unwrap_or_default(), body.is_none())
}
