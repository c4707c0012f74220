//! Somebody who has signed in.

use serde_json::{Value, json};

use super::door::Door;
use super::http::Answer;
use super::socket::Socket;

/// A person and one sign-in of theirs.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub id: i64,
    pub access: String,
    pub refresh: String,
    door: Door,
}

impl Person {
    /// `name`, who got `login` for an answer.
    pub fn new(door: Door, name: &str, login: &Value) -> Self {
        Self {
            name: name.to_owned(),
            id: login["user"]["id"].as_i64().unwrap(),
            access: login["access"].as_str().unwrap().to_owned(),
            refresh: login["refresh"].as_str().unwrap().to_owned(),
            door,
        }
    }

    /// The same person, signed in once more.
    pub async fn signs_in_again(&self) -> Self {
        let login = self.door.login(&self.name).await.expect(200);
        Self::new(self.door.clone(), &self.name, &login)
    }

    /// The same person, with the next tokens of the same sign-in.
    pub async fn refreshes(&self) -> Self {
        let body = json!({ "refresh": self.refresh });
        let fresh = self.door.post("/api/token/refresh/", &body).send().await.expect(200);
        let token = |name: &str| fresh[name].as_str().unwrap().to_owned();
        Self { access: token("access"), refresh: token("refresh"), ..self.clone() }
    }

    /// A socket in `room`, with its `hello` read.
    pub async fn enters(&self, room: &str) -> Socket {
        let mut socket = self.door.socket(room, &self.access).await;
        let hello = socket.next().await;
        assert_eq!(hello["type"], "hello", "{hello}");
        socket
    }

    /// Ends this sign-in.
    pub async fn logs_out(&self) -> Answer {
        let body = json!({ "refresh": self.refresh });
        self.door.post("/api/logout/", &body).bearer(&self.access).send().await
    }

    /// The server they signed in to.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// The same person, with the same tokens, at a server that has come up elsewhere.
    pub fn at(&self, door: &Door) -> Self {
        Self { door: door.clone(), ..self.clone() }
    }

    /// As frames name them.
    pub fn as_user(&self) -> Value {
        json!({ "id": self.id, "username": self.name })
    }
}
