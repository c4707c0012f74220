//! Which pages of other origins may read the API's answers (Fetch, "CORS protocol").

use std::fmt;
use std::str::FromStr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW,
    ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use super::origin::{WebOrigin, WebOriginError};
use super::reply::{self, Reply};

/// How long a browser may remember a preflight's answer: ten minutes, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// An entry of `server.allowed_origins`: a web origin, or `*` for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AllowedOrigin {
    /// `*`: the pages of any origin.
    Any,
    /// The pages of this origin.
    Exactly(WebOrigin),
}

impl FromStr for AllowedOrigin {
    type Err = WebOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" { Ok(Self::Any) } else { text.parse().map(Self::Exactly) }
    }
}

impl TryFrom<String> for AllowedOrigin {
    type Error = WebOriginError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AllowedOrigin> for String {
    fn from(origin: AllowedOrigin) -> Self {
        origin.to_string()
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Exactly(origin) => origin.fmt(f),
        }
    }
}

/// The origins whose pages may call the API.
#[derive(Debug, Clone)]
pub struct Cors {
    any: bool,
    origins: Vec<String>,
}

impl Cors {
    /// Lets in the pages of `own` origins and those that are `allowed` besides.
    #[must_use]
    pub fn new(own: &[WebOrigin], allowed: &[AllowedOrigin]) -> Self {
        let named = allowed.iter().filter_map(|allowed| match allowed {
            AllowedOrigin::Any => None,
            AllowedOrigin::Exactly(origin) => Some(origin),
        });
        let origins = own.iter().chain(named).map(ToString::to_string).collect();
        Self { any: allowed.contains(&AllowedOrigin::Any), origins }
    }

    /// Adds to `answer` what lets a page of `origin` read it, if it may. None: no page asked.
    pub fn expose(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if !self.any {
            // The answer differs by who asks: no cache may give one page's to another.
            answer.append(VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = self.admitted(origin) {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let exposed = HeaderValue::from_static("retry-after, x-request-id");
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }

    /// Answers `OPTIONS` for a path with these methods: a preflight, or plain curiosity.
    #[must_use]
    pub fn options(&self, request: &HeaderMap, methods: &'static str) -> Reply {
        let mut reply = reply::empty(StatusCode::NO_CONTENT);
        let headers = reply.headers_mut();
        let methods = HeaderValue::from_static(methods);
        if request.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
            && self.admitted(request.get(ORIGIN)).is_some()
        {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
            let allowed = HeaderValue::from_static("authorization, content-type");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
        headers.insert(ALLOW, methods);
        reply
    }

    /// What `Access-Control-Allow-Origin` says to a page of `origin`, if anything.
    fn admitted(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        let origin = origin?;
        if self.any {
            return Some(HeaderValue::from_static("*"));
        }
        let known = |text: &str| self.origins.iter().any(|allowed| allowed == text);
        origin.to_str().is_ok_and(known).then(|| origin.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(allowed: &[&str]) -> Cors {
        let own = ["http://127.0.0.1:8080".parse().expect("an origin")];
        let allowed: Vec<_> = allowed.iter().map(|text| text.parse().expect("an origin")).collect();
        Cors::new(&own, &allowed)
    }

    fn allowed(cors: &Cors, origin: &'static str) -> Option<String> {
        let mut answer = HeaderMap::new();
        cors.expose(Some(&HeaderValue::from_static(origin)), &mut answer);
        let allowed = answer.get(ACCESS_CONTROL_ALLOW_ORIGIN)?;
        Some(allowed.to_str().expect("a text").to_owned())
    }

    #[test]
    fn only_listed_origins_may_read() {
        let cors = cors(&["https://app.example.org"]);
        for listed in ["http://127.0.0.1:8080", "https://app.example.org"] {
            assert_eq!(allowed(&cors, listed).as_deref(), Some(listed));
        }
        for other in ["https://evil.example", "http://app.example.org", "null"] {
            assert_eq!(allowed(&cors, other), None, "{other}");
        }
        assert_eq!(allowed(&self::cors(&["*"]), "https://any.example").as_deref(), Some("*"));
    }

    #[test]
    fn a_preflight_names_methods_and_headers_to_listed_origins_only() {
        let cors = cors(&[]);
        for (origin, answered) in [("http://127.0.0.1:8080", true), ("https://evil.example", false)]
        {
            let mut request = HeaderMap::new();
            request.insert(ORIGIN, HeaderValue::from_static(origin));
            request.insert(ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
            let reply = cors.options(&request, "POST, OPTIONS");
            assert_eq!(reply.headers().contains_key(ACCESS_CONTROL_ALLOW_METHODS), answered);
            assert_eq!(reply.headers().contains_key(ACCESS_CONTROL_ALLOW_HEADERS), answered);
            assert_eq!(reply.headers().get(ALLOW).expect("Allow"), "POST, OPTIONS");
        }
    }
}
