//! What the server notices when it is dropped.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The reply to one request on a connection of its own; the empty text when there is none.
async fn ask(server: &Server, target: &str) -> String {
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!("POST {target} HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

/// What the end of this server says; `None` when all is well.
fn complaint(server: Server) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).err()?;
    Some(
        panic
            .downcast_ref::<String>()
            .map_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string(), String::clone),
    )
}

fn answer(body: &str) -> Act {
    Act::Answer(json(200, body))
}

#[tokio::test]
async fn a_list_is_to_be_used_up_and_nothing_more_to_be_asked() {
    for (asked, wanted) in [(1, Some("1 scripted replies are left unused")), (2, None), (3, Some("POST /a"))]
    {
        let server = Server::in_turn([answer("first"), answer("second")]).await;
        for (nth, body) in (0..asked).zip(["first", "second", ""]) {
            assert!(ask(&server, "/a").await.ends_with(body), "{nth}");
        }
        let complaint = complaint(server);
        assert_eq!(complaint.is_some(), wanted.is_some(), "{complaint:?}");
        assert!(complaint.unwrap_or_default().contains(wanted.unwrap_or_default()));
    }
}

#[tokio::test]
async fn a_function_is_to_be_of_use_and_to_know_every_request() {
    let only_b = |request: &Request, _: usize| (request.target == "/b").then(|| answer("b"));
    let server = Server::start(only_b).await;
    assert!(ask(&server, "/b").await.ends_with("\r\n\r\nb"));
    assert_eq!(complaint(server), None);
    let server = Server::start(only_b).await;
    ask(&server, "/b").await;
    assert_eq!(ask(&server, "/a").await, "");
    assert!(complaint(server).unwrap().contains("POST /a"));
    let server = Server::over(only_b, |_, _| Some(answer("other"))).await;
    assert!(ask(&server, "/a").await.ends_with("other"));
    assert!(complaint(server).unwrap().contains("no request wanted a scripted reply"));
    let server = Server::granting(|_, _| answer("never")).await;
    assert!(ask(&server, "/oauth/token?account_token=x").await.contains("planted-t1"));
    assert!(complaint(server).is_some(), "the grants are not what the test has scripted");
}

#[tokio::test]
async fn a_server_that_nobody_shall_ask_is_not_asked() {
    assert_eq!(complaint(Server::unasked().await), None);
    let server = Server::unasked().await;
    ask(&server, "/a").await;
    assert!(complaint(server).unwrap().contains("POST /a"));
}

#[tokio::test]
async fn a_panic_of_the_script_and_an_unreadable_request_are_noticed() {
    let server = Server::start(|_, _| -> Act { panic!("as planned") }).await;
    assert_eq!(ask(&server, "/a").await, "");
    assert!(complaint(server).unwrap().contains("the script panicked"));
    let server = Server::if_asked(|_, _| None).await;
    assert_eq!(ask(&server, "/a HTTP/1.1\r\ncontent-length: many").await, "");
    assert!(complaint(server).unwrap().contains("unreadable"));
}

#[tokio::test]
async fn the_gate_lets_out_as_many_replies_as_wait_for_it() {
    let gated = || Server::in_turn([Act::Gated(json(200, "late"))]);
    for (times, wanted) in [(1, None), (2, Some("(0, 1)"))] {
        let server = gated().await;
        server.open_gate(times);
        assert!(ask(&server, "/a").await.ends_with("late"));
        let complaint = complaint(server);
        assert_eq!(complaint.is_some(), wanted.is_some(), "{complaint:?}");
        assert!(complaint.unwrap_or_default().contains(wanted.unwrap_or_default()));
    }
    let server = gated().await;
    let waiting = async {
        tokio::select! { reply = ask(&server, "/a") => panic!("{reply}"), () = server.received(1) => () }
    };
    waiting.await;
    while server.most_at_once() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(complaint(server).unwrap().contains("(1, 0)"));
}

#[tokio::test]
async fn a_test_that_fails_already_is_left_its_own_message() {
    let server = Server::in_turn([answer("unused")]).await;
    let panic = catch_unwind(AssertUnwindSafe(move || {
        let _server = server;
        panic!("its own");
    }));
    assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"its own"));
}
