//! The settings of accounts.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// `[accounts]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether registering with an address that is in use says so, as the old front end needs. When not, the answer is
    /// that of a free address, a decoy reserves the username, the address's owner gets a letter, and signing in never
    /// tells that an account waits for its activation.
    pub reveal_taken_email: bool,
    /// Whether a GET of `/api/users/activate/` by a program activates. Off: mail scanners follow links.
    pub activate_on_get: bool,
    /// The page that activation letters lead to; they add `?token=`. None: `<frontend_url>/activate`.
    pub activate_url: Option<Url>,
    /// The page that letters for a new password lead to; they add `?token=`. None: `<frontend_url>/reset-password`.
    pub reset_url: Option<Url>,
    /// How long an account waits for its activation before it is removed, and its letters' links work, those of letters
    /// that are sent again too. 0: not at all, which no server can want.
    #[serde(with = "humantime_serde")]
    pub activation_ttl: Duration,
    /// How many letters one mailbox gets in an hour because somebody typed its address: by registering with it, by asking
    /// for another activation letter. Beyond, the answer is the same and no letter goes out. 0: no limit.
    pub letters_per_hour: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reveal_taken_email: true,
            activate_on_get: false,
            activate_url: None,
            reset_url: None,
            activation_ttl: Duration::from_hours(24),
            letters_per_hour: 3,
        }
    }
}

impl Config {
    /// The page that activation letters lead to, when the front end stands at `frontend_url`.
    #[must_use]
    pub fn activation_page(&self, frontend_url: &Url) -> Url {
        self.activate_url.clone().unwrap_or_else(|| below(frontend_url, "activate"))
    }

    /// The page that letters for a new password lead to, when the front end stands at `frontend_url`.
    #[must_use]
    pub fn reset_page(&self, frontend_url: &Url) -> Url {
        self.reset_url.clone().unwrap_or_else(|| below(frontend_url, "reset-password"))
    }
}

/// The page `name` below `base`, which may have a path of its own.
fn below(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().push(name);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_below_the_front_end_wherever_that_is() {
        for (base, page) in [
            ("http://localhost:8080", "http://localhost:8080/activate"),
            ("https://example.org/", "https://example.org/activate"),
            ("https://example.org/chat", "https://example.org/chat/activate"),
            ("https://example.org/chat/", "https://example.org/chat/activate"),
        ] {
            let base: Url = base.parse().expect("a URL");
            assert_eq!(Config::default().activation_page(&base).as_str(), page);
        }
    }

    #[test]
    fn a_page_that_was_named_is_that_page() {
        let (front, named) = ("https://example.org", "https://other.example/reset?x=1");
        let config = Config { reset_url: named.parse().ok(), ..Config::default() };
        assert_eq!(config.reset_page(&front.parse().expect("a URL")).as_str(), named);
    }
}
