//! The history checker, from outside: correct histories of a model server give no finding, and whatever is wrong with one
//! is found.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod correct;
mod history;
mod model;
mod planted;
mod story;
