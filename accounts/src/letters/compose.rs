//! A letter, from its row in the outbox to what is sent.

use std::time::{Duration, SystemTime};

use domain::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use secrecy::{ExposeSecret, SecretString};
use store::one_time_tokens::{self, OneTimeToken, Purpose};
use store::outbox::Letter;
use store::people::{self, PersonRow};
use store::{Store, StoreError};

use super::template::{Context, Language, Written};
use super::{Letters, Template};
use crate::Accounts;

/// Why a letter can't be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The store failed. When it is [`StoreError::is_unavailable`], try again later.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its template is broken.
    #[error("the letter's template is broken")]
    Template(#[from] minijinja::Error),
    /// It can't be made a mail.
    #[error("the letter can't be made a mail")]
    Mail(#[from] lettre::error::Error),
    /// The address isn't one that mail can be sent to.
    #[error("the address is not one that mail can be sent to")]
    Address(#[from] lettre::address::AddressError),
}

impl ComposeError {
    /// Whether the same may work later.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        match self {
            Self::Store(error) => error.is_unavailable(),
            Self::Template(_) | Self::Mail(_) | Self::Address(_) => false,
        }
    }
}

/// What a letter is about, as it is stored at the moment of sending.
struct Subject {
    person: PersonRow,
    token: Option<OneTimeToken>,
}

impl Accounts {
    /// Writes a letter of the outbox: plain and HTML, from `from`, to the address that is stored. Its Message-ID is the
    /// same however often it is tried.
    ///
    /// None: it needn't be sent any more, because the person is gone or activated, or the token used, expired, or bound to
    /// another address than theirs.
    pub async fn compose(
        &self,
        letter: &Letter,
        from: &Mailbox,
    ) -> Result<Option<Message>, ComposeError> {
        let Some(template) = Template::from_name(&letter.template) else {
            tracing::warn!(template = letter.template, "no such letter");
            return Ok(None);
        };
        let Some(subject) = find(&self.0.store, letter).await? else { return Ok(None) };
        let now = self.0.clock.now();
        let letters = &self.0.letters;
        let link = match template {
            Template::Activation => letters.activation_link(&subject, now),
            Template::AddressTaken => Some(SecretString::from(letters.home_url.as_str())),
        };
        let Some(link) = link else { return Ok(None) };
        let written = letters.templates.write(
            Language::default(),
            template,
            &Context {
                username: subject.person.username.as_str(),
                link: &link,
                left: subject.token.as_ref().map(|token| token.expires_at.since(now)),
                site: &letters.host,
            },
        )?;
        let id = format!(
            "<letter-{}.{:08x}@{}>",
            letter.id.get(),
            self.0.store.incarnation(),
            letters.host
        );
        let to = Mailbox::new(None, subject.person.email.as_str().parse()?);
        let head = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(written.subject.as_str())
            .message_id(Some(id))
            .date(system_time(now));
        Ok(Some(finish(head, written)?))
    }
}

impl Letters {
    /// The link that activates, if there is still anything to activate.
    fn activation_link(&self, subject: &Subject, now: Timestamp) -> Option<SecretString> {
        let token = subject.token.as_ref()?;
        let moot = subject.person.verified_at.is_some()
            || subject.person.disabled_at.is_some()
            || token.purpose != Purpose::Activation
            || token.used_at.is_some()
            || token.expires_at <= now
            || token.address.key() != subject.person.email.key();
        if moot {
            return None;
        }
        let token = self.key.token_of(token)?;
        let mut link = self.activate_url.clone();
        link.query_pairs_mut().append_pair("token", token.expose_secret());
        Some(SecretString::from(String::from(link)))
    }
}

async fn find(store: &Store, letter: &Letter) -> Result<Option<Subject>, StoreError> {
    let Some(person) = people::find(store.reader(), letter.person).await? else {
        return Ok(None);
    };
    let token = match letter.token {
        Some(id) => one_time_tokens::find(store.reader(), id).await?,
        None => None,
    };
    Ok(Some(Subject { person, token }))
}

fn finish(
    head: lettre::message::MessageBuilder,
    written: Written,
) -> Result<Message, lettre::error::Error> {
    // So that nobody's absence note answers it (RFC 3834).
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    head.raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(written.plain, written.html))
}

fn system_time(at: Timestamp) -> SystemTime {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
