//! What a running server shows the world, in this process or in one of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use http::Method;
use serde_json::{Value, json};

use super::http::{Answer, Call};
use super::mailbox::Mailbox;
use super::person::Person;
use super::socket::{Knock, Socket};
use super::wait::until;

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// Where a server is reached.
#[derive(Debug, Clone)]
pub struct Door {
    pub addr: SocketAddr,
    pub metrics: SocketAddr,
    pub data_dir: PathBuf,
}

impl Door {
    /// A GET.
    pub fn get(&self, path: &str) -> Call {
        Call::new(self.addr, Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        Call::new(self.addr, Method::POST, path).json(body)
    }

    /// A request of any method.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.addr, method, path)
    }

    /// The page of metrics.
    pub async fn metrics_page(&self) -> String {
        let ask = Call::new(self.metrics, Method::GET, "/metrics");
        let answer = ask.header("accept", "application/openmetrics-text").send_unchecked().await;
        assert_eq!(answer.status, 200);
        answer.text()
    }

    /// The sum of the count `name` (as the page writes it) over the label sets that contain `labels`.
    pub async fn metric(&self, name: &str, labels: &str) -> u64 {
        let page = self.metrics_page().await;
        let lines = page.lines().filter_map(|line| line.rsplit_once(' '));
        let wanted = lines.filter(|(series, _)| {
            series.split('{').next() == Some(name) && series.contains(labels)
        });
        wanted.map(|(_, value)| value.parse::<u64>().unwrap()).sum()
    }

    /// Waits until `count` messages have been stored.
    pub async fn until_stored(&self, count: u64) {
        until("messages", async || {
            (self.metric("parlour_messages_total", "").await >= count).then_some(())
        })
        .await;
    }

    /// The letters.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::of(&self.data_dir)
    }

    /// Registers `name`.
    pub async fn register(&self, name: &str) -> Answer {
        let body = json!({
            "username": name,
            "email": address_of(name),
            "password": PASSWORD,
            "confirm_password": PASSWORD,
        });
        self.post("/api/users/register/", &body).send().await
    }

    /// Signs `name` in.
    pub async fn login(&self, name: &str) -> Answer {
        let body = json!({ "email": address_of(name), "password": PASSWORD });
        self.post("/api/users/login/", &body).send().await
    }

    /// Somebody registered, activated by their letter, and signed in.
    pub async fn person(&self, name: &str) -> Person {
        self.register(name).await.expect(201);
        let letter = self.mailbox().letter_to(&address_of(name)).await;
        let activation = json!({ "token": letter.token() });
        self.post("/api/users/activate/", &activation).send().await.expect(200);
        Person::new(self.clone(), name, &self.login(name).await.expect(200))
    }

    /// Asks for a socket.
    pub async fn knock(&self, room: &str, knock: &Knock<'_>) -> Result<Socket, Answer> {
        Socket::knock(self.addr, room, knock).await
    }

    /// A socket that is let in with `token` in its URL.
    pub async fn socket(&self, room: &str, token: &str) -> Socket {
        let knock = Knock { token: Some(token), ..Knock::default() };
        self.knock(room, &knock).await.unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
    }
}

/// The address of `name`.
pub fn address_of(name: &str) -> String {
    format!("{name}@example.org")
}
