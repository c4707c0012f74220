//! The API's own description.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::openapi;
use crate::http::reply::{self, Answer};

/// What is wrong with a request as a whole.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what `ApiError` renders")]
pub struct ErrorBody {
    /// In words.
    detail: String,
    /// For programs, where a reason has a name.
    code: Option<String>,
    /// Which tokens were refused, and why.
    messages: Option<Vec<RefusedToken>>,
}

/// A token that was refused.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what `ApiError` renders")]
pub struct RefusedToken {
    /// `AccessToken`.
    token_class: String,
    /// `access`.
    token_type: String,
    /// In words.
    message: String,
}

/// What is wrong with a request: as a whole, or field by field.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes what `ApiError` renders")]
pub enum RequestErrors {
    /// The request as a whole.
    Whole {
        /// In words.
        detail: String,
    },
    /// The same, as the old logout says it.
    Legacy {
        /// In words.
        error: String,
    },
    /// Messages by field; what concerns no single field stands under `non_field_errors`.
    Fields(BTreeMap<String, Vec<String>>),
}

static DOCUMENT: LazyLock<Result<Bytes, String>> = LazyLock::new(|| {
    let json = openapi::document().to_json();
    json.map(Bytes::from).map_err(|error| error.to_string())
});

/// This document
#[utoipa::path(
    get,
    path = "/api/schema/",
    tag = "operations",
    responses((status = 200, description = "The API in OpenAPI 3.1", body = serde_json::Value,
        content_type = "application/vnd.oai.openapi+json"))
)]
pub fn schema() -> Answer {
    let document = DOCUMENT.as_ref().map_err(ApiError::internal)?.clone();
    let mut reply = reply::with_type(StatusCode::OK, "application/vnd.oai.openapi+json", document);
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(reply)
}
