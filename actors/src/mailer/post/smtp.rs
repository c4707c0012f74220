//! Letters to an SMTP server.

use std::time::Duration;

use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::MailError;

/// How long the server may take for each step. RFC 5321 (4.5.3.2) allows minutes; a letter that is tried again loses less
/// by giving up earlier.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many connections are kept at most, and for how long without a letter.
const CONNECTIONS: u32 = 4;
/// See [`CONNECTIONS`].
const IDLE: Duration = Duration::from_mins(1);

/// An SMTP server, over a few connections that are kept.
pub(super) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// The server that `url` names. Nothing is sent yet: it need not be up.
    pub(super) fn open(url: &SecretString) -> Result<Self, MailError> {
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        Ok(Self(builder(url)?.timeout(Some(PATIENCE)).pool_config(pool).build()))
    }

    /// Whether `url` names a server.
    pub(super) fn check(url: &SecretString) -> Result<(), MailError> {
        builder(url).map(drop)
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), Error> {
        self.0.send(message).await.map(drop)
    }
}

fn builder(url: &SecretString) -> Result<AsyncSmtpTransportBuilder, MailError> {
    let url = url.expose_secret();
    let parsed = Url::parse(url).map_err(|_| MailError::Url)?;
    if parsed.password().is_some() && !is_protected(&parsed) {
        return Err(MailError::PasswordInTheClear);
    }
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailError::Url)
}

/// Whether nobody between can read along: TLS that can't be talked away, or no way between.
fn is_protected(url: &Url) -> bool {
    let tls = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // A URL of a scheme that the standard doesn't know keeps even an address as a name.
        Some(Host::Domain(name)) => name == "localhost" || is_loopback(name),
        None => false,
    };
    url.scheme() == "smtps" || tls || here
}

fn is_loopback(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Result<(), MailError> {
        Smtp::open(&url.into()).map(drop)
    }

    #[tokio::test]
    async fn a_password_travels_under_tls_or_not_at_all() {
        for good in [
            "smtps://u:p@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=required",
            "smtp://u:p@127.0.0.1:2525",
            "smtp://u:p@[::1]:2525",
            "smtp://u:p@localhost:2525",
            "smtp://mail.example.org:25",
        ] {
            assert!(open(good).is_ok(), "{good}: {:?}", open(good));
        }
        for clear in [
            "smtp://u:p@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=opportunistic",
            "smtp://u:p@127.0.0.1.example.org",
        ] {
            assert!(matches!(open(clear), Err(MailError::PasswordInTheClear)), "{clear}");
        }
        for no_server in ["mail.example.org", "https://mail.example.org", "smtp://", ""] {
            assert!(matches!(open(no_server), Err(MailError::Url)), "{no_server}");
        }
    }
}
