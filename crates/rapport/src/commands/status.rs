//! `rapport status`: what a running server has done and is doing.

use crate::admin::AdminClient;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::output::Out;
use crate::table;
use serde_json::Value;

/// Runs the command.
pub(super) async fn run(args: &cli::StatusArgs, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let client = AdminClient::new(&args.server)?;
    let status = match args.wait {
        None => client.get("status", &[]).await?,
        Some(wait) => settled(&client, wait).await?,
    };
    if args.json {
        out.json(&status)?;
    } else {
        write(&status, out)?;
    }
    let pending = args.wait.is_some() && status["settled"] != Value::Bool(true);
    Ok(if pending { Exit::No } else { Exit::Done })
}

/// Waits until nothing is pending. One request of the admin API waits a minute at most.
async fn settled(client: &AdminClient, wait: std::time::Duration) -> Result<Value, Failure> {
    let deadline = tokio::time::Instant::now() + wait;
    loop {
        let left = deadline.saturating_duration_since(tokio::time::Instant::now());
        let query = [("wait", "settled".to_owned()), ("timeout_ms", left.as_millis().to_string())];
        let status = client.get("status", &query).await?;
        if status["settled"] == Value::Bool(true) || tokio::time::Instant::now() >= deadline {
            return Ok(status);
        }
    }
}

fn write(status: &Value, out: &mut Out<'_>) -> Result<(), Failure> {
    let count = |key: &str| status[key].as_u64().unwrap_or(0);
    out.line(format!(
        "{} accepted: {} delivered, {} pending, {} skipped, {}",
        table::counted(count("accepted"), "event"),
        count("delivered"),
        count("pending"),
        count("skipped"),
        table::counted(count("dead"), "dead letter"),
    ))?;
    let skipped = reasons(&status["skipped_by"]);
    if !skipped.is_empty() {
        out.line(format!("skipped: {skipped}"))?;
    }
    if count("message_ids_reused") > 0 {
        out.line(format!(
            "message ids used for another event before: {} (delivered all the same; correct the sender)",
            count("message_ids_reused")
        ))?;
    }
    if status["imbalance"].as_i64() != Some(0) {
        out.line(format!(
            "the ledger does not balance by {}: this is a bug, please report it with the log",
            count("imbalance")
        ))?;
    }
    if let Some(reason) = status["journal"]["reason"].as_str() {
        let code = text(&status["journal"]["code"]);
        out.line(format!("new events are refused: {} [{code}]", table::visible(reason)))?;
    }
    for warning in status["journal"]["warnings"].as_array().into_iter().flatten() {
        let [code, about, means, what_to_do] =
            ["code", "about", "means", "what_to_do"].map(|key| text(&warning[key]));
        out.line(format!("warning: {about} [{code}]; {means}"))?;
        out.line(format!("warning: what to do: {what_to_do}"))?;
    }
    parts(&status["parts"], out)?;
    configuration(&status["configuration"], out)?;
    let header = ["destination", "state", "pending", "delivered", "dead", "calls", "saved", "calls left"];
    let rows = status["destinations"].as_array().into_iter().flatten().map(row).collect();
    out.line(table::plain(&header, rows))?;
    for destination in status["destinations"].as_array().into_iter().flatten() {
        if let Some(reason) = destination["reason"].as_str() {
            let name = text(&destination["name"]);
            out.line(format!("{name}: {}", table::visible(reason)))?;
            if destination["trouble"].is_object() {
                trouble(&name, &destination["trouble"], out)?;
            }
        }
    }
    Ok(())
}

/// The number of parts of the server, and each part that does not run or was restarted.
fn parts(parts: &Value, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(parts) = parts.as_array().filter(|parts| !parts.is_empty()) else { return Ok(()) };
    let down = parts.iter().filter(|part| part["state"] != "running").count();
    let how = if down == 0 { "all running".to_owned() } else { format!("{down} not running") };
    out.line(format!("{} of the server: {how}", table::counted(parts.len() as u64, "part")))?;
    for part in parts {
        let restarts = part["restarts"].as_u64().unwrap_or(0);
        if part["state"] == "running" && restarts == 0 {
            continue;
        }
        let [name, state, since] = ["name", "state", "since"].map(|key| text(&part[key]));
        let again = table::counted(restarts, "time");
        let last =
            part["last_words"].as_str().map(|words| format!("; the last time {}", table::visible(words)));
        let last = last.unwrap_or_default();
        out.line(format!("part {name}: {state} since {since}, started again {again}{last}"))?;
    }
    Ok(())
}

/// The keys of the configuration file that are not in force.
fn configuration(configuration: &Value, out: &mut Out<'_>) -> Result<(), Failure> {
    let refused = &configuration["refused"];
    if refused.is_object() {
        let [at, code, reason] = ["at", "code", "reason"].map(|key| text(&refused[key]));
        out.line(format!("configuration: what was read at {at} is not taken: {reason} [{code}]"))?;
    }
    let waiting: Vec<String> =
        configuration["needs_restart"].as_array().into_iter().flatten().map(text).collect();
    if !waiting.is_empty() {
        out.line(format!("configuration: these keys change with the next start: {}", waiting.join(" ")))?;
    }
    Ok(())
}

/// Since when no call is sent, the number of tries, the next try, and what to do.
fn trouble(name: &str, trouble: &Value, out: &mut Out<'_>) -> Result<(), Failure> {
    let tries = table::counted(trouble["tries"].as_u64().unwrap_or(0), "time");
    let next = match trouble["next_try"].as_str() {
        Some(next) => format!("next try {}", table::visible(next)),
        None => "no further try until somebody acts".to_owned(),
    };
    out.line(format!(
        "{name}: [{}] since {}, tried {tries}, {next}; {}",
        text(&trouble["code"]),
        text(&trouble["since"]),
        text(&trouble["means"])
    ))?;
    out.line(format!("{name}: what to do: {}", text(&trouble["what_to_do"])))?;
    Ok(())
}

fn row(destination: &Value) -> Vec<String> {
    let budget = &destination["budget"];
    let left = if budget.is_null() {
        "unknown".to_owned()
    } else {
        format!("{} of {} until {}", budget["remaining"], budget["limit"], text(&budget["resets_at"]))
    };
    let mut row: Vec<String> = ["name", "state", "pending", "delivered", "dead", "calls", "calls_saved"]
        .map(|key| text(&destination[key]))
        .into();
    row.push(left);
    row
}

fn reasons(skipped_by: &Value) -> String {
    let counts = skipped_by.as_object().into_iter().flatten();
    counts.map(|(reason, count)| format!("{count} {reason}")).collect::<Vec<_>>().join(", ")
}

/// A value without quotes; control characters for terminals are made visible.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => table::visible(text),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
