//! What the door counts.

use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the duration histogram's buckets, in seconds: from a static page to a queued password hash.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// A request, as it is counted. Every label has few values: the route is a template, never a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabel {
    reason: &'static str,
}

/// Why an upgrade was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeRefusal {
    /// The page's origin isn't allowed.
    Origin,
    /// The address asked too often.
    Throttled,
    /// No credential, or one that opens nothing; or a room that is closed to its bearer.
    Credential,
    /// As before, while too many others were being told so.
    CredentialUnheard,
    /// The server takes no more sockets.
    Busy,
}

impl UpgradeRefusal {
    const fn label(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Throttled => "throttled",
            Self::Credential => "credential",
            Self::CredentialUnheard => "credential_unheard",
            Self::Busy => "busy",
        }
    }
}

/// What the door counts. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabel, Histogram, fn() -> Histogram>,
    refusals: Family<RefusalLabel, Counter>,
    /// Connections that speak HTTP at this moment.
    pub connections: Gauge,
    /// Connections dropped at once, since their address had as many as it may.
    pub connections_refused: Counter,
    /// Times that accepting a connection failed, most likely for want of file descriptors.
    pub accept_errors: Counter,
    /// Requests with a forwarding header from a peer that is no trusted proxy.
    pub forged_forwarding: Counter,
}

impl Metrics {
    /// Names the metrics in `registry`.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            refusals: Family::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            accept_errors: Counter::default(),
            forged_forwarding: Counter::default(),
        };
        registry.register(
            "http_requests",
            "Requests answered, by method, route and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its answer, by route",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "http_upgrades_refused",
            "WebSocket upgrades refused, by reason",
            metrics.refusals.clone(),
        );
        registry.register(
            "http_connections",
            "Connections that speak HTTP, upgraded ones not counted",
            metrics.connections.clone(),
        );
        registry.register(
            "http_connections_refused",
            "Connections dropped at once, since their address had as many as it may",
            metrics.connections_refused.clone(),
        );
        registry.register(
            "http_accept_errors",
            "Failures to accept a connection",
            metrics.accept_errors.clone(),
        );
        registry.register(
            "http_forged_forwarding",
            "Requests whose forwarding headers were ignored, since no trusted proxy sent them",
            metrics.forged_forwarding.clone(),
        );
        metrics
    }

    /// Counts an answered request.
    pub fn answered(
        &self,
        method: &Method,
        route: &'static str,
        status: StatusCode,
        took: Duration,
    ) {
        let labels = RequestLabels { method: known(method), route, status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabel { route }).observe(took.as_secs_f64());
    }

    /// Counts a refused upgrade.
    pub fn refused(&self, reason: UpgradeRefusal) {
        self.refusals.get_or_create(&RefusalLabel { reason: reason.label() }).inc();
    }
}

/// The method's name, or one name for all that nobody serves: what a client makes up must not make a series.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
