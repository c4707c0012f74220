//! Reading a request's body: JSON, bounded in size and time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::Body;
use serde_json::{Map, Value};

use super::error::ApiError;

/// The most a body may have, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// How much more of a body that is too large is read and thrown away, so that a client which writes all before it reads
/// gets the answer instead of a reset connection.
const PATIENCE_BYTES: usize = 4 * 1024 * 1024;

/// The JSON object that a request's body is. No body at all counts as an empty one, so that what is missing gets named.
///
/// Generic over the body so that a test needs no connection.
pub async fn object<B>(
    head: &Parts,
    body: B,
    timeout: Duration,
) -> Result<Map<String, Value>, ApiError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let reading = bytes(head, body);
    let body = if timeout.is_zero() {
        reading.await?
    } else {
        tokio::time::timeout(timeout, reading).await.map_err(|_| ApiError::Slow)??
    };
    if body.is_empty() {
        return Ok(Map::new());
    }
    must_be_json(head)?;
    match serde_json::from_slice(&body).map_err(ApiError::NotJson)? {
        Value::Object(object) => Ok(object),
        Value::Null => Err(ApiError::NotAnObject("null")),
        Value::Bool(_) => Err(ApiError::NotAnObject("bool")),
        Value::Number(_) => Err(ApiError::NotAnObject("number")),
        Value::String(_) => Err(ApiError::NotAnObject("str")),
        Value::Array(_) => Err(ApiError::NotAnObject("list")),
    }
}

async fn bytes<B>(head: &Parts, mut body: B) -> Result<Bytes, ApiError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let too_large = ApiError::TooLarge { limit: MAX_BYTES };
    let declared =
        head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    // Who asks first is answered first: the body isn't on its way yet.
    if declared > Some(MAX_BYTES) && head.headers.contains_key(EXPECT) {
        return Err(too_large);
    }
    let mut kept = BytesMut::new();
    let mut seen: usize = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::Malformed("The request's body was cut short."))?;
        let Ok(chunk) = frame.into_data() else { continue };
        seen = seen.saturating_add(chunk.len());
        if seen <= MAX_BYTES {
            kept.extend_from_slice(&chunk);
        } else if seen <= MAX_BYTES + PATIENCE_BYTES {
            kept = BytesMut::new();
        } else {
            return Err(too_large);
        }
    }
    if seen > MAX_BYTES { Err(too_large) } else { Ok(kept.freeze()) }
}

fn must_be_json(head: &Parts) -> Result<(), ApiError> {
    let given = head.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"));
    let (media_type, parameters) =
        given.unwrap_or("").split_once(';').unwrap_or((given.unwrap_or(""), ""));
    let json = media_type.trim().eq_ignore_ascii_case("application/json");
    let utf8 = parameters.split(';').all(|parameter| match parameter.trim().split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if json && utf8 { Ok(()) } else { Err(ApiError::MediaType(given.unwrap_or("").to_owned())) }
}

#[cfg(test)]
mod tests {
    use http::{Request, StatusCode};
    use http_body_util::Full;

    use super::*;

    async fn read(
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Map<String, Value>, StatusCode> {
        let mut request = Request::builder();
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let body = Full::new(Bytes::copy_from_slice(body));
        let (head, body) = request.body(body).expect("a request").into_parts();
        object(&head, body, Duration::from_secs(5)).await.map_err(|error| error.status())
    }

    const JSON: Option<&str> = Some("application/json");

    #[tokio::test]
    async fn an_object_of_json_is_read_and_nothing_is_an_empty_one() {
        assert!(read(JSON, b"{\"a\": 1}").await.is_ok());
        assert!(read(Some("Application/JSON; charset=\"UTF-8\""), b"{}").await.is_ok());
        assert!(read(None, b"").await.is_ok());
    }

    #[tokio::test]
    async fn what_is_no_object_of_json_is_refused() {
        for bad in [&b"{"[..], b"[]", b"null", b"\"text\"", b"1", b"{\"a\":\"\xff\"}", b"{} {}"] {
            assert_eq!(read(JSON, bad).await.err(), Some(StatusCode::BAD_REQUEST), "{bad:?}");
        }
        let deep = "[".repeat(10_000);
        assert_eq!(read(JSON, deep.as_bytes()).await.err(), Some(StatusCode::BAD_REQUEST));
        for other in [None, Some("text/plain"), Some("application/json; charset=latin1"), Some("")]
        {
            let refused = read(other, b"{}").await.err();
            assert_eq!(refused, Some(StatusCode::UNSUPPORTED_MEDIA_TYPE), "{other:?}");
        }
    }

    #[tokio::test]
    async fn a_body_may_have_64_kib() {
        let filled = |bytes| {
            let mut body = b"{\"a\":\"".to_vec();
            body.resize(bytes - 2, b'x');
            body.extend_from_slice(b"\"}");
            body
        };
        assert!(read(JSON, &filled(MAX_BYTES)).await.is_ok());
        let over = read(JSON, &filled(MAX_BYTES + 1)).await;
        assert_eq!(over.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
    }
}
