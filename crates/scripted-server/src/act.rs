//! What a script can say, and the texts of replies.

/// What to do with a request.
pub enum Act {
    /// Send this and keep the connection open.
    Answer(String),
    /// Send this and close the connection.
    Last(String),
    /// Close the connection without an answer.
    Close,
    /// Reset the connection without an answer.
    Reset,
    /// Send this, then nothing more, but stay connected.
    Stall(String),
    /// Send this head, then blanks until the client leaves.
    Flood(String),
    /// Wait for [`Server::open_gate`](crate::Server::open_gate), then answer this.
    Gated(String),
}

/// A reply with these headers; its length is added.
pub fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    // Such a reply has no body by its nature (RFC 9110, 8.6).
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("HTTP/1.1 {status} X\r\n{headers}{length}\r\n{body}")
}

/// A reply with JSON in it.
pub fn json(status: u16, body: &str) -> String {
    reply(status, &[("content-type", "application/json")], body)
}

/// InMoment's grant of a token for so many seconds (docs/facts/inmoment-api.md#token-reply).
pub fn grant(access: &str, expires_in: u32) -> String {
    let body = format!(
        r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{expires_in},"refresh_token":"planted-{access}-refresh","scope":"x"}}"#
    );
    json(200, &body)
}
