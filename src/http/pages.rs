//! Our own pages, embedded in the program.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::call::Call;
use super::error::ApiError;
use super::reply::{self, Answer};

/// What the pages may do: run our own modules, use our own style, talk to this server. Nothing inline, nobody's frame,
/// no form that leaves the page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Keeps other origins' pages from including ours in any way.
pub const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The chat's page.
const HOME: &str = "index.html";

/// The page behind an activation letter's link.
const ACTIVATE: &str = "activate.html";

/// The files that are pages.
const PAGES: [&str; 2] = [HOME, ACTIVATE];

/// The folder `web/`. A release holds its files; a debug build reads them from disk, so that a reload shows an edit.
#[derive(RustEmbed)]
#[folder = "web/"]
struct Web;

/// The chat's page
#[utoipa::path(
    get,
    path = "/",
    tag = "pages",
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 304, description = "The page that the browser has is the newest"),
    )
)]
pub fn home(call: &Call) -> Answer {
    file(HOME, call.headers())
}

/// The page behind an activation letter's link
#[utoipa::path(
    get,
    path = "/activate",
    tag = "pages",
    params(("token" = Option<String>, Query, description = "The token of the letter; the page alone reads it")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 304, description = "The page that the browser has is the newest"),
    )
)]
pub fn activation(call: &Call) -> Answer {
    file(ACTIVATE, call.headers())
}

/// What the pages are made of
#[utoipa::path(
    get,
    path = "/assets/{file}",
    tag = "pages",
    params(("file" = String, Path, description = "The file's path")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "*/*"),
        (status = 304, description = "The file that the browser has is the newest"),
        (status = 404, description = "No such file", body = super::handlers::schema::ErrorBody),
    )
)]
pub fn asset(call: &Call) -> Answer {
    let path = call.parameter.as_deref().ok_or(ApiError::NotFound)?;
    // A page has an address of its own.
    if PAGES.contains(&path) { Err(ApiError::NotFound) } else { file(path, call.headers()) }
}

fn file(path: &str, request: &HeaderMap) -> Answer {
    let file = Web::get(path).ok_or(ApiError::NotFound)?;
    let etag = etag(&file)?;
    let mut reply = if is_known(request, &etag) {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut reply = reply::with_type(StatusCode::OK, "application/octet-stream", content(file));
        reply.headers_mut().insert(CONTENT_TYPE, media_type(path)?);
        reply
    };
    let headers = reply.headers_mut();
    headers.insert(ETAG, etag);
    // Names carry no version: a browser keeps the file, but asks whether it is still the one.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    Ok(reply)
}

fn content(file: EmbeddedFile) -> Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => bytes.into(),
    }
}

/// The first 128 bits of the file's SHA-256: equal means the same file.
fn etag(file: &EmbeddedFile) -> Result<HeaderValue, ApiError> {
    use std::fmt::Write;

    let mut etag = String::from("\"");
    for byte in file.metadata.sha256_hash().iter().take(16) {
        write!(etag, "{byte:02x}").map_err(ApiError::internal)?;
    }
    etag.push('"');
    HeaderValue::from_str(&etag).map_err(ApiError::internal)
}

/// Whether the browser has this very file (RFC 9110, 13.1.2).
fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let lines = request.get_all(IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
    let mut known = lines.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

fn media_type(path: &str) -> Result<HeaderValue, ApiError> {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = guess.type_() == "text";
    let media_type = if text { format!("{guess}; charset=utf-8") } else { guess.to_string() };
    HeaderValue::from_str(&media_type).map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let first = file("index.html", &HeaderMap::new()).expect("the page");
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers().get(CONTENT_TYPE).expect("a type"), "text/html; charset=utf-8");
        let etag = first.headers().get(ETAG).expect("a tag").clone();
        let mut request = HeaderMap::new();
        request.insert(IF_NONE_MATCH, etag);
        let second = file("index.html", &request).expect("the page");
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        request.insert(IF_NONE_MATCH, HeaderValue::from_static("\"another\""));
        assert_eq!(file("index.html", &request).expect("the page").status(), StatusCode::OK);
    }

    #[test]
    fn only_files_of_the_folder_are_served() {
        for path in ["", "nothing.js", "../Cargo.toml", "/etc/passwd", "app/../../Cargo.toml"] {
            let refused = file(path, &HeaderMap::new()).err().map(|error| error.status());
            assert_eq!(refused, Some(StatusCode::NOT_FOUND), "{path}");
        }
    }

    #[test]
    fn modules_have_a_type_that_browsers_run() {
        assert_eq!(media_type("a/b.js").expect("a type"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("a.css").expect("a type"), "text/css; charset=utf-8");
        assert_eq!(media_type("a.svg").expect("a type"), "image/svg+xml");
    }
}
