//! `rapport import-config`: a configuration from RudderStack's workspace file.
//!
//! The output is read as the server would read it before anything is written, and then all files are written or none.

mod files;

#[cfg(test)]
mod tests;

use crate::cli;
use crate::config::MAX_LENGTH;
use crate::failure::{Exit, Failure, code};
use crate::import::{self, Import, KeptDestination, KeptSource, Remark, SECRETS};
use crate::output::Out;
use crate::table;
use files::NewFile;
use secrecy::ExposeSecret;
use serde_json::json;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest workspace file. The limit keeps a wrong path from filling the memory.
const LONGEST_INPUT: u64 = 64 << 20;

/// Runs the command.
pub(super) fn run(args: &cli::ImportConfig, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let import = import::workspace(&read(&args.file)?)?;
    let written = write(&import, &args.out, args.force)?;
    let next = format!("rapport check --config {}", args.out.display());
    if args.json {
        out.json(&json!({
            "config": args.out,
            "secrets": written,
            "variables": import.variables,
            "sources": import.sources,
            "destinations": import.destinations,
            "changed": import.changed,
            "left_out": import.left_out,
            "next": next,
        }))?;
    } else {
        report(&import, &args.out, &next, out)?;
    }
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<String, Failure> {
    let unreadable = |error: io::Error| {
        Failure::new(code::INPUT_UNREADABLE, format!("{} cannot be read: {error}", file.display()))
            .means("nothing was written")
            .advice("name RudderStack's workspaceConfig.json, or - for standard input")
    };
    let mut bytes = Vec::new();
    let mut input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file).map_err(unreadable)?)
    };
    input.as_mut().take(LONGEST_INPUT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_INPUT {
        return Err(unreadable(io::Error::other("it is longer than 64 MiB")));
    }
    String::from_utf8(bytes).map_err(|_| {
        // A guess could change a password.
        Failure::new(code::INPUT_NOT_JSON, format!("{} is not JSON: it is not UTF-8", file.display()))
            .means("nothing was written")
            .advice("name RudderStack's workspaceConfig.json")
    })
}

/// Writes the configuration and its secrets; returns the folder of the secrets.
fn write(import: &Import, out: &Path, force: bool) -> Result<Vec<PathBuf>, Failure> {
    prove(import, out)?;
    let folder = files::folder_of(out).join(SECRETS);
    let secret = |secret: &import::Secret| NewFile {
        path: folder.join(&secret.file),
        content: secret.value.expose_secret().as_bytes().to_vec(),
    };
    let mut files: Vec<NewFile> = import.secrets.iter().map(secret).collect();
    let written = files.iter().map(|file| file.path.clone()).collect();
    // The configuration is written last, so that an existing configuration always has its secrets.
    files.push(NewFile { path: out.to_owned(), content: import.text.clone().into_bytes() });
    files::write(&files, &folder, force)?;
    Ok(written)
}

fn prove(import: &Import, out: &Path) -> Result<(), Failure> {
    let unloadable = |why: String| {
        Failure::new(code::IMPORT_UNLOADABLE, format!("the configuration made from it would not load: {why}"))
            .means("nothing was written")
    };
    if u64::try_from(import.text.len()).unwrap_or(u64::MAX) > MAX_LENGTH {
        return Err(unloadable("it is longer than 1 MiB".to_owned())
            .advice("take the sources that feed InMoment out of the file, or import it in parts"));
    }
    import.prove(out).map(|_| ()).map_err(|error| {
        unloadable(error.to_string()).advice("please report it with this message, which holds no secret")
    })
}

fn report(import: &Import, config: &Path, next: &str, out: &mut Out<'_>) -> Result<(), Failure> {
    let secrets = table::counted(import.secrets.len() as u64, "secret");
    let folder = files::folder_of(config).join(SECRETS);
    out.line(format!("{} written, and {secrets} in {}", config.display(), folder.display()))?;
    let sources = import.sources.iter().map(source_row).collect();
    section(out, &table::plain(&["SOURCE", "KIND", "", "IN RUDDERSTACK"], sources))?;
    let destinations = import.destinations.iter().map(destination_row).collect();
    section(out, &table::plain(&["DESTINATION", "SOURCES", "IN RUDDERSTACK"], destinations))?;
    remarks("changed:", &import.changed, out)?;
    remarks("left out:", &import.left_out, out)?;
    out.line("\nnext:")?;
    if !import.variables.is_empty() {
        out.line(format!("  set {}", import.variables.join(", ")))?;
    }
    out.line("  see that the user Rapport runs as owns these files; nobody else can read them")?;
    out.line(format!("  {next}"))?;
    Ok(())
}

fn section(out: &mut Out<'_>, text: &str) -> Result<(), Failure> {
    out.line("")?;
    out.line(text)?;
    Ok(())
}

fn source_row(source: &KeptSource) -> Vec<String> {
    let kind = import::kind_word(source.kind).to_owned();
    let disabled = if source.enabled { "" } else { "disabled" }.to_owned();
    vec![source.name.clone(), kind, disabled, there(&source.rudderstack_name, &source.rudderstack_id)]
}

fn destination_row(destination: &KeptDestination) -> Vec<String> {
    let there = there(&destination.rudderstack_name, &destination.rudderstack_id);
    vec![destination.name.clone(), destination.sources.join(", "), there]
}

fn there(name: &str, id: &str) -> String {
    if id.is_empty() { name.to_owned() } else { format!("{name} ({id})") }
}

fn remarks(title: &str, remarks: &[Remark], out: &mut Out<'_>) -> Result<(), Failure> {
    if remarks.is_empty() {
        return Ok(());
    }
    out.line(format!("\n{title}"))?;
    for remark in remarks {
        out.line(format!("  {}", remark.line()))?;
    }
    Ok(())
}
