//! `rapport pause` and `rapport resume`.

use super::status::text;
use crate::admin::AdminClient;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::output::Out;
use serde_json::json;

/// Runs the command; `to` is `pause` or `resume`.
pub(super) async fn run(args: &cli::Switch, to: &str, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let client = AdminClient::new(&args.server)?;
    let mut path = String::from("destinations/");
    path.extend(args.destination.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    }));
    let switched = client.post(&format!("{path}/{to}"), &json!({})).await?;
    let standing = &switched["standing"];
    // The reason "paused by an operator" needs no mention.
    let reason = standing["reason"].as_str().filter(|_| standing["state"] != "paused");
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    out.line(format!("{} is {}{reason}", text(&switched["name"]), text(&standing["state"])))?;
    Ok(Exit::Done)
}
