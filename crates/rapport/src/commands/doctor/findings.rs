//! Findings, for programs and for people.

use crate::failure::Failure;
use crate::output::Out;
use crate::table;
use journal::Finding;
use serde_json::{Value, json};

pub(super) fn finding_as_json(finding: &Finding) -> Value {
    json!({
        "wrong": finding.wrong, "code": finding.code, "what": finding.what, "what_to_do": finding.what_to_do,
    })
}

pub(super) fn say_findings(findings: &[Finding], wrong: u64, out: &mut Out<'_>) -> Result<(), Failure> {
    for finding in findings {
        let word = if finding.wrong { "wrong" } else { "note" };
        out.line(format!("{word}: {} [{}]", table::visible(&finding.what), finding.code))?;
        out.line(format!("  do:   {}", finding.what_to_do))?;
    }
    match wrong {
        0 => out.line("nothing is wrong")?,
        1 => out.line("one thing is wrong")?,
        many => out.line(format!("{many} things are wrong"))?,
    }
    Ok(())
}
