//! Telemetry: what the program says of itself. Logs say what happened, metrics how often and how long.
//!
//! Neither ever holds a query string, a token, a password or a cookie, whatever the level: a request is logged by its
//! route's template, and secrets travel in types that redact themselves.

pub mod logs;
pub mod metrics;
