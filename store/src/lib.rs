//! What Parlour remembers.
//!
//! A [`Store`] holds one database: a log of events with `(room, seq)` for its key, and beside it the people, their
//! sessions, the letters on their way. Everything that writes goes through **one write connection**, taken in the order
//! of asking: [`Store::commit`] stores a batch of log commands in a transaction of its own, [`Store::write`] opens a
//! [`WriteTransaction`] for everything else. Reading goes through a pool ([`Store::reader`]) that can't write.
//!
//! The modules hold plain functions: what only reads takes any connection, what writes takes a [`WriteTransaction`], so
//! that nothing can write beside the one connection. Only [`WriteTransaction::append`] and [`Store::commit`] insert
//! events. Times are integer milliseconds; no type of the database leaks out.

mod append;
mod command;
mod commit;
mod config;
mod connect;
mod entity;
mod error;
#[cfg(test)]
mod explain;
mod heads;
pub mod lock;
pub mod log;
mod meta;
mod metrics;
pub mod migrate;
pub mod one_time_tokens;
pub mod outbox;
pub mod people;
pub mod rooms;
mod row;
pub mod sessions;
mod store;
pub mod sweep;
pub mod system;
mod transaction;
mod url;
mod writer;

pub use command::{Change, Command, MOST_EMOJI, Outcome, Refusal};
pub use config::Config;
pub use error::{Cause, StoreError};
pub use metrics::Metrics;
pub use rooms::Retention;
pub use store::Store;
pub use transaction::WriteTransaction;
pub use url::{DatabaseUrl, DatabaseUrlError};
