//! The errors of `identity` as answers of the API.

use crate::error::{ApiError, code};
use axum::http::StatusCode;
use identity::{Error, Refusal};
use journal::JournalError;

impl From<Error<JournalError>> for ApiError {
    fn from(error: Error<JournalError>) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let (status, code) = match refusal {
            Refusal::Throttled { message, wait } => return ApiError::throttled(message, wait),
            Refusal::Unfit { field, message } => return ApiError::unfit_field(field, message),
            Refusal::NoPassword => return ApiError::unfit(message),
            Refusal::NameTaken(_) => return ApiError::conflict(&message),
            Refusal::Broken(broken) => return ApiError::broken(broken),
            Refusal::Unauthorized => (StatusCode::UNAUTHORIZED, code::UNAUTHORIZED),
            Refusal::SessionExpired => (StatusCode::UNAUTHORIZED, code::SESSION_EXPIRED),
            Refusal::ForeignPage(_) => (StatusCode::FORBIDDEN, code::CSRF),
            Refusal::LoginRefused => (StatusCode::UNAUTHORIZED, code::LOGIN_REFUSED),
            Refusal::LastAdministrator => (StatusCode::CONFLICT, code::LAST_ADMINISTRATOR),
            Refusal::UnknownPerson => (StatusCode::NOT_FOUND, code::UNKNOWN_PERSON),
            Refusal::UnknownToken => (StatusCode::NOT_FOUND, code::UNKNOWN_TOKEN),
            Refusal::SetupTokenWrong => (StatusCode::FORBIDDEN, code::SETUP_TOKEN_WRONG),
            Refusal::AlreadySetUp => (StatusCode::CONFLICT, code::ALREADY_SET_UP),
            Refusal::NoRandomness => (StatusCode::SERVICE_UNAVAILABLE, code::NO_RANDOMNESS),
            Refusal::NoMemory => (StatusCode::SERVICE_UNAVAILABLE, code::NO_MEMORY),
        };
        ApiError::new(status, code, message)
    }
}
