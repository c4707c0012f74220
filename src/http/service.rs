//! What happens to every request, whoever answers it: named, routed, answered, dressed, counted, logged.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::header::{CONNECTION, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Request, StatusCode, Version};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::app::App;
use super::call::Call;
use super::error::ApiError;
use super::reply::{Answer, Reply};
use super::request_id::{RequestId, X_REQUEST_ID};
use super::router::Matched;
use super::routes::Route;
use super::{address, handlers};

/// The route under which what has none is counted and logged: a path of the client's making is neither.
const NO_ROUTE: &str = "none";

/// Answers one request that came from `peer`.
pub async fn answer(app: Arc<App>, peer: IpAddr, request: Request<Incoming>) -> Reply {
    let began = Instant::now();
    let id = RequestId::of(request.headers(), &*app.entropy);
    let method = request.method().clone();
    let matched = app.router.find(request.uri().path());
    let route = matched.as_ref().map(|matched| matched.route);
    let origin = request.headers().get(http::header::ORIGIN).cloned();

    let answer = respond(&app, peer, id.clone(), matched, request).await;
    if let Err(error) = &answer {
        log_refusal(&id, route.map_or(NO_ROUTE, |route| route.path), error);
    }
    let mut reply = answer.unwrap_or_else(|error| error.render());

    let headers = reply.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_REQUEST_ID, id.header());
    if app.draining.has_begun() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    // What isn't there is told to everyone, so that a front end sees its 404.
    if route.is_none_or(Route::is_shared) {
        app.cors.expose(origin.as_ref(), headers);
    }

    let (status, took) = (reply.status(), began.elapsed());
    let route = route.map_or(NO_ROUTE, |route| route.path);
    app.metrics.answered(&method, route, status, took);
    tracing::debug!(
        %method,
        route,
        status = status.as_u16(),
        took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        request = %id,
        "answered"
    );
    reply
}

async fn respond(
    app: &Arc<App>,
    peer: IpAddr,
    id: RequestId,
    matched: Option<Matched>,
    request: Request<Incoming>,
) -> Answer {
    must_name_its_host(&request)?;
    let Matched { route, parameter } = matched.ok_or(ApiError::NotFound)?;
    if request.method() == Method::OPTIONS {
        return Ok(app.cors.options(request.headers(), route.allow()));
    }
    let Some(endpoint) = route.endpoint(request.method()) else {
        let method = request.method().clone();
        return Err(ApiError::Method { method, allow: route.allow() });
    };
    let client = address::client(peer, request.headers(), &app.trusted_proxies);
    if client.forged {
        notice_forged_forwarding(app, client.address);
    }
    let call = Call { request, id, parameter, peer, client: client.address };
    let entered = app.draining.enter();
    if entered.is_none() && !endpoint.answers_to_the_last() {
        return Err(ApiError::unavailable("the server is stopping"));
    }
    handlers::answer(app, endpoint, call).await
}

/// Every request names the host it is meant for, once (RFC 9112, 3.2): hyper lets one without through, and what two
/// parties read as different hosts is how requests get smuggled.
fn must_name_its_host(request: &Request<Incoming>) -> Result<(), ApiError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let named = hosts.next().is_some_and(|host| !host.is_empty());
    if request.version() > Version::HTTP_11 || !named || hosts.next().is_some() {
        return Err(ApiError::Malformed("A request must have exactly one Host header."));
    }
    Ok(())
}

/// A proxy that isn't listed makes every client look the same: worth one warning, but not one a request.
fn notice_forged_forwarding(app: &App, peer: IpAddr) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    app.metrics.forged_forwarding.inc();
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            %peer,
            "a forwarding header came from a peer that is no trusted proxy and was ignored; if it is one of yours, \
             list it in server.trusted_proxies (told once, counted by http_forged_forwarding)"
        );
    }
}

fn log_refusal(id: &RequestId, route: &'static str, error: &ApiError) {
    match error.status() {
        StatusCode::INTERNAL_SERVER_ERROR => tracing::error!(request = %id, route, "{error}"),
        StatusCode::SERVICE_UNAVAILABLE => tracing::warn!(request = %id, route, "{error}"),
        _ => tracing::debug!(request = %id, route, "{error}"),
    }
}
