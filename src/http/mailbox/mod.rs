//! `/dev/mailbox`: the letters that mail to files has written, for whoever tries the server out on their own machine.
//!
//! A letter holds a link that activates an account, so this opens to nobody else: the listener, `public_url`, the peer
//! *and* the Host header are all loopback, and no proxy stands in between. Anyone else finds nothing here (404).

mod letter;
mod links;
mod loopback;
mod page;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, VIA};
use http::{HeaderValue, StatusCode, Version};
use url::Url;

use self::letter::Letter;
use super::address::is_forwarded;
use super::app::App;
use super::call::Call;
use super::error::ApiError;
use super::pages::RESOURCE_POLICY;
use super::reply::{self, Answer, Reply};

/// What the mailbox's own pages may do: use our style, and frame a letter.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

/// What a letter's HTML may do: look as it looks in a mail program, and open its links in a new tab. It runs nothing and
/// loads nothing, and its origin is nobody's.
const LETTER_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// The dev mailbox.
pub struct Mailbox {
    folder: PathBuf,
    pages: page::Pages,
}

impl Mailbox {
    /// The mailbox over the letters in `data_dir`, if a server that listens on `listener` and is called `public_url` may
    /// have one.
    ///
    /// # Errors
    ///
    /// When a page's template is broken: a mistake of ours, which a test would find first.
    pub fn new(
        data_dir: &Path,
        listener: SocketAddr,
        public_url: &Url,
    ) -> Result<Option<Self>, minijinja::Error> {
        let private = loopback::is_address(listener.ip())
            && public_url.host().is_some_and(|host| loopback::is_host(&host.to_owned()));
        if !private {
            return Ok(None);
        }
        Ok(Some(Self { folder: data_dir.join("outbox"), pages: page::Pages::new()? }))
    }
}

/// The mailbox, if this caller may look into it.
fn opened<'a>(app: &'a App, call: &Call) -> Result<&'a Mailbox, ApiError> {
    let host = call.headers().get(HOST).and_then(|host| host.to_str().ok());
    let private = loopback::is_address(call.peer)
        && host.is_some_and(loopback::is_host_header)
        && !call.headers().contains_key(VIA)
        // nginx's plain `proxy_pass` speaks HTTP/1.0 and says nothing else of itself.
        && call.request.version() == Version::HTTP_11
        && !is_forwarded(call.headers());
    app.mailbox.as_ref().filter(|_| private).ok_or(ApiError::NotFound)
}

/// Lists the letters
///
/// Served only while mail goes to files, and the listener, `public_url`, the peer and the Host header are all loopback.
#[utoipa::path(
    get,
    path = "/dev/mailbox",
    tag = "operations",
    responses(
        (status = 200, description = "The letters, newest first", body = String, content_type = "text/html"),
        (status = 404, description = "No mailbox for you", body = super::handlers::schema::ErrorBody),
    )
)]
pub async fn list(app: &App, call: &Call) -> Answer {
    let mailbox = opened(app, call)?;
    let letters = letter::newest(&mailbox.folder).await.map_err(ApiError::internal)?;
    Ok(page(mailbox.pages.list(&letters)?, POLICY))
}

/// Shows a letter
#[utoipa::path(
    get,
    path = "/dev/mailbox/{letter}",
    tag = "operations",
    params(("letter" = String, Path, description = "The letter's name in the list")),
    responses(
        (status = 200, description = "The letter", body = String, content_type = "text/html"),
        (status = 404, description = "No such letter, or no mailbox for you", body = super::handlers::schema::ErrorBody),
    )
)]
pub async fn letter(app: &App, call: &Call) -> Answer {
    let mailbox = opened(app, call)?;
    let letter = found(mailbox, call).await?;
    Ok(page(mailbox.pages.letter(&letter)?, POLICY))
}

/// Shows a letter's HTML part alone
#[utoipa::path(
    get,
    path = "/dev/mailbox/{letter}/html",
    tag = "operations",
    params(("letter" = String, Path, description = "The letter's name in the list")),
    responses(
        (status = 200, description = "The part", body = String, content_type = "text/html"),
        (status = 404, description = "No such part, or no mailbox for you", body = super::handlers::schema::ErrorBody),
    )
)]
pub async fn letter_html(app: &App, call: &Call) -> Answer {
    let mailbox = opened(app, call)?;
    let html = found(mailbox, call).await?.html.ok_or(ApiError::NotFound)?;
    Ok(page(page::framed(&html), LETTER_POLICY))
}

async fn found(mailbox: &Mailbox, call: &Call) -> Result<Letter, ApiError> {
    let name = call.parameter.as_deref().ok_or(ApiError::NotFound)?;
    letter::named(&mailbox.folder, name).await.ok_or(ApiError::NotFound)
}

fn page(html: String, policy: HeaderValue) -> Reply {
    let mut reply = reply::with_type(StatusCode::OK, "text/html; charset=utf-8", html.into());
    let headers = reply.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    reply
}
