//! Writes results to standard output. It is not a failure if the reader stops reading (`rapport … | head`).

use crate::failure::{Exit, Failure, code};
use std::io::{self, Write};

/// The target of results.
pub struct Out<'w> {
    writer: &'w mut dyn Write,
}

/// A result could not be written.
#[derive(Debug)]
pub enum OutError {
    /// The reader has closed the pipe, so no output is needed.
    Gone,
    /// Another error.
    Broken(io::Error),
}

impl From<io::Error> for OutError {
    fn from(error: io::Error) -> OutError {
        if error.kind() == io::ErrorKind::BrokenPipe { OutError::Gone } else { OutError::Broken(error) }
    }
}

impl From<OutError> for Failure {
    fn from(error: OutError) -> Failure {
        match error {
            OutError::Gone => {
                Failure::new(code::OUTPUT_FAILED, "the reader of the results has gone").exit(Exit::Done)
            }
            OutError::Broken(error) => {
                Failure::new(code::OUTPUT_FAILED, format!("results cannot be written: {error}"))
                    .advice("see that standard output can be written to")
            }
        }
    }
}

impl<'w> Out<'w> {
    /// Writes there.
    pub fn new(writer: &'w mut dyn Write) -> Out<'w> {
        Out { writer }
    }

    /// One line.
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<(), OutError> {
        writeln!(self.writer, "{}", text.as_ref())?;
        Ok(())
    }

    /// One JSON value on one line.
    pub fn json(&mut self, value: &impl serde::Serialize) -> Result<(), OutError> {
        let text = serde_json::to_string(value).map_err(|error| OutError::Broken(error.into()))?;
        self.line(text)
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), OutError> {
        self.writer.write_all(bytes)?;
        Ok(())
    }

    /// Flushes all output.
    pub fn flush(&mut self) -> Result<(), OutError> {
        self.writer.flush()?;
        Ok(())
    }
}

/// Prints a message for the person at the terminal, on standard error. Errors are ignored.
pub fn say(text: impl AsRef<str>) {
    crate::log::say(text.as_ref());
}
