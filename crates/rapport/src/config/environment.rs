//! Keys from the environment: `RAPPORT_GATEWAY__LISTEN` is `gateway.listen`.
//!
//! * Two underscores separate the levels of a key; letter case does not matter. The environment has precedence over the
//!   file.
//! * Entries of a list have a number, which only distinguishes them: `RAPPORT_SOURCES__0__NAME`. An entry with the name
//!   of one in the file changes that one; other entries come behind those of the file, in the order of the numbers. It
//!   is an error if two numbers have entries with the same name, as it is in the file.
//! * A list of texts is written `one,two` or `["one", "two"]`. An empty variable is ignored.
//! * Variables without two underscores are not keys: orchestrators make some (`RAPPORT_SERVICE_HOST`), and
//!   `RAPPORT_SECRET_KEY` and `RAPPORT_ADMIN_TOKEN` are not keys of the file.

use super::surroundings::{PREFIX, Surroundings};
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

/// The separator between the levels of a key.
const LEVEL: &str = "__";

/// Rapport's variables that are not keys of the file, although one of them looks like a key.
const OUR_OWN: [&str; 3] = ["ADMIN_TOKEN", "SECRET_KEY", "BUILD"];

/// The end of names that Kubernetes makes for a service (`RAPPORT_GATEWAY_PORT_80_TCP_ADDR`).
const OF_SERVICES: [&str; 3] = ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"];

/// The variables for keys, by name.
pub(super) fn variables(surroundings: &dyn Surroundings) -> Vec<(String, String)> {
    let ours = |name: &str, value: &str| {
        name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains(LEVEL)) && !value.is_empty()
    };
    let mut variables = surroundings.variables();
    variables.retain(|(name, value)| ours(name, value));
    variables.sort();
    variables
}

/// Warnings about variables that look like a key with only one underscore between its levels.
pub(super) fn stray(surroundings: &dyn Surroundings, asked: &BTreeSet<String>) -> Vec<String> {
    let by_variable: BTreeMap<String, String> = asked
        .iter()
        .filter(|key| key.contains('.'))
        .map(|key| (key.replace('.', "_"), variable(key)))
        .collect();
    let mut names: Vec<String> = surroundings.variables().into_iter().map(|(name, _)| name).collect();
    names.sort();
    let strays = names.into_iter().filter_map(|name| {
        let rest = name.strip_prefix(PREFIX).filter(|rest| !rest.contains(LEVEL))?;
        let is_no_key = OUR_OWN.contains(&rest) || OF_SERVICES.iter().any(|end| rest.ends_with(end));
        if is_no_key {
            return None;
        }
        let meant = by_variable.get(&rest.to_lowercase())?;
        Some(format!(
            "the variable {name} says nothing: two underscores part the levels of a key, as in {meant}"
        ))
    });
    strays.collect()
}

/// The variable of a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', LEVEL).to_uppercase())
}

/// The values of the variables, level by level.
enum Node<'v> {
    Value(usize, &'v str),
    /// with the place of the first variable of it
    Table(usize, BTreeMap<String, Node<'v>>),
}

/// Lays the variables over a document. The value of the variable at position n gets the span that begins at `base` + n;
/// `problem` gets the errors.
pub(super) fn lay_over(
    table: &mut DeTable<'_>,
    variables: &[(String, String)],
    base: usize,
    problem: &dyn Fn(usize, String),
) {
    let mut root = BTreeMap::new();
    for (nth, (name, value)) in variables.iter().enumerate() {
        let key = name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase();
        let levels: Vec<&str> = key.split(LEVEL).collect();
        if levels.iter().any(|level| level.is_empty()) {
            problem(nth, "a level of this key is empty; write it as in RAPPORT_GATEWAY__LISTEN".to_owned());
        } else if let Err(why) = put(&mut root, &levels, nth, value) {
            problem(nth, why.to_owned());
        }
    }
    lay(table, root, base, problem);
}

/// Why a variable contradicts the others.
const A_PART: &str = "another variable sets a part of this one, or the other way round";
const TWICE: &str = "another variable sets this key, too: their names differ in the case of letters only, which does not count, or \
                     in zeros before a number";

fn put<'v>(
    into: &mut BTreeMap<String, Node<'v>>,
    levels: &[&str],
    nth: usize,
    value: &'v str,
) -> Result<(), &'static str> {
    let Some((level, rest)) = levels.split_first() else { return Err(A_PART) };
    match into.entry(number(level).to_owned()) {
        Entry::Vacant(vacant) if rest.is_empty() => {
            vacant.insert(Node::Value(nth, value));
        }
        Entry::Vacant(vacant) => {
            let mut below = BTreeMap::new();
            put(&mut below, rest, nth, value)?;
            vacant.insert(Node::Table(nth, below));
        }
        Entry::Occupied(mut there) => match there.get_mut() {
            Node::Value(..) if rest.is_empty() => return Err(TWICE),
            Node::Table(_, below) if !rest.is_empty() => return put(below, rest, nth, value),
            _ => return Err(A_PART),
        },
    }
    Ok(())
}

