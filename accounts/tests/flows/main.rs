//! The flows of accounts, over a real store in a folder of its own, with a clock that the test moves.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what it doesn't expect has failed, in its helpers too"
)]

// As everybody else calls it.
extern crate parlour_accounts as accounts;

mod activate;
mod admin;
mod letters;
mod login;
mod logout;
mod mint;
mod refresh;
mod register;
mod resend;
mod revocation;
mod world;
