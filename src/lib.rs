//! Parlour: accounts, sign-in and live chat rooms over WebSockets, in one program.
//!
//! This crate is the door and the front desk; the work is done by its members (see `ARCHITECTURE.md`):
//!
//! * [`cli`] is the command line, a file a subcommand; [`config`] reads what it is told;
//! * [`server`] puts the parts together and takes them apart again in order;
//! * [`http`] is the door: routes, the WebSocket upgrade, pages;
//! * [`telemetry`] says what happens: logs and metrics.

pub mod cli;
pub mod config;
pub mod http;
pub mod server;
pub mod telemetry;