/// A number without leading zeros, so that every spelling is the same key; any other text is unchanged.
fn number(level: &str) -> &str {
    let significant = level.trim_start_matches('0');
    if !level.bytes().all(|byte| byte.is_ascii_digit()) {
        return level;
    }
    if significant.is_empty() { "0" } else { significant }
}

fn lay(
    table: &mut DeTable<'_>,
    nodes: BTreeMap<String, Node<'_>>,
    base: usize,
    problem: &dyn Fn(usize, String),
) {
    for (key, node) in nodes {
        let (Node::Value(nth, _) | Node::Table(nth, _)) = &node;
        let (nth, at) = (*nth, base + nth..base + nth);
        let name: Spanned<DeString<'_>> = Spanned::new(at.clone(), Cow::Owned(key));
        match node {
            Node::Value(_, value) => {
                table.remove(name.get_ref().as_ref());
                table.insert(name, Spanned::new(at, DeValue::String(Cow::Owned(value.to_owned()))));
            }
            Node::Table(_, below)
                if below.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit())) =>
            {
                let there = table.get_mut(name.get_ref().as_ref()).map(Spanned::get_mut);
                if let Some(DeValue::Array(items)) = there {
                    entries(items, below, base, problem);
                } else {
                    let mut items = DeArray::new();
                    entries(&mut items, below, base, problem);
                    table.remove(name.get_ref().as_ref());
                    table.insert(name, Spanned::new(at, DeValue::Array(items)));
                }
            }
            Node::Table(_, below) => match table.get_mut(name.get_ref().as_ref()).map(Spanned::get_mut) {
                Some(DeValue::Table(there)) => lay(there, below, base, problem),
                Some(DeValue::Array(_)) => problem(
                    nth,
                    "this is a list: give its entries a number, as in RAPPORT_SOURCES__0__NAME".to_owned(),
                ),
                _ => {
                    let mut made = DeTable::new();
                    lay(&mut made, below, base, problem);
                    table.remove(name.get_ref().as_ref());
                    table.insert(name, Spanned::new(at, DeValue::Table(made)));
                }
            },
        }
    }
}

/// Entries of a list: each changes the one of its name, or comes behind all.
fn entries(
    items: &mut DeArray<'_>,
    nodes: BTreeMap<String, Node<'_>>,
    base: usize,
    problem: &dyn Fn(usize, String),
) {
    let mut numbered: Vec<(String, Node<'_>)> = nodes.into_iter().collect();
    // Without leading zeros, the longer number is the larger one, however large it is.
    numbered.sort_by(|(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
    let mut met: BTreeMap<String, String> = BTreeMap::new();
    for (number, node) in numbered {
        match node {
            Node::Value(nth, _) => problem(
                nth,
                "an entry of a list has keys, as in RAPPORT_SOURCES__0__NAME; a list of texts is written one,two".to_owned(),
            ),
            Node::Table(nth, below) => {
                let (nth_of_name, name) = match below.get("name") {
                    Some(Node::Value(nth, name)) => (*nth, Some(*name)),
                    _ => (nth, None),
                };
                if let Some(other) = name.and_then(|name| met.insert(name.to_owned(), number.clone())) {
                    problem(
                        nth_of_name,
                        format!(
                            "the entry with the number {other} has this name, too: give each entry a name of its own, or all keys \
                             of one entry the same number"
                        ),
                    );
                    continue;
                }
                let of_that_name = |item: &&mut Spanned<DeValue<'_>>| {
                    let there = item.get_ref().get("name").and_then(|name| name.get_ref().as_str());
                    name.is_some() && there == name
                };
                if let Some(DeValue::Table(there)) = items.iter_mut().find(of_that_name).map(Spanned::get_mut) {
                    lay(there, below, base, problem);
                } else {
                    let mut made = DeTable::new();
                    lay(&mut made, below, base, problem);
                    let at = base + nth..base + nth;
                    items.push(Spanned::new(at, DeValue::Table(made)));
                }
            }
        }
    }
}

/// A list of texts: `one,two`, or as a file says it.
pub(super) fn texts(text: &str) -> Option<Vec<String>> {
    if text.trim_start().starts_with('[') {
        let list = DeValue::parse(text).ok()?;
        let items = list.get_ref().as_array()?.iter();
        return items.map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
    }
    Some(text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect())
}
