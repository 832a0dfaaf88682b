//! What the test has scripted, how much of it was used, and which requests it does not expect.

use crate::{Act, Request};
use std::collections::VecDeque;

type Answers = dyn Fn(&Request, usize) -> Option<Act> + Send + Sync;

/// The replies that a test expects to be asked for.
enum Expected {
    /// This function is asked about every request; it must be of use at least once.
    Each {
        answers: Box<Answers>,
        is_used: bool,
    },
    /// Each is used once, in this order.
    InTurn(VecDeque<Act>),
    Nothing,
}

/// All that answers the requests.
pub(crate) struct Script {
    expected: Expected,
    /// Answers the requests which the expected replies leave alone; it may stay unused.
    otherwise: Box<Answers>,
    unexpected: Vec<String>,
}

impl Script {
    pub(crate) fn each(answers: Box<Answers>, otherwise: Box<Answers>) -> Script {
        Script { expected: Expected::Each { answers, is_used: false }, otherwise, unexpected: Vec::new() }
    }

    pub(crate) fn in_turn(acts: impl IntoIterator<Item = Act>) -> Script {
        let expected = Expected::InTurn(acts.into_iter().collect());
        Script { expected, ..Script::otherwise(Box::new(|_, _| None)) }
    }

    pub(crate) fn otherwise(otherwise: Box<Answers>) -> Script {
        Script { expected: Expected::Nothing, otherwise, unexpected: Vec::new() }
    }

    /// What to do with a request, before which so many with the same target came.
    pub(crate) fn act(&mut self, request: &Request, before: usize) -> Act {
        let expected = match &mut self.expected {
            Expected::Each { answers, is_used } => {
                let act = answers(request, before);
                *is_used |= act.is_some();
                act
            }
            Expected::InTurn(acts) => acts.pop_front(),
            Expected::Nothing => None,
        };
        expected.or_else(|| (self.otherwise)(request, before)).unwrap_or_else(|| {
            self.unexpected.push(format!("{} {}", request.method, request.target));
            Act::Close
        })
    }

    /// What the test's assertions have not said: the script and the requests did not go together.
    pub(crate) fn trouble(&self) -> Option<String> {
        if !self.unexpected.is_empty() {
            return Some(format!("the script does not expect these requests: {:?}", self.unexpected));
        }
        match &self.expected {
            Expected::Each { is_used: false, .. } => Some("no request wanted a scripted reply".to_owned()),
            Expected::InTurn(acts) if !acts.is_empty() => {
                Some(format!("{} scripted replies are left unused", acts.len()))
            }
            _ => None,
        }
    }
}
