//! How letters leave: into files, or to an SMTP server.

mod files;
mod smtp;

use std::path::Path;

use lettre::Message;
use lettre::message::Mailbox;
use store::outbox::Letter;

use self::files::Files;
use self::smtp::Smtp;
use super::{Config, Transport};

/// Why letters can't leave as `[mail]` says.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// `mail.from` is no address.
    #[error("mail.from is no address")]
    From(#[source] lettre::address::AddressError),
    /// There is no SMTP server to send to.
    #[error("mail.url is missing: the SMTP server to send to")]
    NoUrl,
    /// `mail.url` names no SMTP server. (What it says stays untold: it may hold a password.)
    #[error(
        "mail.url names no SMTP server; write smtps://user:password@host or smtp://host:port?tls=required"
    )]
    Url,
    /// A password would travel in the clear.
    #[error("mail.url has a password but no TLS; write smtps:// or add ?tls=required")]
    PasswordInTheClear,
    /// The folder for letters can't be made.
    #[error("the folder for letters can't be made: {0}")]
    Folder(#[source] std::io::Error),
}

/// Why one letter didn't leave.
#[derive(Debug, thiserror::Error)]
pub(super) enum PostError {
    /// Its file couldn't be written.
    #[error("the letter's file can't be written: {0}")]
    File(#[from] std::io::Error),
    /// The SMTP server, or the way to it.
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// How letters leave, and whom they are from.
pub(crate) struct Post {
    from: Mailbox,
    way: Way,
}

enum Way {
    Files(Files),
    Smtp(Smtp),
}

/// Whether [`Post::open`] could do as `config` says, as far as that can be told without doing it.
pub(super) fn check(config: &Config) -> Result<(), MailError> {
    config.from.parse::<Mailbox>().map_err(MailError::From)?;
    match config.transport {
        Transport::File => Ok(()),
        Transport::Smtp => Smtp::check(config.url.as_ref().ok_or(MailError::NoUrl)?),
    }
}

impl Post {
    /// As `config` says. Files go into `<data_dir>/outbox`.
    pub(crate) fn open(config: &Config, data_dir: &Path) -> Result<Self, MailError> {
        let from = config.from.parse().map_err(MailError::From)?;
        let way = match config.transport {
            Transport::File => Way::Files(Files::open(data_dir.join("outbox"))?),
            Transport::Smtp => Way::Smtp(Smtp::open(config.url.as_ref().ok_or(MailError::NoUrl)?)?),
        };
        Ok(Self { from, way })
    }

    /// Whom letters are from.
    pub(super) fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Sends a letter. Sent again, a file is replaced, and a mail has the same Message-ID.
    pub(super) async fn send(&self, letter: &Letter, message: Message) -> Result<(), PostError> {
        match &self.way {
            Way::Files(files) => Ok(files.write(letter, &message.formatted()).await?),
            Way::Smtp(smtp) => Ok(smtp.send(message).await?),
        }
    }
}
