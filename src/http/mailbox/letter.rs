//! A letter in a file.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use mail_parser::{Address, MessageParser};
use serde::Serialize;
use tokio::io::AsyncReadExt;

/// How many letters the list shows.
const NEWEST: usize = 100;

/// How much of a letter is read, in bytes. Ours have a few KiB.
const MAX_BYTES: u64 = 1024 * 1024;

/// A letter, read.
#[derive(Debug, Default, Serialize)]
pub struct Letter {
    /// Its file's name without the ending: how the mailbox calls it.
    pub name: String,
    /// Whom it is from.
    pub from: String,
    /// Whom it is to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// When it was written (RFC 3339), if it says so.
    pub date: String,
    /// Its plain part.
    pub text: String,
    /// Its HTML part, if it has one.
    #[serde(skip)]
    pub html: Option<String>,
}

/// The newest letters in `folder`, newest first. A folder that isn't there yet is an empty one.
pub async fn newest(folder: &Path) -> io::Result<Vec<Letter>> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found: Vec<(SystemTime, String)> = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let Some(name) = entry.file_name().to_str().and_then(name_of_file) else { continue };
        // A letter that is removed meanwhile is one less.
        let Ok(metadata) = entry.metadata().await else { continue };
        found.push((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), name));
    }
    found.sort_unstable_by(|left, right| right.cmp(left));
    let mut letters = Vec::new();
    for (_, name) in found.into_iter().take(NEWEST) {
        letters.extend(named(folder, &name).await);
    }
    Ok(letters)
}

/// The letter called `name`.
pub async fn named(folder: &Path, name: &str) -> Option<Letter> {
    if !is_name(name) {
        return None;
    }
    let file = tokio::fs::File::open(folder.join(format!("{name}.eml"))).await.ok()?;
    let mut raw = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut raw).await.ok()?;
    Some(Letter { name: name.to_owned(), ..parse(&raw) })
}

fn name_of_file(file: &str) -> Option<String> {
    let name = file.strip_suffix(".eml")?;
    is_name(name).then(|| name.to_owned())
}

/// A plain name, that leads out of no folder and is no hidden file.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
    (1..=200).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
}

fn parse(raw: &[u8]) -> Letter {
    let Some(message) = MessageParser::default().parse(raw) else { return Letter::default() };
    // The library makes up the part that is missing from the other; we show what the letter has.
    let html = message.html_part(0).filter(|part| part.is_text_html());
    let html = html.and_then(|part| part.text_contents()).map(ToOwned::to_owned);
    Letter {
        name: String::new(),
        from: written(message.from()),
        to: written(message.to()),
        subject: message.subject().unwrap_or_default().to_owned(),
        date: message.date().map(ToString::to_string).unwrap_or_default(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html,
    }
}

/// `Name <address>` of each, with commas between.
fn written(addresses: Option<&Address<'_>>) -> String {
    let each = addresses.into_iter().flat_map(Address::iter).map(|one| {
        let address = one.address().unwrap_or_default();
        one.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[u8] = b"From: Parlour <parlour@localhost>\r\nTo: ann@example.org\r\n\
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 24 Nov 2026 07:00:36 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nGo to http://localhost/activate?token=3Dab=\r\nc\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Go <a href=\"http://localhost/\">there</a></p>\r\n--x--\r\n";

    #[test]
    fn a_letter_is_read_as_a_mail_program_reads_it() {
        let letter = parse(RAW);
        assert_eq!(letter.from, "Parlour <parlour@localhost>");
        assert_eq!(letter.to, "ann@example.org");
        assert_eq!(letter.subject, "Grüße");
        assert_eq!(letter.date, "2026-11-24T07:00:36Z");
        assert_eq!(letter.text.trim(), "Go to http://localhost/activate?token=abc");
        assert!(letter.html.expect("an HTML part").contains("<a href="));
        assert_eq!(parse(b"Subject: x\r\n\r\nplain").html, None);
    }

    #[tokio::test]
    async fn only_letters_of_the_folder_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let outbox = folder.path().join("outbox");
        assert!(newest(&outbox).await.expect("no letters yet").is_empty());
        std::fs::create_dir(&outbox).expect("a folder");
        std::fs::write(outbox.join("1.eml"), RAW).expect("a file");
        std::fs::write(outbox.join("notes.txt"), "x").expect("a file");
        std::fs::write(outbox.join(".hidden.eml"), RAW).expect("a file");
        std::fs::write(folder.path().join("secret.eml"), RAW).expect("a file");
        let letters = newest(&outbox).await.expect("letters");
        assert_eq!(letters.iter().map(|letter| letter.name.as_str()).collect::<Vec<_>>(), ["1"]);
        for bad in ["", ".hidden", "../secret", "..", "notes.txt", "2", "a/b", "1.eml"] {
            assert!(named(&outbox, bad).await.is_none(), "{bad}");
        }
    }
}
