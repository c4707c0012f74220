//! The store from outside.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may, but clippy.toml says so only for the test functions themselves"
)]

mod append;
mod beside;
mod changes;
mod erasure;
mod full;
mod halves;
mod heads;
mod letters;
mod metrics;
mod migrate;
mod model;
mod order;
mod people;
mod reactions;
mod restart;
mod retention;
mod rooms;
mod sessions;
mod sweep;
mod world;
