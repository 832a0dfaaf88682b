//! `rapport api`: the unchanged admin API, for scripts and for functions without a command.

use super::input;
use crate::admin::AdminClient;
use crate::cli;
use crate::failure::{Exit, Failure, code};
use crate::output::Out;
use reqwest::Method;
use std::io::Read;
use std::path::Path;

/// The server accepts no larger body.
const LARGEST: u64 = 1 << 20;

/// Runs the command; the answer is printed as indented JSON.
pub(super) async fn run(args: &cli::Api, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let body = args.data.as_deref().map(text).transpose()?;
    let body = body.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| {
        Failure::new(code::INPUT_NOT_JSON, format!("--data is not JSON: {error}"))
            .exit(Exit::Usage)
            .means("nothing was sent")
            .advice(
                "write it as in --data '{\"code\":\"email_taken\"}', or put it into a file and give @FILE",
            )
    })?;
    let usual = if body.is_some() { "POST" } else { "GET" };
    let word = args.method.as_deref().unwrap_or(usual).to_ascii_uppercase();
    let method = Method::from_bytes(word.as_bytes()).map_err(|_| {
        Failure::new(code::INPUT_UNREADABLE, format!("{word:?} is no method"))
            .exit(Exit::Usage)
            .advice("use GET, POST, PUT or DELETE")
    })?;
    let path = args.path.trim_start_matches('/');
    let path = path.strip_prefix("api/v1/").unwrap_or(path);
    let answer = AdminClient::new(&args.server)?.ask(method, path, body.as_ref()).await?;
    if !answer.is_null() {
        out.line(format!("{answer:#}"))?;
    }
    Ok(Exit::Done)
}

/// The argument itself, or the content of the file that it names (`@-` is standard input).
fn text(argument: &str) -> Result<String, Failure> {
    let Some(file) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let file = Path::new(file);
    let mut text = String::new();
    let read = input::open(file)?.take(LARGEST).read_to_string(&mut text);
    read.map_err(|error| input::unreadable(file, &error))?;
    Ok(text)
}
