//! `rapport dead-letters`: events that could not be delivered.

use super::status::text;
use crate::admin::AdminClient;
use crate::cli::{DeadLetterAction, ListDeadLetters, SelectDeadLetters, ShowDeadLetter, WhichDeadLetters};
use crate::failure::{Exit, Failure, code};
use crate::output::{Out, say};
use crate::table;
use serde_json::{Map, Value, json};

/// Rows shown to a person between two headers; programs take `--json`.
const COLUMNS: [&str; 7] = ["id", "code", "type", "user", "destination", "received_at", "reason"];

/// Runs the command.
pub(super) async fn run(action: &DeadLetterAction, out: &mut Out<'_>) -> Result<Exit, Failure> {
    match action {
        DeadLetterAction::List(args) => list(args, out).await?,
        DeadLetterAction::Show(args) => show(args, out).await?,
        DeadLetterAction::Requeue(args) => take(args, "requeue", "requeued", out).await?,
        DeadLetterAction::Discard(args) => take(args, "discard", "discarded", out).await?,
    }
    Ok(Exit::Done)
}

async fn list(args: &ListDeadLetters, out: &mut Out<'_>) -> Result<(), Failure> {
    let client = AdminClient::new(&args.server)?;
    let mut rows = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut query = vec![("limit", "1000".to_owned())];
        query.extend(which(&args.which).map(|(name, value)| (name, value.to_owned())));
        query.extend(after.map(|after| ("after", after)));
        let page = client.get("dead-letters", &query).await?;
        for letter in page["items"].as_array().into_iter().flatten() {
            if args.json {
                out.json(letter)?;
            } else {
                rows.push(COLUMNS.map(|column| text(&letter[column])).to_vec());
            }
        }
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    if !args.json && rows.is_empty() {
        say("there are no dead letters");
    } else if !args.json {
        out.line(table::plain(&COLUMNS, rows))?;
    }
    Ok(())
}

async fn show(args: &ShowDeadLetter, out: &mut Out<'_>) -> Result<(), Failure> {
    let client = AdminClient::new(&args.server)?;
    let letter = client.get(&format!("dead-letters/{}", args.id), &[]).await?;
    if args.json {
        return Ok(out.json(&letter)?);
    }
    for (key, value) in letter.as_object().into_iter().flatten().filter(|(key, _)| *key != "event") {
        out.line(format!("{key:<12} {}", text(value)))?;
    }
    out.line("")?;
    let event = letter["event"].as_str().unwrap_or_default();
    // Serialised JSON has no control characters; an event that is not JSON is shown unchanged, with its control
    // characters made visible.
    let pretty = serde_json::from_str::<Value>(event).and_then(|event| serde_json::to_string_pretty(&event));
    Ok(out.line(pretty.unwrap_or_else(|_| table::visible(event)))?)
}

async fn take(args: &SelectDeadLetters, path: &str, done: &str, out: &mut Out<'_>) -> Result<(), Failure> {
    let selection = selection(args)?;
    let client = AdminClient::new(&args.server)?;
    let (path, done) = if args.dry_run { ("count", "would be taken") } else { (path, done) };
    let taken = client.post(&format!("dead-letters/{path}"), &selection).await?;
    if args.json {
        return Ok(out.json(&taken)?);
    }
    Ok(out.line(format!("{} {done}", table::counted(taken["count"].as_u64().unwrap_or(0), "dead letter")))?)
}

/// The filter for dead letters, with the API's names.
fn which(args: &WhichDeadLetters) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("code", &args.code),
        ("destination", &args.destination),
        ("source", &args.source),
        ("user", &args.user),
        ("message_id", &args.message_id),
        ("from", &args.from),
        ("to", &args.to),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)))
}

fn selection(args: &SelectDeadLetters) -> Result<Value, Failure> {
    let mut selection: Map<String, Value> =
        which(&args.which).map(|(name, value)| (name.to_owned(), json!(value))).collect();
    if !args.ids.is_empty() {
        selection.insert("ids".to_owned(), json!(args.ids));
    } else if args.all && selection.is_empty() {
        selection.insert("all".to_owned(), json!(true));
    } else if !args.all && args.which.code.is_none() {
        return Err(Failure::new(code::SELECTION_NEEDED, "which dead letters is not said")
            .exit(Exit::Usage)
            .means("nothing was changed")
            .advice("name their numbers, --code CODE, or --all (see: rapport dead-letters list)"));
    }
    Ok(Value::Object(selection))
}
