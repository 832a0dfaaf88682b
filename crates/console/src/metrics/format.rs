//! The two formats of a scrape: OpenMetrics 1.0.0 for clients that ask for it by name, and Prometheus' text format
//! 0.0.4, which every client reads, for all others.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use std::fmt::Write;

/// The format of a scrape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    OpenMetrics,
    Text,
}

impl Format {
    /// The format that the client prefers (RFC 9110, 12.5.1). Where both have the same weight, OpenMetrics is preferred
    /// if the client names it; a wildcard does not name it.
    pub(super) fn wanted(headers: &HeaderMap) -> Format {
        let said = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let (mut open, mut text) = (0, 0);
        for range in said.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let parameters: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
            let parameter = |wanted: &str| {
                let found = parameters.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.trim().trim_matches('"'))
            };
            let quality = parameter("q").map_or(1_000, thousandths);
            match name.as_str() {
                "application/openmetrics-text" if parameter("version").is_none_or(|it| it == "1.0.0") => {
                    open = open.max(quality);
                }
                "text/plain" | "text/*" | "*/*" => text = text.max(quality),
                _ => {}
            }
        }
        if open > 0 && open >= text { Format::OpenMetrics } else { Format::Text }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Format::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    /// Converts a text in OpenMetrics to this format.
    pub(super) fn of(self, open: String) -> String {
        match self {
            Format::OpenMetrics => open,
            Format::Text => text(&open),
        }
    }
}

/// A weight of `Accept` in thousandths: it has three digits at most. An invalid weight counts as 0.
fn thousandths(weight: &str) -> u32 {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let are_digits = rest.bytes().all(|byte| byte.is_ascii_digit()) && rest.len() <= 3;
    match (whole, format!("{rest:0<3}").parse::<u32>()) {
        ("0", Ok(part)) if are_digits => part,
        ("1", Ok(0)) if are_digits => 1_000,
        _ => 0,
    }
}

/// Converts OpenMetrics to Prometheus' older format, which declares a counter by the whole name of its samples, has no
/// units, and no `# EOF` line.
fn text(open: &str) -> String {
    let mut text = String::with_capacity(open.len() + open.len() / 16);
    let mut help = "";
    for line in open.lines() {
        if let Some(said) = line.strip_prefix("# HELP ") {
            help = said.split_once(' ').map_or("", |(_, help)| help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|it| it.split_once(' ')) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "unknown" => ("", "untyped"),
                other => ("", other),
            };
            // Writing to a String does not fail.
            let _ = write!(text, "# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {kind}\n");
        } else if !line.starts_with("# UNIT ") && line != "# EOF" {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests;
