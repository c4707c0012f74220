//! Accounts and all that they need, in a folder that goes with them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use accounts::revocation::{self, RevocationWriter};
use accounts::{
    Accounts, Activated, Client, Config, Identifier, LoginError, Metrics, Parts, Registered,
    Registration, SignedIn, passwords, tokens,
};
use domain::{Clock, ManualClock, OsEntropy, Seq, Timestamp, UserId};
use lettre::message::Mailbox;
use prometheus_client::registry::Registry;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::outbox::{self, Letter};
use store::system::{self, SystemChange, SystemEvent};
use store::{Store, people};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

pub const NOW: Timestamp = Timestamp::from_secs(1_795_503_636);
pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub accounts: Accounts,
    /// The same accounts as a process would know them that has just started: it remembers nothing.
    pub reborn: Accounts,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub tracker: TaskTracker,
    pub folder: TempDir,
    pub registry: Registry,
    writer: RevocationWriter,
}

/// Settings under which a test needn't wait for its passwords.
pub fn cheap() -> passwords::Config {
    passwords::Config { memory_kib: 8, passes: 1, ..passwords::Config::default() }
}

impl World {
    pub async fn new() -> Self {
        Self::with(Config::default(), cheap()).await
    }

    pub async fn with(config: Config, passwords: passwords::Config) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(NOW));
        let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let mut registry = Registry::default();
        let counted = store::Metrics::register(&mut registry);
        let metrics = Metrics::register(&mut registry);
        let database = store::Config::default();
        let entropy = Arc::new(OsEntropy);
        let opening = Store::open(
            &database,
            folder.path(),
            Arc::clone(&shared),
            Arc::<OsEntropy>::clone(&entropy),
            counted,
        );
        let store = opening.await.expect("a store");
        let tracker = TaskTracker::new();
        let (writer, revocations) = revocation::pair();
        let parts = || Parts {
            store: store.clone(),
            clock: Arc::clone(&shared),
            entropy: Arc::<OsEntropy>::clone(&entropy),
            data_dir: folder.path().to_owned(),
            tokens: tokens::Config::default(),
            passwords: passwords.clone(),
            accounts: config.clone(),
            public_url: "https://chat.example.org".parse().expect("a URL"),
            frontend_url: "https://front.example.org".parse().expect("a URL"),
            revocations: revocations.clone(),
            metrics: metrics.clone(),
            tracker: tracker.clone(),
        };
        let accounts = Accounts::start(parts()).await.expect("accounts");
        let reborn = Accounts::start(parts()).await.expect("accounts");
        Self { accounts, reborn, store, clock, tracker, folder, registry, writer }
    }

    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Waits until no task is left over.
    pub async fn settle(&self) {
        self.tracker.close();
        tokio::time::timeout(Duration::from_secs(20), self.tracker.wait())
            .await
            .expect("every task ends by itself");
        self.tracker.reopen();
    }

    pub async fn register(&self, username: &str) -> Registered {
        let registration = registration(username, json!({})).expect("well formed");
        self.accounts.register(registration).await.expect("registered")
    }

    /// The letters that wait, oldest first.
    pub async fn letters(&self) -> Vec<Letter> {
        let now = self.clock.now();
        outbox::due(self.store.reader(), now, 100).await.expect("the outbox")
    }

    /// What the letter says, or none if it needn't be sent.
    pub async fn written(&self, letter: &Letter) -> Option<String> {
        let message = self.accounts.compose(letter, &mailbox()).await.expect("written");
        message.map(|message| String::from_utf8(message.formatted()).expect("text"))
    }

    /// The token in the newest letter's link.
    pub async fn token(&self) -> SecretString {
        let letters = self.letters().await;
        let text = self.written(letters.last().expect("a letter")).await.expect("worth sending");
        token_in(&text)
    }

    pub async fn activate(&self, token: &SecretString) -> Activated {
        self.accounts.activate(token).await.expect("activated")
    }

    /// Somebody who may sign in.
    pub async fn member(&self, username: &str) -> UserId {
        let id = self.register(username).await.user_id;
        self.activate(&self.token().await).await;
        id
    }

    pub async fn try_login(&self, username: &str, password: &str) -> Result<SignedIn, LoginError> {
        let email = Identifier::Email(address(username));
        self.accounts.login(&email, &SecretString::from(password), client()).await
    }

    pub async fn login(&self, username: &str) -> SignedIn {
        self.try_login(username, PASSWORD).await.expect("signed in")
    }

    /// What the system room says.
    pub async fn system_events(&self) -> Vec<SystemEvent> {
        system::after(self.store.reader(), Seq::ZERO, 1000).await.expect("the system room")
    }

    /// Does what the actor that follows the system room does: brings the index up to date.
    pub async fn catch_up(&self) {
        for event in self.system_events().await {
            match event.what {
                SystemChange::SessionEnded { session, .. } => {
                    self.writer.session_ended(session, event.ts);
                }
                SystemChange::PersonChanged { user, standing } => {
                    self.writer.person_changed(user, standing, event.ts);
                }
                SystemChange::KeysChanged => {
                    self.accounts.reload_keys().await.expect("read anew");
                }
            }
        }
    }

    pub async fn person(&self, id: UserId) -> people::PersonRow {
        people::find(self.store.reader(), id).await.expect("a look").expect("a person")
    }

    /// The counter of that name and outcome.
    pub fn counted(&self, name: &str, outcome: &str) -> u64 {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry).expect("text");
        let start = format!("{name}_total{{outcome=\"{outcome}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        line.map_or(0, |count| count.parse().expect("a number"))
    }
}

pub fn address(username: &str) -> String {
    format!("{username}@example.com")
}

pub fn client() -> Client {
    Client { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: Some("test".into()) }
}

pub fn mailbox() -> Mailbox {
    "Parlour <parlour@chat.example.org>".parse().expect("a mailbox")
}

/// What `username` types to register, with `more` in place of some of it.
pub fn registration(username: &str, more: Value) -> Result<Registration, accounts::FieldErrors> {
    let mut body = json!({
        "username": username, "email": address(username),
        "password": PASSWORD, "confirm_password": PASSWORD,
    });
    let (Value::Object(fields), Value::Object(more)) = (&mut body, more) else { panic!("objects") };
    fields.extend(more);
    Registration::from_json(fields)
}

/// The token in a letter's plain part.
pub fn token_in(letter: &str) -> SecretString {
    // Quoted-printable breaks long lines with "=" and writes "=" as "=3D".
    let text = letter.replace("=\r\n", "").replace("=3D", "=");
    let (_, rest) = text.split_once("?token=").expect("a link");
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    SecretString::from(&rest[..end.unwrap_or(rest.len())])
}
