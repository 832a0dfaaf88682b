//! An emulated InMoment that answers calls in their wire format.

use inmoment::token::{grant, password_request};
use inmoment::{Call, CallOutcome, Credentials, HttpReply, HttpRequest, decode};
use sandbox::{Account, Options, Sandbox};
use secrecy::SecretString;
use simulation::wire::{http_reply, request};

const NOW_MS: i64 = 1_700_000_000_000;

/// The emulator, with one account and a token for it.
pub(crate) struct Site {
    sandbox: Sandbox,
    token: SecretString,
}

impl Site {
    pub(crate) fn new() -> Site {
        let account = Account::new("owner@example.com", "right", "NPS-FUZZING1");
        let options = Options { accounts: vec![account], limit: None, ..Options::default() };
        let mut sandbox = Sandbox::new(options);
        let credentials = Credentials {
            username: "owner@example.com".to_owned(),
            password: "right".to_owned().into(),
            account_token: "NPS-FUZZING1".to_owned().into(),
        };
        let reply = sandbox.handle(NOW_MS, &request(&password_request(&credentials), None));
        let granted = grant(&http_reply(reply), 0).expect("the emulator gives a token");
        Site { sandbox, token: granted.access_token }
    }

    /// The raw reply to a request with the account's token.
    pub(crate) fn send(&mut self, http: &HttpRequest) -> HttpReply {
        http_reply(self.sandbox.handle(NOW_MS, &request(http, Some(&self.token))))
    }

    /// The outcome of a call, and the status of its reply.
    pub(crate) fn call(&mut self, call: &Call) -> (u16, CallOutcome) {
        let reply = self.send(&call.request());
        (reply.status, decode(call, &reply, NOW_MS / 1_000))
    }
}
