//! The flows, a file each.

pub(crate) mod activate;
mod generation;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod mint;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod registration;
pub(crate) mod resend;
