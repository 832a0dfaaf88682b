//! Every citation of a page of docs/facts names an anchor which is there. `docs/facts/README.md` defines the form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The anchors of each page, by the page's name.
type Pages = BTreeMap<String, BTreeSet<String>>;

const FACTS: &str = "docs/facts/";
const KINDS: [&str; 5] = ["rs", "md", "ts", "svelte", "toml"];
/// What builds and installations leave behind; none of it is part of the project.
const LEFT_BY_BUILDS: [&str; 4] = ["target", "node_modules", "dist", "__pycache__"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_anchor(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

/// The anchors that a page defines, and a complaint for each that it defines twice or spells wrongly.
fn anchors(page: &str, text: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut found, mut complaints) = (BTreeSet::new(), Vec::new());
    for part in text.split("<a id=\"").skip(1) {
        let name = part.split('"').next().unwrap_or_default();
        if name.is_empty() || !name.chars().all(is_anchor) || !part[name.len()..].starts_with("\"></a>") {
            complaints.push(format!("{page} has the malformed anchor {name:?}"));
        }
        if !found.insert(name.to_owned()) {
            complaints.push(format!("{page} defines #{name} twice"));
        }
    }
    (found, complaints)
}

/// The anchors that `rest`, which begins behind a number sign, asks for: one, or a run such as `case-44..51`. Also how
/// many bytes of it were read.
fn asked_for(rest: &str) -> (Vec<String>, usize) {
    let name = rest.split(|c| !is_anchor(c)).next().unwrap_or_default();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let end = rest[name.len()..].strip_prefix("..").map(|end| {
        let digits = end.chars().take_while(char::is_ascii_digit).count();
        &end[..digits]
    });
    match (name[stem.len()..].parse::<u32>(), end.map(str::parse::<u32>)) {
        (Ok(first), Some(Ok(last))) if first < last => {
            let read = name.len() + 2 + end.map_or(0, str::len);
            ((first..=last).map(|number| format!("{stem}{number}")).collect(), read)
        }
        _ => (vec![name.to_owned()], name.len()),
    }
}

/// What follows a comma, white space and the marks of a comment's next line, if that is a number sign.
fn next_of_list(rest: &str) -> Option<&str> {
    let mut rest = rest.strip_prefix(',')?.trim_start();
    for mark in ["//!", "///", "//"] {
        if let Some(behind) = rest.strip_prefix(mark) {
            rest = behind.trim_start();
            break;
        }
    }
    rest.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Whether the number of a section follows, as in `page, section 9`.
fn is_by_number(after: &str) -> bool {
    let rest = after.trim_start_matches(['`', ',', ' ', '§']);
    let rest = rest.strip_prefix("section").unwrap_or(rest).trim_start();
    rest.len() < after.len() && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Complaints about the citations in one file, and how many anchors it cites.
fn complaints(file: &str, text: &str, pages: &Pages) -> (Vec<String>, usize) {
    let mut found = Vec::new();
    let mut cited = 0;
    let own_page = file.strip_prefix(FACTS);
    let is_prose = file.ends_with(".md");
    let mut resolve = |page: &str, place: &str, mut rest: &str, found: &mut Vec<String>| {
        loop {
            let (names, read) = asked_for(rest);
            cited += names.len();
            for name in names.iter().filter(|name| !pages[page].contains(*name)) {
                found.push(format!("{place} cites {page}#{name}, which is not there"));
            }
            match next_of_list(&rest[read..]) {
                Some(next) => rest = next,
                None => break,
            }
        }
    };
    for page in pages.keys().map(String::as_str) {
        for (at, _) in text.match_indices(page) {
            let (before, after) = (&text[..at], &text[at + page.len()..]);
            let place = format!("{file}:{}", before.lines().count().max(1));
            if before.ends_with(|c: char| c.is_alphanumeric() || "-_".contains(c)) || page == "README.md" {
                continue;
            }
            if own_page.is_none() && !before.ends_with(if is_prose { "facts/" } else { FACTS }) {
                found.push(format!("{place} cites {page} without its folder: write {FACTS}{page}#anchor"));
            } else if let Some(rest) = after.strip_prefix('#') {
                resolve(page, &place, rest, &mut found);
            } else if !is_prose || is_by_number(after) {
                found.push(format!("{place} cites {page} without an anchor"));
            }
        }
    }
    for (at, folder) in text.match_indices("facts/") {
        let rest = &text[at + folder.len()..];
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let page = format!("{name}.md");
        if rest.starts_with(&page) && !pages.contains_key(&page) {
            let place = format!("{file}:{}", text[..at].lines().count().max(1));
            found.push(format!("{place} cites {page}, and there is no such page"));
        }
    }
    if let Some(page) = own_page {
        for (at, link) in text.match_indices("](#") {
            let place = format!("{file}:{}", text[..at].lines().count());
            resolve(page, &place, &text[at + link.len()..], &mut found);
        }
    }
    (found, cited)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') && !LEFT_BY_BUILDS.contains(&name.as_str()) {
                walk(&path, files);
            }
        } else if path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known)) {
            files.push(path);
        }
    }
}

