//! The one place that puts a refusal into words.
//!
//! The shapes are Django REST framework's, because clients test for them: `{"detail": "…"}` for the request as a whole,
//! `{"field": ["…"]}` for what a person typed.

use std::time::Duration;

use accounts::FieldErrors;
use http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE, WWW_AUTHENTICATE,
};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::ApiError;
use crate::http::reply::{self, Reply};

/// The challenge that goes with every 401 (RFC 9110, 15.5.2), in simplejwt's words.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"api\"");

/// After how many seconds to try again when the server is overloaded: long enough for a queue of hashes to empty.
const RETRY_UNAVAILABLE: u64 = 2;

/// The name under which programs know that a token is no good.
const TOKEN_NOT_VALID: &str = "token_not_valid";

impl ApiError {
    /// The answer that says so.
    #[must_use]
    pub fn render(&self) -> Reply {
        let status = self.status();
        // Texts and lists of texts: writing them can't fail.
        let body = self.body().unwrap_or_default();
        let mut reply = reply::with_type(status, "application/json", body.into());
        let headers = reply.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            // Where one message ends and the next begins is in doubt: there is no next one.
            Self::Malformed(_) => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Self::Method { allow, .. } => {
                headers.insert(ALLOW, HeaderValue::from_static(allow));
            }
            Self::UpgradeRequired => {
                headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
                headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
                headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            Self::Throttled { wait } => {
                headers.insert(RETRY_AFTER, whole_seconds(*wait).into());
            }
            Self::Unavailable(_) => {
                headers.insert(RETRY_AFTER, RETRY_UNAVAILABLE.into());
            }
            _ if status == StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, CHALLENGE);
            }
            _ => {}
        }
        reply
    }

    fn body(&self) -> serde_json::Result<Vec<u8>> {
        let whole =
            |detail: &str| serde_json::to_vec(&Whole { detail, code: None, messages: None });
        let coded = |detail, code| serde_json::to_vec(&Whole { detail, code, messages: None });
        match self {
            Self::Fields(errors) => serde_json::to_vec(errors),
            Self::Legacy(error) => serde_json::to_vec(&Legacy { error }),
            Self::NotAnObject(kind) => {
                let words = format!("Invalid data. Expected a dictionary, but got {kind}.");
                serde_json::to_vec(&FieldErrors::one(FieldErrors::NON_FIELD, words))
            }
            Self::AccessToken(message) => serde_json::to_vec(&Whole {
                detail: "Given token not valid for any token type",
                code: Some(TOKEN_NOT_VALID),
                messages: Some([RefusedToken::access(message)]),
            }),
            Self::Token(words) => coded(words, Some(TOKEN_NOT_VALID)),
            Self::Credentials { detail, code } => coded(detail, *code),
            Self::Malformed(words) | Self::Detail(words) | Self::Forbidden(words) => whole(words),
            Self::NotJson(error) => whole(&format!("JSON parse error - {error}")),
            Self::NotAuthenticated => whole("Authentication credentials were not provided."),
            Self::NotFound => whole("Not found."),
            Self::Method { method, .. } => whole(&format!("Method \"{method}\" not allowed.")),
            Self::Slow => whole("The request's body did not arrive in time."),
            Self::TooLarge { limit } => {
                whole(&format!("The request's body is larger than {} KiB.", limit / 1024))
            }
            Self::MediaType(given) => {
                whole(&format!("Unsupported media type \"{given}\" in request."))
            }
            Self::UpgradeRequired => whole("A WebSocket upgrade is required."),
            Self::Throttled { wait } => {
                let seconds = whole_seconds(*wait);
                let unit = if seconds == 1 { "second" } else { "seconds" };
                let words = "Request was throttled. Expected available in";
                whole(&format!("{words} {seconds} {unit}."))
            }
            Self::Unavailable(_) => whole("Service temporarily unavailable, try again later."),
            Self::Internal(_) => whole("A server error occurred."),
        }
    }
}

/// What concerns the request as a whole.
#[derive(Serialize)]
struct Whole<'a> {
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<[RefusedToken; 1]>,
}

/// simplejwt tries one kind of token after another and lists what each said; there is one kind here.
#[derive(Serialize)]
struct RefusedToken {
    token_class: &'static str,
    token_type: &'static str,
    message: &'static str,
}

impl RefusedToken {
    const fn access(message: &'static str) -> Self {
        Self { token_class: "AccessToken", token_type: "access", message }
    }
}

/// What only the old logout says.
#[derive(Serialize)]
struct Legacy {
    error: &'static str,
}

/// `wait` in seconds, rounded up: whoever comes back after that long is let in.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http_body_util::BodyExt;

    use super::*;

    async fn rendered(error: ApiError) -> (u16, String) {
        let reply = error.render();
        let status = reply.status().as_u16();
        let body = reply.into_body().collect().await.expect("a body").to_bytes();
        (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    #[tokio::test]
    async fn errors_have_the_shapes_that_clients_of_django_rest_framework_know() {
        let mut fields = FieldErrors::one("username", "This field is required.");
        fields.add("email", "Enter a valid email address.");
        let rows = [
            (ApiError::NotFound, 404, r#"{"detail":"Not found."}"#),
            (
                ApiError::Fields(fields),
                400,
                r#"{"username":["This field is required."],"email":["Enter a valid email address."]}"#,
            ),
            (
                ApiError::NotAnObject("list"),
                400,
                r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#,
            ),
            (ApiError::Legacy("Token is invalid"), 400, r#"{"error":"Token is invalid"}"#),
            (
                ApiError::NotAuthenticated,
                401,
                r#"{"detail":"Authentication credentials were not provided."}"#,
            ),
            (
                ApiError::AccessToken("Token is expired"),
                401,
                r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is expired"}]}"#,
            ),
            (
                ApiError::Token("Token is blacklisted"),
                401,
                r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#,
            ),
            (
                ApiError::Throttled { wait: Duration::from_millis(1200) },
                429,
                r#"{"detail":"Request was throttled. Expected available in 2 seconds."}"#,
            ),
            (
                ApiError::internal("the disk is on fire"),
                500,
                r#"{"detail":"A server error occurred."}"#,
            ),
        ];
        for (error, status, body) in rows {
            assert_eq!(rendered(error).await, (status, body.to_owned()));
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_next_in_its_headers() {
        let header = |error: &ApiError, name| {
            let value = error.render().headers().get(name).cloned();
            value.map(|value| value.to_str().expect("a text").to_owned())
        };
        let throttled = ApiError::Throttled { wait: Duration::from_secs(7) };
        assert_eq!(header(&throttled, RETRY_AFTER).as_deref(), Some("7"));
        assert!(header(&ApiError::unavailable("full"), RETRY_AFTER).is_some());
        let method = ApiError::Method { method: Method::PUT, allow: "GET, HEAD, OPTIONS" };
        assert_eq!(header(&method, ALLOW).as_deref(), Some("GET, HEAD, OPTIONS"));
        for error in [ApiError::NotAuthenticated, ApiError::Token("Token is invalid")] {
            let challenge = header(&error, WWW_AUTHENTICATE);
            assert_eq!(challenge.as_deref(), Some("Bearer realm=\"api\""));
        }
    }
}
