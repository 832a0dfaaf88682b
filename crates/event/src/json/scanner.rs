//! Passes over a JSON text from its beginning to its end and checks its grammar, without allocating values and without
//! recursion.

use super::not_a_number::not_a_number;
use super::string::Quoted;

/// The byte order mark, which some editors and programs write in front of a text; concatenated texts have several.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text without byte order marks in front, and without the white space between and before them.
pub(super) fn without_marks(text: &str) -> &str {
    let blanks = [' ', '\n', '\r', '\t'];
    let mut rest = text;
    while let Some(behind) = rest.trim_start_matches(blanks).strip_prefix(BYTE_ORDER_MARK) {
        rest = behind;
    }
    rest
}

/// The text is not JSON. The position of the fault is not kept, because an SDK gets the same reply in any case
/// (docs/facts/gateway.md#replies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invalid;

/// A position in a JSON text.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    pub(super) at: usize,
    /// The brackets that are open in [`Scanner::skip`]; the list is kept to reuse its memory.
    open: Vec<u8>,
    /// The number of words for which JSON has no number.
    not_numbers: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Scanner { text, at: text.len() - without_marks(text).len(), open: Vec::new(), not_numbers: 0 }
    }

    /// The number of values so far that are words for which JSON has no number.
    pub(crate) fn not_numbers(&self) -> usize {
        self.not_numbers
    }

    /// Whether the scalar since `start`, which is not a string, means null.
    pub(crate) fn meant_null(&self, start: usize) -> bool {
        // A number ends with a digit, and `true` and `false` end with `e`.
        !matches!(self.text.as_bytes()[start..self.at].last(), Some(b'0'..=b'9' | b'e'))
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space; it is not consumed.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Invalid> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(byte),
                None => return Err(Invalid),
            }
        }
    }

    #[inline]
    fn expect(&mut self, wanted: u8) -> Result<(), Invalid> {
        if self.peek()? == wanted {
            self.at += 1;
            Ok(())
        } else {
            Err(Invalid)
        }
    }

    /// Only white space may be left.
    pub(crate) fn end(&mut self) -> Result<(), Invalid> {
        match self.peek() {
            Ok(_) => Err(Invalid),
            Err(Invalid) => Ok(()),
        }
    }

    /// Visits the members of an object that starts here. `member` must consume the value.
    #[inline]
    pub(crate) fn members<E: From<Invalid>>(
        &mut self,
        mut member: impl FnMut(&mut Self, Quoted<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            member(self, key)?;
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Invalid.into()),
            }
        }
    }

    /// Visits the elements of an array that starts here. `element` must consume the value.
    #[inline]
    pub(crate) fn elements<E: From<Invalid>>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'[')?;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.peek()?;
            element(self)?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Invalid.into()),
            }
        }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Quoted<'a>, Invalid> {
        if self.peek()? != b'"' {
            return Err(Invalid);
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Consumes one value of any kind, checking its grammar.
    #[inline]
    pub(crate) fn skip(&mut self) -> Result<(), Invalid> {
        match self.peek()? {
            b'{' | b'[' => self.skip_nested(),
            _ => self.scalar(),
        }
    }

    fn skip_nested(&mut self) -> Result<(), Invalid> {
        self.open.clear();
        loop {
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.at += 1;
                    // In ASCII, each closing bracket is two after its opening bracket.
                    if self.peek()? == open + 2 {
                        self.at += 1;
                    } else {
                        self.open.push(open);
                        if open == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                _ => self.scalar()?,
            }
            if self.after_value()? {
                return Ok(());
            }
        }
    }

    /// After a value inside [`Scanner::skip_nested`]: consumes the closing brackets. Returns true if no bracket is open
    /// any more.
    #[inline]
    fn after_value(&mut self) -> Result<bool, Invalid> {
        while let Some(&open) = self.open.last() {
            let byte = self.peek()?;
            self.at += 1;
            if byte == b',' {
                if open == b'{' {
                    self.key()?;
                }
                return Ok(false);
            }
            if byte != open + 2 {
                return Err(Invalid);
            }
            self.open.pop();
        }
        Ok(true)
    }

    #[inline]
    fn scalar(&mut self) -> Result<(), Invalid> {
        match self.peek()? {
            b'"' => self.string().map(drop),
            b'0'..=b'9' => self.number(),
            b'-' if matches!(self.text.as_bytes().get(self.at + 1), Some(b'0'..=b'9')) => self.number(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => match self.word("null") {
                Err(Invalid) => self.not_a_number(),
                read => read,
            },
            _ => self.not_a_number(),
        }
    }

    /// A word for which JSON has no number.
    #[cold]
    fn not_a_number(&mut self) -> Result<(), Invalid> {
        let length = not_a_number(&self.text.as_bytes()[self.at..]).ok_or(Invalid)?;
        self.at += length;
        self.not_numbers += 1;
        Ok(())
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), Invalid> {
        let end = self.at + word.len();
        if self.text.as_bytes().get(self.at..end) != Some(word.as_bytes()) {
            return Err(Invalid);
        }
        self.at = end;
        Ok(())
    }

    fn number(&mut self) -> Result<(), Invalid> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(Invalid),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start { Err(Invalid) } else { Ok(()) }
    }

    /// A string; the scanner stands at its opening quote.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Quoted<'a>, Invalid> {
        let start = self.at + 1;
        let mut escaped = false;
        self.at = start;
        loop {
            self.at = special_byte(self.text.as_bytes(), self.at);
            match self.byte() {
                Some(b'"') => {
                    let raw = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Quoted { raw, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                // A control character, or the end of the text.
                _ => return Err(Invalid),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Invalid> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => match bytes.get(self.at + 2..self.at + 6) {
                Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => self.at += 6,
                _ => return Err(Invalid),
            },
            _ => return Err(Invalid),
        }
        Ok(())
    }
}

/// The position of the next quote, backslash or control character from `at` on; it examines eight bytes at a time as
/// long as there are eight.
#[inline]
fn special_byte(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    while let Some(Ok(chunk)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(chunk);
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        // A borrow can mark a wrong byte only after a byte that is marked rightly, and only the first mark counts.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests;