#[test]
fn every_citation_resolves() {
    let (mut pages, mut found) = (Pages::new(), Vec::new());
    for entry in fs::read_dir(root().join(FACTS)).unwrap() {
        let path = entry.unwrap().path();
        let page = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (names, wrong) = anchors(&page, &fs::read_to_string(&path).unwrap());
        found.extend(wrong);
        pages.insert(page, names);
    }
    let (mut files, mut cited) = (Vec::new(), 0);
    walk(&root(), &mut files);
    for path in files {
        let file = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let (wrong, number) = complaints(&file, &fs::read_to_string(&path).unwrap(), &pages);
        found.extend(wrong);
        cited += number;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(cited > 500, "only {cited} citations were found: the search looks in the wrong place");
}

#[test]
fn what_does_not_resolve_is_found() {
    let (names, wrong) = anchors("made.md", r#"<a id="a"></a> <a id="case-1"></a> <a id="case-2"></a>"#);
    assert_eq!((names.len(), wrong), (3, vec![]));
    assert_eq!(anchors("made.md", r#"<a id="a"></a><a id="a"></a><a id="B"></a>"#).1.len(), 2);
    let pages = Pages::from([("made.md".to_owned(), names)]);
    let page = "made.md";
    let itself = format!("{FACTS}{page}");
    let cases: [(&str, String, usize); 14] = [
        ("x.rs", format!("// {FACTS}{page}#a, #case-1."), 0),
        ("x.rs", format!("/// ({FACTS}{page}#a,\n/// #case-1..2)"), 0),
        ("docs/x.md", format!("[page](facts/{page}), [a](facts/{page}#a)"), 0),
        (&itself, "[a](#a)".to_owned(), 0),
        ("x.rs", format!("// {FACTS}{page}#b, #case-1."), 1),
        ("x.rs", format!("/// ({FACTS}{page}#a,\n/// #case-3)"), 1),
        ("x.rs", format!("// {FACTS}{page}#case-1..4"), 2),
        ("x.rs", format!("// {FACTS}{page} 1.3"), 1),
        ("x.rs", format!("// {page} 1.3"), 1),
        ("x.rs", format!("// {page}#a"), 1),
        ("x.rs", format!("// {FACTS}un{page}#a"), 1),
        ("docs/x.md", format!("`facts/{page}`, section 9"), 1),
        ("docs/x.md", format!("[b](facts/{page}#b)"), 1),
        (&itself, "[b](#b)".to_owned(), 1),
    ];
    for (file, text, number) in cases {
        assert_eq!(complaints(file, &text, &pages).0.len(), number, "{file}: {text}");
    }
}

#[test]
fn every_decision_is_listed() {
    let folder = root().join("docs/decisions");
    let list = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut numbers = BTreeSet::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        assert!(list.contains(&format!("({name})")), "{name} is not in docs/decisions/README.md");
        assert!(text.starts_with(&format!("# {}: ", &name[..4])), "{name} does not begin with its number");
        assert!(numbers.insert(name[..4].to_owned()), "two decisions have the number {}", &name[..4]);
        for part in ["## Context", "## Decision", "## Price"] {
            assert!(text.contains(part), "{name} has no part {part:?}");
        }
    }
    assert_eq!(list.matches("](0").count(), numbers.len(), "the list names a page that is not there");
}
