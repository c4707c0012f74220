//! What the flows share.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{Clock, Entropy, Seq};
use secrecy::SecretString;
use store::{Change, Command, Outcome, Store, StoreError, WriteTransaction};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::letters::{Letters, MailKey};
use crate::metrics::Outcome as Label;
use crate::passwords::Passwords;
use crate::secret_file::SecretFileError;
use crate::tokens::{Identity, Jwks, KeyError, KeyRing, TokenError, Tokens};
use crate::usage::Usage;
use crate::{Config, Metrics, Revocations, Revoked, passwords, tokens};

/// How many letters may be about to be queued by tasks that nobody waits for.
const UNAWAITED: usize = 64;

/// What [`Accounts::start`] is made of.
pub struct Parts {
    /// Where people and sessions are kept.
    pub store: Store,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The folder that holds the keys: `keys/` and `mail.key`.
    pub data_dir: PathBuf,
    /// `[tokens]`.
    pub tokens: tokens::Config,
    /// `[passwords]`.
    pub passwords: passwords::Config,
    /// `[accounts]`.
    pub accounts: Config,
    /// How browsers reach this server; its host stands in the letters' Message-IDs.
    pub public_url: Url,
    /// Where the front end stands, to which letters lead.
    pub frontend_url: Url,
    /// The revocation index.
    pub revocations: Revocations,
    /// What to count into.
    pub metrics: Metrics,
    /// Where the tasks run that outlive a call. Each ends by itself.
    pub tracker: TaskTracker,
}

/// Why accounts can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The signing keys can't be read or made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The key of letters' tokens can't be read or made.
    #[error(transparent)]
    MailKey(#[from] SecretFileError),
    /// `[passwords]` can't be worked with.
    #[error(transparent)]
    Passwords(#[from] passwords::ConfigError),
    /// A letter's template is broken.
    #[error("a letter's template is broken: {0}")]
    Template(#[from] minijinja::Error),
    /// A thread that read files died.
    #[error("the thread that reads the keys died")]
    Lost(#[from] tokio::task::JoinError),
}

/// The flows, and what they share. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) config: Config,
    pub(crate) tokens: Tokens,
    pub(crate) passwords: Passwords,
    pub(crate) letters: Letters,
    pub(crate) revocations: Revocations,
    pub(crate) usage: Usage,
    pub(crate) metrics: Metrics,
    pub(crate) tracker: TaskTracker,
    pub(crate) unawaited: Arc<Semaphore>,
}

impl Accounts {
    /// Reads the keys, making them where there are none, and makes ready.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        // Files are read and a first password is hashed: not on a thread that others wait for.
        tokio::task::spawn_blocking(move || Self::assemble(parts)).await?
    }

    fn assemble(parts: Parts) -> Result<Self, StartError> {
        let now = parts.clock.now();
        let entropy = parts.entropy;
        let ring = KeyRing::open(parts.data_dir.join("keys"), &*entropy, now)?;
        let mail_key = MailKey::open(&parts.data_dir.join("mail.key"), &*entropy)?;
        let letters =
            Letters::new(mail_key, &parts.accounts, &parts.public_url, &parts.frontend_url)?;
        let usage = Usage::new(
            parts.store.clone(),
            Arc::clone(&parts.clock),
            parts.tracker.clone(),
            parts.metrics.clone(),
        );
        let passwords =
            Passwords::new(parts.passwords, Arc::clone(&entropy), parts.metrics.clone())?;
        let tokens =
            Tokens::new(parts.tokens, ring, Arc::clone(&parts.clock), Arc::clone(&entropy));
        Ok(Self(Arc::new(Inner {
            store: parts.store,
            clock: parts.clock,
            entropy,
            config: parts.accounts,
            tokens,
            passwords,
            letters,
            revocations: parts.revocations,
            usage,
            metrics: parts.metrics,
            tracker: parts.tracker,
            unawaited: Arc::new(Semaphore::new(UNAWAITED)),
        })))
    }

    /// Whose access token this is: a signature, its claims, the revocation index. No query. Whether the person still
    /// exists and may act is the people's table's to say.
    ///
    /// The first use of a refresh generation starts a task that notes it: call it within a tokio runtime.
    pub fn authenticate(&self, access: &SecretString) -> Result<Identity, TokenError> {
        let checked = self.0.tokens.check_access(access).and_then(|access| {
            self.check(&access.identity).map_err(TokenError::Revoked)?;
            Ok(access)
        });
        let outcome = checked.as_ref().map_or_else(|error| error.label(), |_| "good");
        self.0.metrics.token_checks.get_or_create(&Label::of(outcome)).inc();
        let access = checked?;
        if let (Some(session), Some(generation)) = (access.identity.session, access.generation) {
            self.0.usage.note(session, generation);
        }
        Ok(access.identity)
    }

    /// Whether what `identity` stands for still counts, as far as anything was ended. A socket asks once more after it
    /// can be found by whoever ends things, so that nothing slips between.
    pub fn check(&self, identity: &Identity) -> Result<(), Revoked> {
        self.0.revocations.check(identity)
    }

    /// The public halves of the signing keys, as a JSON Web Key Set.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks::from(&*self.0.tokens.ring().keys())
    }

    /// Reads the signing keys anew: the system room said that they changed. If that fails they stay as they were.
    pub async fn reload_keys(&self) -> Result<(), StartError> {
        let accounts = self.clone();
        let reload = move || accounts.0.tokens.ring().reload();
        Ok(tokio::task::spawn_blocking(reload).await??)
    }

    /// The settings of accounts.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The settings of tokens.
    #[must_use]
    pub fn tokens(&self) -> &tokens::Config {
        self.0.tokens.config()
    }
}

/// Appends `changes` to the system room within `tx`: the place of the last of them.
pub(crate) async fn tell_system_room(
    tx: &mut WriteTransaction,
    changes: impl IntoIterator<Item = Change>,
) -> Result<Seq, StoreError> {
    let commands: Vec<_> = changes.into_iter().map(Command::system).collect();
    let outcomes = tx.append(&commands).await?;
    match outcomes.last() {
        Some(Outcome::Stored { seq, .. } | Outcome::Duplicate { seq, .. }) => Ok(*seq),
        Some(Outcome::Refused(_)) | None => {
            Err(StoreError::Unreadable("no system room".to_owned()))
        }
    }
}
