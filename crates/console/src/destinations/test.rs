//! Does InMoment take this login?

use crate::access::Caller;
use crate::audit::action;
use crate::body::{self, Body};
use crate::directory::Directory;
use crate::error::{ApiError, ErrorBody, Refusals, code};
use crate::operations::{Operations, ProveError};
use crate::state::Identity;
use axum::Json;
use axum::extract::State;
use inmoment::{CallError, FailureClass, Region};
use registry::{DeliverySettings, Destination, DestinationForm, FieldError};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use utoipa::ToSchema;

/// The result of a connection test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestResult)]
pub(crate) struct TestResultView {
    /// InMoment gave a token
    ok: bool,
    #[schema(value_type = registry::words::Region)]
    region: &'static str,
    /// the address that was asked
    base_url: String,
    #[schema(required)]
    problem: Option<ErrorBody>,
    took_ms: u64,
}

/// Asks InMoment for a token with a login, and sends nothing else. If the form leaves the login out, the login of the
/// existing destination `name` is used.
#[utoipa::path(post, operation_id = "test_connection", path = "/connection-test", tag = "destinations",
    request_body = DestinationForm, responses((status = 200, body = TestResultView), Refusals))]
pub(crate) async fn test_connection(
    State(directory): State<Arc<Directory>>,
    State(operations): State<Arc<dyn Operations>>,
    State(identity): State<Identity>,
    caller: Caller,
    body: Body,
) -> Result<Json<TestResultView>, ApiError> {
    let form: DestinationForm = body::read_secret(body)?;
    let destination = login(&directory, &form)?;
    let subject = form.name.as_deref().unwrap_or_default();
    let detail = json!({ "base_url": form.base_url });
    identity.inquire(&caller, action::CONNECTION_TEST, subject, &detail).await?;
    let began = Instant::now();
    let proved = operations.prove(&destination).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(TestResultView {
        ok: proved.is_ok(),
        region: destination.effective_region().word(),
        base_url: destination.effective_base_url(),
        problem: proved.err().map(|error| problem(&error, destination.effective_region())),
        took_ms,
    }))
}

/// The login to be tried.
fn login(directory: &Directory, form: &DestinationForm) -> Result<Destination, ApiError> {
    let whole = form.password.is_some() && form.account_token.is_some();
    let kept = match form.name.as_deref() {
        // With a complete login, the destination need not exist yet; if it exists, its address stays.
        Some(name) if whole => directory.destination(name).map(|(kept, _)| kept),
        Some(name) => Some(directory.find_destination(name)?.0),
        None => None,
    };
    let given = |field: &'static str, text: &Option<String>, kept: Option<&SecretString>| match (text, kept) {
        (Some(text), _) if !text.trim().is_empty() => Ok(SecretString::from(text.as_str())),
        (_, Some(kept)) => Ok(kept.clone()),
        _ => Err(ApiError::from(FieldError::new(field, "this is needed to ask InMoment for a token"))),
    };
    let mut asked = Destination {
        name: form.name.clone().unwrap_or_default(),
        mode: delivery::Mode::Live,
        username: given("username", &form.username, kept.as_ref().map(|kept| &kept.username))?,
        password: given("password", &form.password, kept.as_ref().map(|kept| &kept.password))?,
        account_token: given(
            "account_token",
            &form.account_token,
            kept.as_ref().map(|kept| &kept.account_token),
        )?,
        region: form.region()?.unwrap_or(kept.as_ref().and_then(|kept| kept.region)),
        base_url: form.base_url()?.unwrap_or(kept.as_ref().and_then(|kept| kept.base_url.clone())),
        addresses: None,
        sources: Vec::new(),
        consent: mapping::ConsentSettings::new(),
        rules: Vec::new(),
        delivery: DeliverySettings::default(),
    };
    let address = asked.effective_base_url();
    match &kept {
        // The destination already delivers to this address, so the policy for new addresses does not apply.
        Some(kept) if kept.effective_base_url() == address => asked.addresses = kept.addresses.clone(),
        kept => {
            if let Some(kept) = kept {
                form.stays_or_is_known(&kept.effective_base_url(), &address)?;
            }
            let policy = directory.addresses();
            asked.held_to(&policy).map_err(|why| ApiError::not_called("base_url", &why))?;
        }
    }
    Ok(asked)
}

fn problem(error: &ProveError, region: Region) -> ErrorBody {
    match error {
        ProveError::Refused(message) => ErrorBody {
            code: code::INVALID_REQUEST,
            message: message.clone(),
            what_to_do: "correct the address".to_owned(),
            field: Some("base_url".to_owned()),
        },
        ProveError::Call(error) => ErrorBody {
            code: error.code,
            message: format!("{}; nothing was sent, and events wait until it works", error.message),
            what_to_do: format!("{} (asked in region {region})", advice(error)),
            field: None,
        },
    }
}

/// What to do when InMoment gives no token.
pub fn advice(error: &CallError) -> &'static str {
    match error.class {
        FailureClass::Wait => "see that this machine reaches the address, then try again",
        FailureClass::Refresh | FailureClass::Halt | FailureClass::Deny | FailureClass::Reject => {
            "see username, password and account_token (InMoment shows it under Settings, Your Account), and the region"
        }
    }
}
