//! The settings of mail.

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use super::post::{self, MailError};

/// `[mail]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How letters leave: `file` or `smtp`.
    pub transport: Transport,
    /// The SMTP server: `smtps://user:password@host` (TLS from the first byte, port 465),
    /// `smtp://user:password@host:587?tls=required` (STARTTLS), or `smtp://host:25` (in the clear, without a password,
    /// unless it is this machine). Needed when `transport` is `smtp`.
    #[serde(serialize_with = "redacted")]
    pub url: Option<SecretString>,
    /// Whom letters are from: `Name <address>` or a bare address.
    pub from: String,
    /// Whether a server that isn't only reachable from this machine may put its letters into files, where anyone who reads
    /// the data folder can activate accounts.
    pub allow_file_in_public: bool,
}

/// How letters leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Each into a file of its own, `<data_dir>/outbox/….eml`: for trying things out.
    #[default]
    File,
    /// To an SMTP server.
    Smtp,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            transport: Transport::File,
            url: None,
            from: "Parlour <parlour@localhost>".into(),
            allow_file_in_public: false,
        }
    }
}

impl Config {
    /// Whether letters could leave so. Nothing is opened, and nobody is asked.
    pub fn check(&self) -> Result<(), MailError> {
        post::check(self)
    }
}

#[expect(clippy::ref_option, reason = "serde hands over the field")]
fn redacted<S: Serializer>(url: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match url {
        Some(_) => serializer.serialize_some("[redacted]"),
        None => serializer.serialize_none(),
    }
}
