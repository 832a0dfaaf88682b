//! Names of people and tokens: a form that needs no escaping in a path, a header, a log or an audit entry.

use crate::refusal::Refusal;

const MAX_LENGTH: usize = 64;

/// Checks a new name: 1 to 64 ASCII letters, digits and `. _ - @ +`, first a letter or digit. So an e-mail address can
/// be a name, two different names never look the same, and no name holds markup or code.
///
/// # Errors
/// [`Refusal::Unfit`].
pub fn check(name: &str) -> Result<(), Refusal> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@+".contains(&byte));
    if first && rest && name.len() <= MAX_LENGTH {
        return Ok(());
    }
    let message = format!(
        "a name has 1 to {MAX_LENGTH} letters (a-z), digits and . _ - @ +, and begins with a letter or digit"
    );
    Err(Refusal::unfit("name", message))
}

/// The key of the person with this name. A text that cannot be a name belongs to no person.
///
/// # Errors
/// [`Refusal::UnknownPerson`].
pub fn of_person(name: &str) -> Result<String, Refusal> {
    check(name).map_err(|_| Refusal::UnknownPerson)?;
    Ok(key(name))
}

/// The key of a name, which does not depend on letter case.
pub fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_harmless_anywhere() {
        for good in ["a", "Ann", "ann.lee+ops@example.com", "ci-2", "0", &"x".repeat(64)] {
            assert!(check(good).is_ok(), "{good:?}");
        }
        let long = "x".repeat(10 * 1024);
        for bad in [
            "",
            ".",
            "..",
            "../x",
            ".a",
            "-a",
            "@a",
            "a b",
            " a",
            "a ",
            "a\r\nSet-Cookie: x",
            "a\0",
            "a\"",
            "a'",
            "a<b>",
            "a/b",
            "a\\b",
            "a%2e",
            "é",
            "аnn",
            "a\u{202e}b",
            "ａ",
            "a;b",
            "a,b",
            "a:b",
            &"x".repeat(65),
            &long,
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert_eq!(key("Ann"), key("aNN"));
    }
}
