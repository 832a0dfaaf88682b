//! The input of a call of the control API: parameters of the query and a JSON body. The `Content-Type` of a body is
//! ignored, because `curl -d` calls every body a form; an unusable body is refused with a JSON object, like every other
//! fault.

use axum::extract::{FromRequest, FromRequestParts, Query as AxumQuery, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::problem::problem;

/// The parameters of the query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = AxumQuery::<T>::from_request_parts(parts, state).await;
        read.map(|AxumQuery(given)| Query(given))
            .map_err(|rejection| problem(StatusCode::BAD_REQUEST, &rejection.body_text()))
    }
}

/// The body, as JSON.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| problem(rejection.status(), &rejection.body_text()))?;
        let deserializer = &mut serde_json::Deserializer::from_slice(&bytes);
        let refused = |text: String| problem(StatusCode::BAD_REQUEST, &text);
        let given = serde_path_to_error::deserialize(&mut *deserializer)
            .map_err(|error| refused(format!("the body cannot be used: {error}")))?;
        deserializer.end().map_err(|error| refused(format!("the body is no JSON document: {error}")))?;
        Ok(Body(given))
    }
}
