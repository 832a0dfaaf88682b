//! Reading request bodies.

use crate::error::ApiError;
use crate::parameters::misunderstood;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use secrecy::SecretString;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

/// A body as axum's extractor gives it to handlers.
pub(crate) type Body = Result<Bytes, BytesRejection>;

/// Reads a body as JSON, whatever its content type. The error names the part that is wrong.
pub(crate) fn read<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let body = object(body)?;
    let mut json = serde_json::Deserializer::from_slice(&body);
    let read = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| misunderstood("the body", &error.path().to_string(), &error.inner().to_string()))?;
    json.end().map_err(|error| misunderstood("the body", "", &error.to_string()))?;
    Ok(read)
}

/// Reads a body that may hold secrets: the error says where the body cannot be parsed and does not quote it.
pub(crate) fn read_secret<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let body = object(body)?;
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::invalid(format!("the body cannot be understood at line {line}, column {column}"))
    })
}

/// Accepts JSON objects only: serde would also read a struct from a list, by the order of its members.
fn object(body: Body) -> Result<Bytes, ApiError> {
    let body = body.map_err(|error| ApiError::invalid(error.body_text()))?;
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => Err(ApiError::invalid("the body is a list, and should be a JSON object")),
        _ => Ok(body),
    }
}

/// A secret in a body. The error for a value that is not a text does not quote the value.
#[derive(Debug)]
pub(crate) struct Secret(pub(crate) SecretString);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Secret(SecretString::from(text))),
            _ => Err(D::Error::custom("a secret must be a text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Time;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the tests' refusals alone")]
    struct Given {
        limit: Option<usize>,
        from: Option<Time>,
    }

    #[test]
    fn a_refused_body_names_its_part() {
        for (text, field) in [
            (r#"{"limit":"x"}"#, Some("limit")),
            (r#"{"from":1}"#, Some("from")),
            (r#"{"from":"1"}"#, Some("from")),
            (r#"{"colour":1}"#, Some("colour")),
            ("", None),
            ("[1", None),
            ("[1,null]", None),
            (" [null, null]", None),
            (r#"{"limit":1} x"#, None),
            (r#"{"limit":1,"limit":2}"#, Some("limit")),
        ] {
            let refused = match read::<Given>(Ok(Bytes::from(text))) {
                Err(error) => error,
                Ok(given) => panic!("{text} is taken as {given:?}"),
            };
            assert_eq!(refused.field(), field, "{text}");
        }
    }
}
