//! A room's events, for people.

use std::io::Write;

use store::log::{Event, Happening};

use crate::cli::moment::moment;
use crate::cli::{CliError, output};

/// Writes `events`, under a heading if they are the first.
pub fn write(events: &[Event], is_first: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let row = |event: &Event| {
        let author = event.author.as_ref().map_or("-", |author| author.username.as_str());
        [event.seq.to_string(), moment(event.ts), author.to_owned(), words(&event.happening)]
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    Ok(output::table(out, ["SEQ", "TIME", "WHO", "WHAT"], &rows, is_first)?)
}

/// What happened, on one line.
fn words(happening: &Happening) -> String {
    let text = |body: Option<&str>| body.map_or_else(|| "(deleted)".to_owned(), in_one_line);
    match happening {
        Happening::Message { body, reply_to, edited } => {
            let answer = reply_to.map(|seq| format!("[to {seq}] ")).unwrap_or_default();
            let edited = if edited.is_some() && body.is_some() { " (edited)" } else { "" };
            format!("{answer}{}{edited}", text(body.as_deref()))
        }
        Happening::Edited { id, body } => format!("[edits {id}] {}", text(body.as_deref())),
        Happening::Deleted { id } => format!("[deletes {id}]"),
        Happening::Reaction { id, emoji, on: true } => format!("[reacts to {id}] {emoji}"),
        Happening::Reaction { id, emoji, on: false } => format!("[takes back from {id}] {emoji}"),
    }
}

/// `text` without what would break the line, or steer the terminal.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

#[cfg(test)]
mod tests {
    use domain::{Emoji, Seq, Timestamp};

    use super::*;

    #[test]
    fn every_happening_is_one_line() {
        let id = Seq::new(3);
        let said = |body: Option<&str>, reply_to, edited| {
            let body = body.map(str::to_owned);
            words(&Happening::Message { body, reply_to, edited })
        };
        assert_eq!(said(Some("hi\n\u{1b}[2J"), None, None), "hi\\n\\u{1b}[2J");
        assert_eq!(said(Some("hi"), Some(id), Some(Timestamp::default())), "[to 3] hi (edited)");
        assert_eq!(said(None, None, Some(Timestamp::default())), "(deleted)");
        assert_eq!(words(&Happening::Edited { id, body: None }), "[edits 3] (deleted)");
        assert_eq!(words(&Happening::Deleted { id }), "[deletes 3]");
        let reaction = |on| {
            let emoji = Emoji::parse("+1").expect("an emoji");
            words(&Happening::Reaction { id, emoji, on })
        };
        assert_eq!(
            [reaction(true), reaction(false)],
            ["[reacts to 3] +1", "[takes back from 3] +1"]
        );
    }
}
