//! `[metrics]`: the numbers, on a listener of their own.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use hyper::body::Incoming;
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::accept::Door;
use crate::http::connection::Connections;
use crate::http::reply::{self, Reply};
use crate::http::shares::Shares;

/// How many scrapers may be connected at once.
const SCRAPERS: usize = 16;

/// How long a scraper may take to ask, and to take what it is given.
const PATIENCE: Duration = Duration::from_secs(10);

/// `[metrics]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address and port where `/metrics` is served. Port 0: whichever is free.
    pub listen: SocketAddr,
    /// Host names by which a scraper may ask, besides `localhost` and any IP address. A web page that points a name of
    /// its own at this listener (DNS rebinding) is refused, because its name isn't here.
    pub hosts: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 9464)), hosts: Vec::new() }
    }
}

/// Serves `registry` on `listener` until `stop`.
pub async fn serve(
    listener: TcpListener,
    registry: Arc<Registry>,
    config: Config,
    tracker: TaskTracker,
    stop: CancellationToken,
) {
    let connections = Connections::new(PATIENCE, PATIENCE, stop.clone());
    let door = Door {
        listener,
        permits: Arc::new(Semaphore::new(SCRAPERS)),
        shares: Shares::unlimited(),
        tracker,
        stop,
        connections: Gauge::default(),
        refused: Counter::default(),
        accept_errors: Counter::default(),
    };
    let hosts: Arc<[String]> = config.hosts.into();
    door.open(|tcp, _| {
        let (registry, hosts) = (Arc::clone(&registry), Arc::clone(&hosts));
        connections.clone().serve(tcp, move |request: Request<Incoming>| {
            std::future::ready(answer(
                &registry,
                &hosts,
                request.method(),
                request.uri().path(),
                request.headers(),
            ))
        })
    })
    .await;
}

fn answer(
    registry: &Registry,
    hosts: &[String],
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Reply {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(|host| is_known(host, hosts)) {
        return words(StatusCode::FORBIDDEN, "this name is not in metrics.hosts\n");
    }
    if path.trim_end_matches('/') != "/metrics" {
        return words(StatusCode::NOT_FOUND, "the numbers are at /metrics\n");
    }
    if method != Method::GET && method != Method::HEAD {
        let mut reply = words(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return reply;
    }
    let mut page = String::new();
    let (media_type, encoded) = if wants_open_metrics(headers) {
        let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        (media_type, text::encode(&mut page, registry))
    } else {
        ("text/plain; version=0.0.4; charset=utf-8", prometheus_text::encode(&mut page, registry))
    };
    if encoded.is_err() {
        return words(StatusCode::INTERNAL_SERVER_ERROR, "the numbers can't be written down\n");
    }
    let mut reply = words(StatusCode::OK, page);
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}

fn words(status: StatusCode, text: impl Into<bytes::Bytes>) -> Reply {
    reply::with_type(status, "text/plain; charset=utf-8", text.into())
}

/// Whether a Host header is an IP address, `localhost`, or one of `hosts`; its port doesn't matter.
fn is_known(host: &str, hosts: &[String]) -> bool {
    if host.parse::<SocketAddr>().is_ok() || host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if bracketed.is_some_and(|address| address.parse::<IpAddr>().is_ok()) {
        return true;
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let same = |known: &str| known.eq_ignore_ascii_case(name);
    same("localhost") || hosts.iter().any(|known| same(known))
}

fn wants_open_metrics(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|types| types.contains("application/openmetrics-text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &Method, path: &str, headers: &[(http::HeaderName, &'static str)]) -> Reply {
        let mut registry = Registry::with_prefix("parlour");
        let counter: Counter = Counter::default();
        counter.inc();
        registry.register("knocks", "Knocks", counter);
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        answer(&registry, &["scrape.example.org".to_owned()], method, path, &headers.collect())
    }

    #[test]
    fn only_known_names_may_ask() {
        for known in [
            "127.0.0.1:9464",
            "[::1]:9464",
            "[::1]",
            "::1",
            "localhost",
            "LocalHost:9464",
            "10.0.0.1",
            "scrape.example.org:80",
        ] {
            assert_eq!(
                ask(&Method::GET, "/metrics", &[(HOST, known)]).status(),
                StatusCode::OK,
                "{known}"
            );
        }
        for other in ["", "evil.example", "localhost.evil.example:9464", "127.0.0.1.evil.example"] {
            let status = ask(&Method::GET, "/metrics", &[(HOST, other)]).status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{other}");
        }
        assert_eq!(ask(&Method::GET, "/metrics", &[]).status(), StatusCode::FORBIDDEN);
    }

    #[test]
    fn there_is_one_page_and_it_is_only_read() {
        let host = (HOST, "localhost");
        assert_eq!(
            ask(&Method::GET, "/", std::slice::from_ref(&host)).status(),
            StatusCode::NOT_FOUND
        );
        let refused = ask(&Method::POST, "/metrics", std::slice::from_ref(&host));
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
        let plain = ask(&Method::GET, "/metrics/", std::slice::from_ref(&host));
        assert!(plain.headers()[CONTENT_TYPE].to_str().expect("a text").starts_with("text/plain"));
        let open = ask(
            &Method::GET,
            "/metrics",
            &[host, (ACCEPT, "application/openmetrics-text; version=1.0.0")],
        );
        assert!(
            open.headers()[CONTENT_TYPE]
                .to_str()
                .expect("a text")
                .starts_with("application/openmetrics")
        );
    }
}
