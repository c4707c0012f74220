//! The whole of Parlour, from outside: real sockets, real files, real processes.
//!
//! Each test starts a server of its own, on a port and in a folder of its own, and owns its time; all of them run at
//! once. None sleeps: each waits for what it expects, at most [`harness::wait::PATIENCE`].

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod harness;

mod acceptance;
mod accounts;
mod chaos;
mod cli_config;
mod cli_documents;
mod cli_keys;
mod cli_rooms;
mod cli_users;
mod comebacks;
mod crashes;
mod crowd;
mod descriptors;
mod drain;
mod durability;
mod faults;
mod frames;
mod history;
mod load;
mod logout;
mod openapi;
mod operation;
mod peers;
mod protocol_doc;
mod readiness;
mod requests;
mod rooms;
mod secrets;
mod shares;
mod shutdown;
mod slowness;
mod throttle;
