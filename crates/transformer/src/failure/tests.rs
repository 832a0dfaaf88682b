use super::*;
use inmoment::{CallError, Executed, FailureClass, RateHeaders};

fn reply(status: u16, body: &str) -> HttpReply {
    HttpReply {
        status,
        headers: vec![("set-cookie".to_owned(), "planted-cookie".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

fn failed(said: Said, of_token: bool) -> FailedCall {
    let error = CallError {
        class: FailureClass::Wait,
        executed: Executed::No,
        status: None,
        code: "connection",
        message: String::new(),
        rate: RateHeaders::default(),
    };
    FailedCall { error, said, of_token }
}

#[test]
fn rudder_server_gives_up_only_what_is_the_events_fault() {
    let table = [
        (200, 500),
        (201, 500),
        (204, 500),
        (302, 429),
        (400, 400),
        (401, 429),
        (403, 429),
        (408, 408),
        (422, 422),
        (429, 429),
        (500, 500),
        (503, 503),
    ];
    for (said, wanted) in table {
        assert_eq!(JobFailure::look_up(&reply(said, "{}")).status, wanted, "{said}");
    }
    for (said, wanted) in
        [(201, 500), (302, 429), (400, 429), (401, 429), (404, 429), (408, 408), (429, 429), (502, 502)]
    {
        let failure = JobFailure::failed(&failed(Said::Reply(reply(said, "{}")), true));
        assert_eq!(failure.status, wanted, "{said}");
    }
    for cause in
        [LossCause::NoName, LossCause::Refused, LossCause::Reset, LossCause::TimedOut, LossCause::Other]
    {
        assert_eq!(JobFailure::failed(&failed(Said::Lost(cause), false)).status, 500, "{cause:?}");
    }
}

#[test]
fn the_text_says_what_was_said() {
    let failure = JobFailure::look_up(&reply(422, r#"{"b":1,"a":"x"}"#));
    assert_eq!(
        failure.text,
        r#"{"message":"Unable to retrieve userId due to {\"b\":1,\"a\":\"x\"}","destinationResponse":{"response":{"b":1,"a":"x"},"status":422}}"#
    );
    let failure = JobFailure::failed(&failed(Said::Lost(LossCause::Reset), true));
    assert_eq!(
        failure.text,
        r#"{"message":"Access token could not be generated due to \"[ECONNRESET] :: Connection reset by peer\"","destinationResponse":{"response":"[ECONNRESET] :: Connection reset by peer","status":500}}"#
    );
    assert!(!JobFailure::look_up(&reply(500, "x")).text.contains("planted"));
    let long = JobFailure::look_up(&reply(500, &"é".repeat(100_000)));
    assert!(long.text.len() < 5 * LONGEST_BODY, "{}", long.text.len());
}
