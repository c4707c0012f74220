//! Web origins: which pages may call the API, and which may open a socket.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A web origin as a browser writes it (RFC 6454, 6.2): scheme, host and port, without a path; never `null`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebOrigin {
    scheme: String,
    host: Host,
    port: u16,
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

/// Which pages may open a socket, in the rules of Django Channels' `OriginValidator`, which front ends were set up for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginPattern {
    /// `*`: any page, even one without an origin (`null`).
    Any,
    /// A host, and with a scheme that scheme and port alone.
    Host {
        /// `example.org`, or `.example.org` for its subdomains too; in lower case.
        host: String,
        /// The scheme and the port, when the pattern has a scheme. None: any scheme and port.
        scheme_and_port: Option<(String, Option<u16>)>,
    },
}

impl OriginPattern {
    /// Reads a pattern: `*`, `host`, `.host`, `scheme://host` or `scheme://host:port`. Any text is one; one that fits
    /// nothing admits nobody.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        if text == "*" {
            return Self::Any;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text.as_str()),
        };
        let (host, port) = host_and_port(rest.trim_end_matches('/'));
        let scheme_and_port = scheme.map(|scheme| (scheme.to_owned(), port.or(usual_port(scheme))));
        Self::Host { host: host.to_owned(), scheme_and_port }
    }

    /// The pattern that admits `origin` alone.
    #[must_use]
    pub fn exactly(origin: &WebOrigin) -> Self {
        let scheme_and_port = Some((origin.scheme.clone(), Some(origin.port)));
        Self::Host { host: origin.host.to_string(), scheme_and_port }
    }

    /// Whether a page whose `Origin` header is `header` may open a socket.
    #[must_use]
    pub fn admits(&self, header: &str) -> bool {
        let Self::Host { host, scheme_and_port } = self else { return true };
        let header = header.to_lowercase();
        let Some((scheme, rest)) = header.split_once("://") else { return false };
        let (origin_host, port) = host_and_port(rest);
        let port = port.or(usual_port(scheme));
        let same_scheme = scheme_and_port
            .as_ref()
            .is_none_or(|(wanted, wanted_port)| wanted == scheme && *wanted_port == port);
        same_scheme && same_domain(origin_host, host)
    }
}

fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

/// `host` and `port` of `host`, `host:port` or `[v6]:port`; the brackets stay with the host.
fn host_and_port(text: &str) -> (&str, Option<u16>) {
    let port_of = |(host, port): (_, &str)| Some((host, Some(port.parse().ok()?)));
    let in_brackets = text.ends_with(']');
    let with_port = if in_brackets { None } else { text.rsplit_once(':').and_then(port_of) };
    with_port.unwrap_or((text, None))
}

/// Django's `is_same_domain`: a leading dot stands for the domain and everything below it.
fn same_domain(host: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('.') {
        Some(domain) => {
            !domain.is_empty()
                && (host == domain
                    || host.strip_suffix(domain).is_some_and(|left| left.ends_with('.')))
        }
        None => !pattern.is_empty() && host == pattern,
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
        for bad in ["", "app.example.org", "https://a.org/x", "ftp://a.org", "https://u@a.org", "null"]
        {
            assert!(bad.parse::<WebOrigin>().is_err(), "{bad}");
        }
        let written = |text: &str| text.parse::<WebOrigin>().expect(text).to_string();
        assert_eq!(written("HTTPS://App.Example.org:443"), "https://app.example.org");
        assert_eq!(written("http://[::1]:8080"), "http://[::1]:8080");
    }

    #[test]
    fn a_pattern_admits_what_channels_admits() {
        let rows = [
            ("*", "null", true),
            ("*", "https://evil.example", true),
            ("example.org", "http://example.org:99", true),
            ("example.org", "https://sub.example.org", false),
            (".example.org", "https://sub.example.org", true),
            (".example.org", "https://example.org", true),
            (".example.org", "https://badexample.org", false),
            ("https://example.org", "https://example.org", true),
            ("https://example.org", "https://example.org:443", true),
            ("https://example.org", "http://example.org", false),
            ("https://example.org", "https://example.org:8443", false),
            ("https://.example.org", "https://a.example.org", true),
            ("http://example.org:8080", "http://EXAMPLE.org:8080", true),
            ("http://example.org:8080", "http://example.org", false),
            ("http://[::1]:8080", "http://[::1]:8080", true),
            ("example.org", "null", false),
            ("example.org", "", false),
            ("example.org", "example.org", false),
            ("", "https://", false),
            (".", "https://x.", false),
        ];
        for (pattern, origin, admitted) in rows {
            assert_eq!(OriginPattern::new(pattern).admits(origin), admitted, "{pattern} {origin}");
        }
    }

    #[test]
    fn an_exact_pattern_is_the_origin_alone() {
        let origin: WebOrigin = "https://chat.example.org".parse().expect("an origin");
        let pattern = OriginPattern::exactly(&origin);
        assert!(pattern.admits("https://chat.example.org"));
        assert!(!pattern.admits("http://chat.example.org"));
        assert!(!pattern.admits("https://a.chat.example.org"));
    }
}
