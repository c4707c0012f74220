//! The letters that a server with file mail has sent.

use std::path::{Path, PathBuf};

use mail_parser::{Message, MessageParser};

use super::wait::until;

/// A letter, as a mail program would show it.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// The file as it is.
    pub source: String,
}

impl Letter {
    fn read(path: &Path) -> Option<Self> {
        let source = std::fs::read(path).ok()?;
        let letter = MessageParser::default().parse(&source)?;
        Some(Self {
            to: letter.to()?.first()?.address()?.to_owned(),
            subject: letter.subject()?.to_owned(),
            plain: body(letter.body_text(0)),
            html: body(letter.body_html(0)),
            source: text(&letter),
        })
    }

    /// The link in the plain part.
    pub fn link(&self) -> &str {
        let link = self.plain.split_whitespace().find(|word| word.contains("://"));
        link.unwrap_or_else(|| panic!("no link in {:?}", self.plain))
    }

    /// The token at the end of the link.
    pub fn token(&self) -> &str {
        self.link().split_once("?token=").unwrap_or_else(|| panic!("{}", self.link())).1
    }
}

fn body(part: Option<std::borrow::Cow<'_, str>>) -> String {
    part.unwrap_or_default().into_owned()
}

fn text(letter: &Message<'_>) -> String {
    String::from_utf8_lossy(letter.raw_message()).into_owned()
}

/// The folder of letters.
#[derive(Debug, Clone)]
pub struct Mailbox(PathBuf);

impl Mailbox {
    /// The mailbox of the server that keeps its data in `data_dir`.
    pub fn of(data_dir: &Path) -> Self {
        Self(data_dir.join("outbox"))
    }

    /// Every letter there is, in no order.
    pub fn letters(&self) -> Vec<Letter> {
        let Ok(folder) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let paths = folder.map(|entry| entry.unwrap().path());
        // A hidden file is a letter that isn't whole yet.
        let hidden = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with('.');
        let letters =
            paths.filter(|path| !hidden(path) && path.extension().is_some_and(|end| end == "eml"));
        letters.filter_map(|path| Letter::read(&path)).collect()
    }

    /// The letter to `address`, waited for.
    pub async fn letter_to(&self, address: &str) -> Letter {
        let look = async || self.letters().into_iter().find(|letter| letter.to == address);
        until(&format!("a letter to {address}"), look).await
    }
}
