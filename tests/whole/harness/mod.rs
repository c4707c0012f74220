//! What every test here stands on: a server of its own, and clients that speak to it over real sockets.

pub mod app;
pub mod commands;
pub mod contract;
pub mod door;
pub mod faults;
pub mod http;
pub mod loyal;
pub mod mailbox;
pub mod person;
pub mod program;
pub mod raw;
pub mod socket;
pub mod talker;
pub mod tools;
pub mod wait;

pub use app::App;
pub use door::{Door, PASSWORD, address_of};
pub use loyal::Loyal;
pub use person::Person;
pub use program::Program;
pub use raw::Raw;
pub use socket::{Knock, Socket};
pub use talker::Talker;
pub use wait::{until, within};
