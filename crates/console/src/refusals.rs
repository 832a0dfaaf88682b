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
        let (status, code, advice) = match refusal {
            Refusal::Throttled { message, wait } => return ApiError::throttled(message, wait),
            Refusal::Unfit { field, message } => return ApiError::unfit_field(field, message),
            Refusal::NoPassword => return ApiError::unfit(message),
            Refusal::NameTaken(_) => return ApiError::conflict(&message),
            Refusal::Broken(broken) => return ApiError::broken(broken),
            Refusal::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                code::UNAUTHORIZED,
                "sign in, or send \"Authorization: Bearer TOKEN\"; the admin token is admin.token of the configuration, \
                 or in the file admin-token of the data folder",
            ),
            Refusal::SessionExpired => (StatusCode::UNAUTHORIZED, code::SESSION_EXPIRED, "sign in again"),
            Refusal::ForeignPage(_) => (
                StatusCode::FORBIDDEN,
                code::CSRF,
                "use the console itself; programs use an API token instead of a session",
            ),
            Refusal::LoginRefused => (
                StatusCode::UNAUTHORIZED,
                code::LOGIN_REFUSED,
                "try again; an administrator can set a new password, and the admin token always opens",
            ),
            Refusal::LastAdministrator => {
                (StatusCode::CONFLICT, code::LAST_ADMINISTRATOR, "make another person an administrator first")
            }
            Refusal::UnknownPerson => (StatusCode::NOT_FOUND, code::UNKNOWN_PERSON, "see the list of people"),
            Refusal::UnknownToken => (StatusCode::NOT_FOUND, code::UNKNOWN_TOKEN, "see the list of tokens"),
            Refusal::SetupTokenWrong => (
                StatusCode::FORBIDDEN,
                code::SETUP_TOKEN_WRONG,
                "open the link that the server printed when it started last",
            ),
            Refusal::AlreadySetUp => (StatusCode::CONFLICT, code::ALREADY_SET_UP, "sign in"),
            Refusal::NoRandomness => (
                StatusCode::SERVICE_UNAVAILABLE,
                code::NO_RANDOMNESS,
                "repeat it; if it stays so, see the machine's /dev/urandom",
            ),
            Refusal::NoMemory => (
                StatusCode::SERVICE_UNAVAILABLE,
                code::NO_MEMORY,
                "give the server more memory, then repeat it",
            ),
        };
        ApiError::new(status, code, message, advice)
    }
}
