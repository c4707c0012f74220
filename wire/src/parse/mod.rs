//! A client's text, understood.

mod fields;
#[cfg(test)]
mod tests;

use domain::{Cid, Emoji, Seq};
use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;

use crate::{ClientCommand, ErrorCode, Rejected, Request, Rid};
use fields::Fields;

/// Understands one text frame of a client: `{"type": …}`, or the old clients' `{"message": "hi"}`. Fields that the
/// command doesn't know are ignored, `null` is as good as absent.
///
/// # Errors
///
/// [`Rejected`] is the answer to send, with the rid and cid of the request wherever they could be read:
/// `invalid_json`, `unknown_type` or `invalid_field`.
pub fn parse(text: &str) -> Result<Request, Rejected> {
    let fields: Fields<'_> =
        serde_json::from_str(text).map_err(|_| Rejected::new(ErrorCode::InvalidJson))?;
    let (rid, cid) = (rid(&fields), cid(&fields));
    let names = (rid.clone().unwrap_or_default(), cid.clone().unwrap_or_default());
    let request = || {
        if let Some(field) = fields.twice {
            return Err(Rejected::of_field(field, "This field is given twice"));
        }
        Ok(Request { rid: rid?, command: command(&fields, cid?)? })
    };
    request().map_err(|rejected| rejected.of_request(names.0, names.1))
}

fn command(fields: &Fields<'_>, cid: Option<Cid>) -> Result<ClientCommand, Rejected> {
    let kind: Option<String> = read("type", fields.kind, "Must be a text")?;
    match kind.as_deref() {
        Some("message") => message(fields, cid),
        None if fields.message.is_some() => message(fields, cid),
        Some("edit") => edit(fields, cid),
        Some("delete") => Ok(ClientCommand::Delete { id: id(fields)?, cid }),
        Some("react") => react(fields, cid),
        Some("history") => history(fields),
        Some("ping") => Ok(ClientCommand::Ping),
        Some(_) => Err(Rejected::new(ErrorCode::UnknownType)),
        None => Err(Rejected::of_field("type", REQUIRED)),
    }
}

fn message(fields: &Fields<'_>, cid: Option<Cid>) -> Result<ClientCommand, Rejected> {
    let message = required("message", fields.message, "Must be a text")?;
    let reply_to = place("reply_to", fields.reply_to)?;
    if reply_to == Some(Seq::ZERO) {
        return Err(Rejected::of_field("reply_to", "No message has this id"));
    }
    Ok(ClientCommand::Message { message, cid, reply_to })
}

fn edit(fields: &Fields<'_>, cid: Option<Cid>) -> Result<ClientCommand, Rejected> {
    let id = id(fields)?;
    let message = required("message", fields.message, "Must be a text")?;
    Ok(ClientCommand::Edit { id, message, cid })
}

fn react(fields: &Fields<'_>, cid: Option<Cid>) -> Result<ClientCommand, Rejected> {
    let id = id(fields)?;
    let words = "Must be an emoji of at most 64 bytes";
    let emoji: String = required("emoji", fields.emoji, words)?;
    let emoji = Emoji::parse(&emoji).map_err(|_| Rejected::of_field("emoji", words))?;
    let on = read("on", fields.on, "Must be true or false")?.unwrap_or(true);
    Ok(ClientCommand::React { id, emoji, on, cid })
}

/// The message that a command is about.
fn id(fields: &Fields<'_>) -> Result<Seq, Rejected> {
    let id = place("id", fields.id)?;
    let id = id.ok_or_else(|| Rejected::of_field("id", REQUIRED))?;
    if id == Seq::ZERO {
        return Err(Rejected::of_field("id", "No message has this id"));
    }
    Ok(id)
}

fn history(fields: &Fields<'_>) -> Result<ClientCommand, Rejected> {
    let (before, after) = (place("before", fields.before)?, place("after", fields.after)?);
    if before.is_some() && after.is_some() {
        return Err(Rejected::of_field("after", "Give either before or after"));
    }
    let words = "Must be a positive whole number";
    let limit: u64 = read("limit", fields.limit, words)?.unwrap_or(u64::from(DEFAULT));
    if limit == 0 {
        return Err(Rejected::of_field("limit", words));
    }
    let limit = u16::try_from(limit).map_or(MOST, |limit| limit.min(MOST));
    Ok(ClientCommand::History { before, after, limit })
}

const REQUIRED: &str = "This field is required";
const DEFAULT: u16 = ClientCommand::DEFAULT_HISTORY;
const MOST: u16 = ClientCommand::MAX_HISTORY;

fn rid(fields: &Fields<'_>) -> Result<Option<Rid>, Rejected> {
    /// What JSON writes for a rid.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(Number),
        Text(String),
    }

    let words = "Must be a number, or a text of at most 64 characters";
    match read("rid", fields.rid, words)? {
        None => Ok(None),
        Some(Written::Number(number)) => Ok(Some(Rid::Number(number))),
        Some(Written::Text(text)) => {
            Rid::text(&text).map(Some).ok_or_else(|| Rejected::of_field("rid", words))
        }
    }
}

fn cid(fields: &Fields<'_>) -> Result<Option<Cid>, Rejected> {
    let words = "Must be a text of 1 to 64 characters";
    let text: Option<String> = read("cid", fields.cid, words)?;
    let cid = text.map(|text| Cid::parse(&text)).transpose();
    cid.map_err(|_| Rejected::of_field("cid", words))
}

fn place(name: &'static str, value: Option<&RawValue>) -> Result<Option<Seq>, Rejected> {
    Ok(read(name, value, "Must be a whole number, not negative")?.map(Seq::new))
}

/// The field's value, or `words` about the field when it isn't of this type.
fn required<'a, T: Deserialize<'a>>(
    name: &'static str,
    value: Option<&'a RawValue>,
    words: &'static str,
) -> Result<T, Rejected> {
    read(name, value, words)?.ok_or_else(|| Rejected::of_field(name, REQUIRED))
}

/// The field's value, if it is there, or `words` about the field when it isn't of this type.
fn read<'a, T: Deserialize<'a>>(
    name: &'static str,
    value: Option<&'a RawValue>,
    words: &'static str,
) -> Result<Option<T>, Rejected> {
    let value = value.map(|value| serde_json::from_str(value.get())).transpose();
    value.map_err(|_| Rejected::of_field(name, words))
}
