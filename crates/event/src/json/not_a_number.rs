//! The words that programs write into JSON for numbers that JSON cannot express.

/// The words for numbers that JSON cannot express, in lower case; each word comes before the words that are its
/// beginning. Python, pandas and JavaScript write `NaN` and `Infinity`; programs that print as C does write `nan`,
/// `nan(ind)` and `inf`.
const WORDS: [&str; 3] = ["nan", "infinity", "inf"];

/// The length of the word for no number at the beginning of `text`, including its sign.
pub(super) fn not_a_number(text: &[u8]) -> Option<usize> {
    let sign = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let word = WORDS.iter().find(|word| {
        let there = text.get(sign..sign + word.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(word.as_bytes()))
    })?;
    let end = sign + word.len();
    Some(end + if *word == "nan" { payload(&text[end..]) } else { 0 })
}

/// The length of the suffix that some C libraries print behind `nan`: `(ind)`, `(snan)`, `(0x8000)`.
fn payload(text: &[u8]) -> usize {
    let Some(inside) = text.strip_prefix(b"(") else { return 0 };
    let length = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if inside.get(length) == Some(&b')') { length + 2 } else { 0 }
}
