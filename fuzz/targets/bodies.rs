//! What a client may send as a request's body: whatever it is, it is an object or answered, in whatever pieces it comes.

#![no_main]

use std::convert::Infallible;
use std::time::Duration;

use accounts::Registration;
use arbitrary::Arbitrary;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::Request;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http_body_util::StreamBody;
use hyper::body::Frame;
use libfuzzer_sys::fuzz_target;
use parlour::http::body::{self, MAX_BYTES};
use serde_json::{Map, Value};

/// A request with a body.
#[derive(Debug, Arbitrary)]
struct Sent<'a> {
    media_type: MediaType<'a>,
    length: Option<u32>,
    expects: bool,
    /// How long the pieces are in which it comes.
    pieces: u8,
    /// How often it is repeated.
    times: u8,
    body: &'a [u8],
}

#[derive(Debug, Arbitrary)]
enum MediaType<'a> {
    Json,
    None,
    Other(&'a str),
}

fuzz_target!(|sent: Sent<'_>| {
    let mut request = Request::builder();
    request = match sent.media_type {
        MediaType::Json => request.header(CONTENT_TYPE, "application/json"),
        MediaType::None => request,
        MediaType::Other(other) => request.header(CONTENT_TYPE, other),
    };
    if let Some(length) = sent.length {
        request = request.header(CONTENT_LENGTH, length);
    }
    if sent.expects {
        request = request.header(EXPECT, "100-continue");
    }
    // A media type that can't be a header comes in no request.
    let Ok(request) = request.body(()) else { return };
    let (head, ()) = request.into_parts();

    let whole = sent.body.repeat(usize::from(sent.times).max(1));
    let pieces = whole
        .chunks(usize::from(sent.pieces).max(1))
        .map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::copy_from_slice(piece))));
    let body = StreamBody::new(stream::iter(pieces));
    let read =
        body::object(&head, body, Duration::ZERO).now_or_never().expect("nothing to wait for");
    match read {
        Ok(object) => {
            assert!(whole.len() <= MAX_BYTES);
            let expected: Map<String, Value> = if whole.is_empty() {
                Map::new()
            } else {
                serde_json::from_slice(&whole).expect("JSON")
            };
            assert_eq!(object, expected);
            register(&object);
        }
        Err(error) => {
            let reply = error.render();
            assert!(reply.status().is_client_error(), "{}", reply.status());
        }
    }
});

/// The largest form there is, filled in with anything.
fn register(object: &Map<String, Value>) {
    match Registration::from_json(object) {
        Ok(registration) => {
            // What was read reads the same again.
            let (name, email) = (registration.username.as_str(), registration.email.to_string());
            assert_eq!(name.parse().as_ref(), Ok(&registration.username));
            assert_eq!(email.parse().as_ref(), Ok(&registration.email));
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            serde_json::to_string(&errors).expect("texts serialize");
        }
    }
}
