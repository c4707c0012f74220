//! A tree and all that it needs, in a folder that goes with it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use accounts::revocation;
use accounts::{Accounts, NewAccount, passwords, tokens};
use actors::connections::{Admission, Admitted, Credential, NotAdmitted};
use actors::testing::Which;
use actors::{Metrics, Parts, Tree, connection, mailer, room};
use domain::{Clock, Entropy, ManualClock, OsEntropy, Seq, Timestamp, UserId, Username};
use prometheus_client::registry::Registry;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::people::{self, NewPerson, Profile};
use store::{Store, WriteTransaction};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

use crate::client::Client;

pub const NOW: Timestamp = Timestamp::from_secs(1_795_503_636);
pub const PASSWORD: &str = "correct horse battery";
/// How long anything may take on a busy machine. A test that waits for it in full has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What a test may set.
#[derive(Default)]
pub struct Settings {
    pub sockets: connection::Config,
    pub rooms: room::Config,
    pub mail: mailer::Config,
    pub database: store::Config,
}

impl Settings {
    /// Clients may be as fast as they like: for those that insist.
    pub fn unhurried() -> Self {
        let mut settings = Self::default();
        settings.sockets.messages_per_second = 0;
        settings
    }
}

pub struct World {
    pub tree: Tree,
    pub accounts: Accounts,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub tracker: TaskTracker,
    pub folder: TempDir,
    registry: Registry,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::start(tempfile::tempdir().expect("a folder"), settings).await
    }

    /// A world that goes on in the folder of another that has stopped.
    pub async fn start(folder: TempDir, settings: Settings) -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let mut registry = Registry::default();
        let tracker = TaskTracker::new();
        let (clock_of, entropy_of) = (Arc::clone(&shared), Arc::clone(&entropy));
        let (database, metrics) = (settings.database, store::Metrics::register(&mut registry));
        let store = Store::open(&database, folder.path(), clock_of, entropy_of, metrics);
        let store = store.await.expect("a store");
        let (writer, revocations) = revocation::pair();
        let parts = accounts::Parts {
            store: store.clone(),
            clock: Arc::clone(&shared),
            entropy: Arc::clone(&entropy),
            data_dir: folder.path().to_owned(),
            tokens: tokens::Config::default(),
            passwords: passwords::Config {
                memory_kib: 8,
                passes: 1,
                ..passwords::Config::default()
            },
            accounts: accounts::Config::default(),
            public_url: "https://chat.example.org".parse().expect("a URL"),
            frontend_url: "https://front.example.org".parse().expect("a URL"),
            revocations,
            metrics: accounts::Metrics::register(&mut registry),
            tracker: tracker.clone(),
        };
        let accounts = Accounts::start(parts).await.expect("accounts");
        let parts = Parts {
            store: store.clone(),
            accounts: accounts.clone(),
            revocations: writer,
            clock: shared,
            entropy,
            data_dir: folder.path().to_owned(),
            mail: settings.mail,
            rooms: settings.rooms,
            sockets: settings.sockets,
            http_connections: 0,
            reconnects_per_second: 1000,
            metrics: Metrics::register(&mut registry),
            tracker: tracker.clone(),
        };
        let tree = actors::start(parts).await.expect("a tree");
        Self { tree, accounts, store, clock, tracker, folder, registry }
    }

    /// The same store, as the command line opens it beside a server.
    pub async fn beside(&self) -> Store {
        let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&self.clock);
        let (database, metrics) = (store::Config::default(), store::Metrics::default());
        let folder = self.folder.path();
        let store = Store::open_beside(&database, folder, clock, Arc::new(OsEntropy), metrics);
        store.await.expect("the store")
    }

    /// Stops everything, as a server does.
    pub async fn stop(self) -> TempDir {
        let Self { tree, accounts, store, tracker, folder, .. } = self;
        tree.stop(PATIENCE).await;
        drop((tree, accounts));
        tracker.close();
        within("the last task", tracker.wait()).await;
        store.close().await;
        folder
    }

    /// Somebody who is activated, without a password.
    pub async fn person(&self, username: &str) -> UserId {
        let person = NewPerson {
            id: UserId::random(&OsEntropy),
            username: username.parse().expect("a name"),
            email: format!("{username}@example.com").parse().expect("an address"),
            password_hash: None,
            first_name: String::new(),
            last_name: String::new(),
            role: None,
            is_admin: false,
            verified_at: Some(NOW),
            created_at: NOW,
            profile: Profile::default(),
        };
        let tx = self.store.write().await.expect("a turn");
        people::insert(&tx, &person).await.expect("stored");
        tx.commit().await.expect("committed");
        person.id
    }

    /// Somebody who may sign in.
    pub async fn account(&self, username: &str) -> UserId {
        let account = NewAccount {
            username: username.parse().expect("a name"),
            email: format!("{username}@example.com").parse().expect("an address"),
            password: SecretString::from(PASSWORD),
            active: true,
            is_admin: false,
            role: None,
        };
        self.accounts.add_account(account).await.expect("added")
    }

    /// The person of this name.
    pub async fn person_named(&self, username: &str) -> UserId {
        let key = username.parse::<Username>().expect("a name").key();
        let row = people::find_by_username_key(self.store.reader(), &key).await;
        row.expect("a look").expect("a person").id
    }

    /// An access token without a session.
    pub async fn token(&self, user: UserId) -> SecretString {
        let tokens = self.accounts.mint(user, Duration::from_hours(1), 1).await;
        tokens.expect("minted").remove(0)
    }

    /// Asks for a socket.
    pub async fn knock(
        &self,
        token: Option<SecretString>,
        room: &str,
    ) -> Result<Admitted, NotAdmitted> {
        self.knock_again(token, room, None).await
    }

    /// Asks for a socket, as somebody who has received everything up to a place in an epoch.
    pub async fn knock_again(
        &self,
        token: Option<SecretString>,
        room: &str,
        place: Option<(u64, &str)>,
    ) -> Result<Admitted, NotAdmitted> {
        let admission = Admission {
            credential: token.map(Credential::Access),
            room: room.parse().expect("a room's name"),
            since: place.map(|(since, _)| Seq::new(since)),
            epoch: place.and_then(|(_, epoch)| epoch.parse().ok()),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: None,
            trace: None,
        };
        within("a verdict", self.tree.connections().open(admission)).await
    }

    /// Somebody's socket in a room, greeted.
    pub async fn join(&self, token: &SecretString, room: &str) -> Client {
        let admitted = self.knock(Some(token.clone()), room).await.expect("let in");
        let mut client = Client::run(admitted).await;
        client.greeted().await;
        client
    }

    /// The socket of somebody who comes back, with the hello that greeted it.
    pub async fn rejoin(
        &self,
        token: &SecretString,
        room: &str,
        since: u64,
        epoch: &str,
    ) -> (Client, Value) {
        let admitted = self.knock_again(Some(token.clone()), room, Some((since, epoch))).await;
        let mut client = Client::run(admitted.expect("let in")).await;
        let hello = client.greeted().await;
        (client, hello)
    }

    /// Has `ann` say `first`, which is then being committed, and `second`, which waits behind it, for as long as what is
    /// given back is kept: the turn to write.
    pub async fn hold_the_log_up(&self, ann: &mut Client) -> WriteTransaction {
        let turn = self.store.write().await.expect("a turn");
        let say = |text: &str| json!({ "type": "message", "message": text, "cid": text });
        ann.send(say("first")).await;
        // The first is a batch of its own, as soon as the queue is empty again.
        let taken = async || {
            let flying = self.metric("requests_in_flight") == 1;
            (flying && self.metric("log_queue") == 0).then_some(())
        };
        until("the first is being committed", taken).await;
        ann.send(say("second")).await;
        until("the second waits", async || (self.metric("log_queue") == 1).then_some(())).await;
        turn
    }

    /// A new person's socket in a room, greeted.
    pub async fn newcomer(&self, username: &str, room: &str) -> Client {
        let user = self.person(username).await;
        let token = self.token(user).await;
        self.join(&token, room).await
    }

    /// Makes an actor crash, as soon as it is there to crash.
    pub async fn strike(&self, which: &Which) {
        until("it can crash", async || self.tree.crash(which).then_some(())).await;
    }

    /// Makes an actor crash, and waits until it is started again.
    pub async fn crash(&self, which: Which) {
        let kind = match &which {
            Which::LogWriter => "log_writer",
            Which::Auth => "auth",
            Which::Mailer => "mailer",
            Which::Sweeper => "sweeper",
            Which::Registry => "registry",
            Which::Room(_) => "room",
            Which::ConnectionSupervisor => "connection_supervisor",
            Which::Connection(_) => "connection",
        };
        let name = format!("actor_restarts_total{{actor=\"{kind}\"}}");
        let before = self.metric(&name);
        self.strike(&which).await;
        until("a restart", async || (self.metric(&name) > before).then_some(())).await;
    }

    /// The place of a room's newest event.
    pub async fn store_head(&self, room: &str) -> u64 {
        let name = room.parse().expect("a room's name");
        let row = store::rooms::find_by_name(self.store.reader(), &name).await;
        let id = row.expect("a look").expect("a room").id;
        store::log::head(self.store.reader(), id).await.expect("a head").get()
    }

    /// The present value of a metric, by its name and labels.
    pub fn metric(&self, name: &str) -> u64 {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry).expect("text");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |value| value.parse().expect("a whole number"))
    }
}

/// The answer of `future`, which `what` describes in the message of a test that fails here.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(PATIENCE, future).await;
    answer.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// What `look` finds, asked again and again until it finds it: for what announces itself to nobody.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        let mut ticks = tokio::time::interval(Duration::from_millis(2));
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    })
    .await
}
