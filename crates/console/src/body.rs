//! Bodies of requests.

use crate::error::ApiError;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use secrecy::SecretString;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

/// A body as handlers get it.
pub(crate) type Body = Result<Bytes, BytesRejection>;

/// Reads it as JSON, whatever its content type says.
pub(crate) fn read<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let body = body.map_err(|error| ApiError::invalid(error.body_text()))?;
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::invalid(format!("the body cannot be understood: {error}")))
}

/// Reads a body that may hold secrets: what cannot be understood is not repeated, only where it is.
pub(crate) fn read_secret<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let body = body.map_err(|error| ApiError::invalid(error.body_text()))?;
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::invalid(format!("the body cannot be understood at line {line}, column {column}"))
    })
}

/// A secret in a body. That it is no text is said without repeating it.
#[derive(Debug)]
pub(crate) struct Secret(pub(crate) SecretString);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Secret(SecretString::from(text))),
            _ => Err(D::Error::custom("a secret is not a text")),
        }
    }
}
