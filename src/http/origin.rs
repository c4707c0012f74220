//! Web origins: where a page comes from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A web origin as a browser writes it (RFC 6454, 6.2): scheme, host and port, without a path; never `null`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebOrigin {
    pub(super) scheme: String,
    pub(super) host: Host,
    pub(super) port: u16,
}

/// A text that is no web origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no web origin; write it like https://app.example.org, without a path")]
pub struct WebOriginError(String);

impl WebOrigin {
    /// The origin of `url`; none when it isn't one of a web page.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let web = matches!(url.scheme(), "http" | "https");
        let host = url.host()?.to_owned();
        let port = url.port_or_known_default()?;
        web.then(|| Self { scheme: url.scheme().to_owned(), host, port })
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The same scheme and port at another host.
    #[must_use]
    pub fn at(&self, host: Host) -> Self {
        Self { host, ..self.clone() }
    }
}

impl FromStr for WebOrigin {
    type Err = WebOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || WebOriginError(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        Self::of(&url).filter(|_| bare).ok_or_else(wrong)
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = WebOriginError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<WebOrigin> for String {
    fn from(origin: WebOrigin) -> Self {
        origin.to_string()
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        let usual = if self.scheme == "https" { 443 } else { 80 };
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path() {
        for good in ["https://app.example.org", "http://localhost:3000", "http://[::1]:8080/"] {
            assert!(good.parse::<WebOrigin>().is_ok(), "{good}");
        }
        for bad in
            ["", "app.example.org", "https://a.org/x", "ftp://a.org", "https://u@a.org", "null"]
        {
            assert!(bad.parse::<WebOrigin>().is_err(), "{bad}");
        }
        let written = |text: &str| text.parse::<WebOrigin>().expect(text).to_string();
        assert_eq!(written("HTTPS://App.Example.org:443"), "https://app.example.org");
        assert_eq!(written("http://[::1]:8080"), "http://[::1]:8080");
    }
}
