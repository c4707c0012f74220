//! The tree over a real store and real sockets (in memory), each test in a world of its own.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets what it doesn't expect has failed, in its helpers too"
)]

// As everybody else calls it.
extern crate parlour_actors as actors;

mod admission;
mod client;
mod crashes;
mod flow;
mod giving_up;
mod letters;
mod model;
mod resume;
mod retention;
mod retirement;
mod revise;
mod revocation;
mod stop;
mod talk;
mod world;
