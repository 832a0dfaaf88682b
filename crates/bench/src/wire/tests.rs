use super::*;
use tokio::net::TcpListener;

#[test]
fn a_head_is_understood_once_it_is_complete() {
    let reply = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-LENGTH: 2\r\n\r\nok";
    for end in 0..reply.len() - 2 {
        let found = head(&reply[..end]).unwrap();
        assert_eq!(found.is_some(), end == reply.len() - 2, "{end}");
    }
    assert_eq!(head(reply).unwrap(), Some((200, reply.len() - 2, 2)));
    assert_eq!(head(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(), Some((204, 27, 0)));
}

#[test]
fn what_it_cannot_read_is_an_error() {
    for reply in [
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n",
        "SSH-2.0\r\n\r\n",
    ] {
        assert!(head(reply.as_bytes()).is_err(), "{reply}");
    }
}

#[tokio::test]
async fn a_reply_in_pieces_is_put_together_and_a_broken_one_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.unwrap();
        for piece in ["HTTP/1.1 40", "4 Not Found\r\nContent-Length: 5", "\r\n\r\nno", "pe!"] {
            stream.write_all(piece.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
        stream.read_exact(&mut request).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nno").await.unwrap();
    };
    let client = async {
        let mut connection = Connection::open(addr).await.unwrap();
        let reply = connection.exchange(b"ask!").await.unwrap();
        assert_eq!((reply.status, reply.body), (404, &b"nope!"[..]));
        assert!(connection.exchange(b"ask!").await.is_err());
    };
    tokio::join!(server, client);
}
