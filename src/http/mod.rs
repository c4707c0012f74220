//! The door: HTTP, and the upgrade to a WebSocket.
//!
//! A connection is taken in ([`accept`]) when there is a permit for it, unless its address has more than its share of them
//! ([`shares`]), and served by hyper ([`connection`]). Each request
//! goes through [`service`]: it gets a name, its route is found ([`router`], out of the table in [`routes`]), a handler
//! answers (`handlers`), and what it refuses is put into words in one place ([`error`]). What an upgrade asks for is
//! decided by the actor tree; here it is only let through the door ([`upgrade`]).

pub mod accept;
pub mod address;
pub mod app;
pub mod body;
mod call;
mod config;
pub mod connection;
pub mod cors;
pub mod draining;
pub mod error;
mod handlers;
pub mod mailbox;
pub mod metrics;
pub mod openapi;
pub mod origin;
pub mod origin_pattern;
mod pages;
mod public;
pub mod readiness;
pub mod reply;
mod request_id;
pub mod router;
pub mod routes;
pub mod service;
pub mod shares;
mod stream;
pub mod throttle;
pub mod upgrade;

pub use config::Config;
pub use public::Public;
