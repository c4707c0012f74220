//! One request, on its way to who answers it.

use std::net::IpAddr;

use accounts::Identity;
use domain::SpanContext;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, Request};
use hyper::body::Incoming;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::app::App;
use super::body;
use super::error::ApiError;
use super::request_id::RequestId;

/// One request, on its way to who answers it. It has no `Debug`: its headers and its query hold secrets.
pub struct Call {
    /// The request.
    pub request: Request<Incoming>,
    /// Its name.
    pub id: RequestId,
    /// What stood in the place of `{…}` in the route's template.
    pub parameter: Option<String>,
    /// The other end of the TCP connection.
    pub peer: IpAddr,
    /// The client, who may be behind proxies.
    pub client: IpAddr,
}

impl Call {
    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The JSON object that the body is.
    pub async fn object(self, app: &App) -> Result<Map<String, Value>, ApiError> {
        let (head, body) = self.request.into_parts();
        body::object(&head, body, app.body_timeout).await
    }

    /// The first value of `name` in the query, decoded. It may be a secret.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<SecretString> {
        let query = self.request.uri().query()?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| SecretString::from(value.into_owned()))
    }

    /// Whose access token the request carries.
    pub fn identity(&self, app: &App) -> Result<Identity, ApiError> {
        let token = bearer(self.headers()).ok_or(ApiError::NotAuthenticated)?;
        app.accounts.authenticate(&token).map_err(ApiError::access_token)
    }

    /// Where a sign-in comes from.
    #[must_use]
    pub fn origin_of_sign_in(&self) -> accounts::Client {
        accounts::Client { ip: self.client, user_agent: self.user_agent() }
    }

    /// What the client says it is.
    #[must_use]
    pub fn user_agent(&self) -> Option<String> {
        let value = self.headers().get(USER_AGENT)?.to_str().ok()?;
        Some(value.to_owned())
    }

    /// The trace that the request belongs to.
    #[must_use]
    pub fn trace(&self) -> Option<SpanContext> {
        SpanContext::from_traceparent(self.headers().get("traceparent")?.to_str().ok()?)
    }
}

/// The token of `Authorization: Bearer …`, if that is what the header holds. The scheme's case doesn't matter
/// (RFC 9110, 11.1).
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| SecretString::from(token.trim()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use secrecy::ExposeSecret;

    use super::*;

    fn token(header: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(header));
        bearer(&headers).map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_its_scheme() {
        assert_eq!(token("Bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(token("bearer  a.b.c ").as_deref(), Some("a.b.c"));
        assert_eq!(token("Bearer").as_deref(), Some(""));
        assert_eq!(token("Basic YTpi"), None);
        assert_eq!(token("Bearerx a"), None);
    }
}
