//! Answers: a status, headers, and a body that is whole before it is sent.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use super::error::ApiError;

/// An answer.
pub type Reply = Response<Full<Bytes>>;

/// What a handler gives: an answer, or an error that is rendered in one place.
pub type Answer = Result<Reply, ApiError>;

/// `value` as JSON, to be kept by nobody on the way: most of what the API says is personal.
pub fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
    let mut reply = with_type(status, "application/json", body.into());
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(reply)
}

/// An answer without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

/// `body` under its media type.
#[must_use]
pub fn with_type(status: StatusCode, media_type: &'static str, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}
