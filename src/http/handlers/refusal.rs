//! What the flows of accounts refuse, as an [`ApiError`].

use accounts::{ActivateError, Failure, FieldErrors, LoginError, RegisterError, TokenError};

use crate::http::error::ApiError;

impl ApiError {
    /// An access token that opens nothing. The words are simplejwt's.
    #[must_use]
    pub fn access_token(error: TokenError) -> Self {
        Self::AccessToken(words(error))
    }

    /// A token in a body that opens nothing. The words are simplejwt's.
    #[must_use]
    pub fn token(error: TokenError) -> Self {
        Self::Token(words(error))
    }
}

const fn words(error: TokenError) -> &'static str {
    match error {
        TokenError::Invalid => "Token is invalid",
        TokenError::Expired => "Token is expired",
        TokenError::WrongType => "Token has wrong type",
        TokenError::Revoked(_) => "Token is blacklisted",
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        if failure.is_temporary() {
            Self::Unavailable(failure.to_string())
        } else {
            Self::internal(failure)
        }
    }
}

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Invalid(fields) => fields.into(),
            RegisterError::Failure(failure) => failure.into(),
        }
    }
}

impl From<ActivateError> for ApiError {
    fn from(error: ActivateError) -> Self {
        match error {
            ActivateError::Missing => Self::Detail("Token is required"),
            ActivateError::Invalid => Self::Detail("Invalid token"),
            ActivateError::Expired => Self::Detail("The token has expired"),
            ActivateError::Failure(failure) => failure.into(),
        }
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        const DETAIL: &str = "Invalid credentials";
        match error {
            LoginError::Credentials => Self::Credentials { detail: DETAIL, code: None },
            LoginError::EmailNotVerified => {
                Self::Credentials { detail: DETAIL, code: Some("email_not_verified") }
            }
            LoginError::Failure(failure) => failure.into(),
        }
    }
}
