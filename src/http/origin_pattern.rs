//! Which pages may open a socket.

use super::origin::WebOrigin;

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
