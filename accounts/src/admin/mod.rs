//! What an administrator does to accounts, from the command line. Each appends to the system room in its own transaction, so
//! that a server that runs beside acts on it within seconds.

mod add;
mod keys;
mod person;

pub use add::NewAccount;

use store::StoreError;

use crate::flows::register::RegisterError;
use crate::tokens::KeyError;
use crate::{Failure, FieldErrors};

/// Why it couldn't be done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Something that was typed is wrong.
    #[error("a field is wrong")]
    Invalid(FieldErrors),
    /// There is no such person.
    #[error("there is no such person")]
    NoSuchPerson,
    /// The signing keys can't be read or made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Something failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<RegisterError> for AdminError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Invalid(errors) => Self::Invalid(errors),
            RegisterError::Failure(failure) => Self::Failure(failure),
        }
    }
}
