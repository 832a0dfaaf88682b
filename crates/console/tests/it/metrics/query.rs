//! PromQL as far as our own queries go: which metrics they ask for, and by which labels.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

/// Functions and operators. Any other word is taken for a metric's name.
const WORDS: [&str; 22] = [
    "absent",
    "and",
    "avg",
    "bool",
    "changes",
    "clamp_max",
    "clamp_min",
    "count",
    "delta",
    "histogram_quantile",
    "increase",
    "max",
    "max_over_time",
    "min",
    "offset",
    "or",
    "rate",
    "round",
    "sum",
    "time",
    "topk",
    "unless",
];
/// Words with labels in brackets after them.
const GROUPERS: [&str; 6] = ["by", "on", "without", "ignoring", "group_left", "group_right"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matcher {
    pub(super) label: String,
    pub(super) operator: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) metric: String,
    pub(super) matchers: Vec<Matcher>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) selectors: Vec<Selector>,
    pub(super) grouping: BTreeSet<String>,
    /// Grafana's
    pub(super) variables: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Variable(String),
    Sign(String),
}

pub(super) fn read(text: &str) -> Query {
    let tokens = tokens(text);
    let mut query = Query::default();
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        rest = after;
        match token {
            Token::Variable(name) => {
                query.variables.insert(name.clone());
            }
            Token::Word(word) if GROUPERS.contains(&word.as_str()) => {
                let end = place(rest, ")");
                query.grouping.extend(words(&rest[..end]));
                rest = &rest[end..];
            }
            Token::Word(word) if WORDS.contains(&word.as_str()) => {}
            Token::Word(word) => {
                let end = if rest.first() == Some(&sign("{")) { place(rest, "}") } else { 0 };
                let matchers = rest[..end].windows(3).filter_map(|three| match three {
                    [Token::Word(label), Token::Sign(operator), Token::Text(value)] => Some(Matcher {
                        label: label.clone(),
                        operator: operator.clone(),
                        value: value.clone(),
                    }),
                    _ => None,
                });
                let selector = Selector { metric: word.clone(), matchers: matchers.collect() };
                assert_eq!(words(&rest[..end]).count(), selector.matchers.len(), "matchers of {text}");
                query
                    .variables
                    .extend(selector.matchers.iter().flat_map(|matcher| variables(&matcher.value)));
                query.selectors.push(selector);
                rest = &rest[end..];
            }
            Token::Text(_) | Token::Sign(_) => {}
        }
    }
    query
}

fn sign(sign: &str) -> Token {
    Token::Sign(sign.to_owned())
}

fn place(tokens: &[Token], closing: &str) -> usize {
    tokens.iter().position(|token| *token == sign(closing)).unwrap_or_else(|| panic!("no {closing}"))
}

fn words(tokens: &[Token]) -> impl Iterator<Item = String> {
    tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.clone()),
        _ => None,
    })
}

/// Within a text: `$name`, `${name}`.
fn variables(text: &str) -> impl Iterator<Item = String> {
    text.split('$').skip(1).map(|rest| taken(&mut rest.trim_start_matches('{').chars().peekable(), is_word))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut chars = text.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(next) = chars.next() {
        tokens.push(match next {
            '"' => Token::Text(quoted(&mut chars)),
            '$' => {
                chars.next_if_eq(&'{');
                let name = taken(&mut chars, is_word);
                chars.next_if_eq(&'}');
                Token::Variable(name)
            }
            // A number or a span of time.
            '0'..='9' => {
                taken(&mut chars, |next| next.is_ascii_alphanumeric() || next == '.');
                continue;
            }
            _ if is_word(next) => Token::Word(format!("{next}{}", taken(&mut chars, is_word))),
            '=' | '!' | '<' | '>' => {
                Token::Sign(format!("{next}{}", taken(&mut chars, |next| matches!(next, '=' | '~'))))
            }
            _ if next.is_whitespace() => continue,
            _ => Token::Sign(next.to_string()),
        });
    }
    tokens
}

fn is_word(next: char) -> bool {
    next.is_ascii_alphanumeric() || next == '_' || next == ':'
}

fn taken(chars: &mut Peekable<Chars<'_>>, which: impl Fn(char) -> bool) -> String {
    std::iter::from_fn(|| chars.next_if(|next| which(*next))).collect()
}

fn quoted(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(next) = chars.next() {
        match next {
            '"' => return text,
            '\\' => text.extend(chars.next()),
            _ => text.push(next),
        }
    }
    panic!("a text without its end: {text}")
}

#[test]
fn metrics_labels_and_variables_are_found() {
    let query = read(
        "sum by (a, b) (rate(one_total{x=~\"$x.*\",y!=\"\\\"rate{\"}[$__rate_interval])) * 60\n\
         unless on (c) two offset 1h >= bool 0.5",
    );
    let asked: Vec<String> = query
        .selectors
        .iter()
        .map(|one| {
            let matchers = one.matchers.iter().map(|m| [&*m.label, &*m.operator, &*m.value].concat());
            format!("{} {:?}", one.metric, matchers.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(asked, ["one_total [\"x=~$x.*\", \"y!=\\\"rate{\"]", "two []"]);
    assert_eq!(query.grouping, ["a", "b", "c"].map(str::to_owned).into());
    assert_eq!(query.variables, ["__rate_interval", "x"].map(str::to_owned).into());
}
