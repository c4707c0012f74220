//! Everything a request can be refused with. What is said about it, `render` decides.

mod render;

use std::time::Duration;

use accounts::FieldErrors;
use http::{Method, StatusCode};

/// Why a request isn't answered the way it hoped for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the HTTP itself is malformed, in a way that hyper lets through.
    #[error("malformed request: {0}")]
    Malformed(&'static str),
    /// 400: the body isn't JSON.
    #[error("the body isn't JSON: {0}")]
    NotJson(#[source] serde_json::Error),
    /// 400: the body is JSON, but no object.
    #[error("the body is a JSON {0}, not an object")]
    NotAnObject(&'static str),
    /// 400: something typed is wrong.
    #[error("invalid fields")]
    Fields(FieldErrors),
    /// 400 `{"detail": …}`: the request as a whole is wrong.
    #[error("refused: {0}")]
    Detail(&'static str),
    /// 400 `{"error": …}`: a shape that only the old logout has.
    #[error("refused: {0}")]
    Legacy(&'static str),
    /// 401: nothing that says who is asking.
    #[error("no credentials")]
    NotAuthenticated,
    /// 401: the bearer token is no valid access token, and why.
    #[error("access token refused: {0}")]
    AccessToken(&'static str),
    /// 401: a token in the body is refused, and why.
    #[error("token refused: {0}")]
    Token(&'static str),
    /// 401: what was typed signs nobody in.
    #[error("sign-in refused")]
    Credentials {
        /// The words, which differ between the two endpoints that sign in.
        detail: &'static str,
        /// A machine-readable reason, where the person proved to be who they say.
        code: Option<&'static str>,
    },
    /// 403: a page of another origin.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// 404: nothing here.
    #[error("not found")]
    NotFound,
    /// 405: not in this way.
    #[error("method {method} not allowed")]
    Method {
        /// The method that was tried.
        method: Method,
        /// Those there are, as the `Allow` header lists them.
        allow: &'static str,
    },
    /// 408: the body didn't come in time.
    #[error("the body didn't come in time")]
    Slow,
    /// 413: the body is too large.
    #[error("the body is over {limit} bytes")]
    TooLarge {
        /// The most a body may have, in bytes.
        limit: usize,
    },
    /// 415: the body is of another type than JSON.
    #[error("unsupported media type")]
    MediaType(String),
    /// 426: only a WebSocket is to be had here.
    #[error("not an upgrade")]
    UpgradeRequired,
    /// 429: too often.
    #[error("throttled for {wait:?}")]
    Throttled {
        /// How long to wait.
        wait: Duration,
    },
    /// 503: overloaded, or something the answer needs is away.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: our fault. The client is told nothing of it; the log is.
    #[error("internal error: {0}")]
    Internal(String),
}

impl ApiError {
    /// Our own fault, with what is known of it for the log.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// Not now, with what is known of it for the log.
    pub fn unavailable(error: impl std::fmt::Display) -> Self {
        Self::Unavailable(error.to_string())
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_)
            | Self::NotJson(_)
            | Self::NotAnObject(_)
            | Self::Fields(_)
            | Self::Detail(_)
            | Self::Legacy(_) => StatusCode::BAD_REQUEST,
            Self::NotAuthenticated
            | Self::AccessToken(_)
            | Self::Token(_)
            | Self::Credentials { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
