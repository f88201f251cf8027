//! The client's opening handshake (RFC 6455 section 4.1): asks for a WebSocket and reads what is
//! answered. [`super::dial`] calls it on an open way to the relay.
//!
//! The library's own handshake takes a single word in `Connection` and nothing of HTTP/1.0, and what
//! stands in front of relays sends both: a list of words, and an old refusal. Frames are the
//! library's.

use crate::address::RelayAddress;
use crate::api::RelayProblem;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::generate_request;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::http::header;
use tokio_tungstenite::tungstenite::http::header::{HeaderMap, HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The longest answer that is read, bytes.
const MAX_ANSWER_BYTES: usize = 16 * 1024;
/// Most header fields of an answer.
const MAX_HEADERS: usize = 100;
/// How much is read at once, bytes.
const READ_BYTES: usize = 2 * 1024;
/// What a server answers that speaks WebSocket from here on.
const SWITCHING_PROTOCOLS: u16 = 101;

/// What was answered to a request.
struct Answer {
    status: u16,
    /// Whether it is HTTP/1.1: in 1.0 there are no upgrades (RFC 9110 section 7.8).
    has_upgrades: bool,
    headers: HeaderMap,
}

/// Asks for a WebSocket; gives it and the headers of the answer.
///
/// # Errors
/// What the answer says, as the person should read it.
pub(super) async fn open<T: AsyncRead + AsyncWrite + Unpin>(
    address: &RelayAddress,
    mut transport: T,
    config: WebSocketConfig,
) -> Result<(WebSocketStream<T>, HeaderMap), RelayProblem> {
    let request = address.as_str().into_client_request();
    let (request, key) = request
        .and_then(generate_request)
        .map_err(|_| RelayProblem::NotARelay)?;
    let sent = async {
        transport.write_all(&request).await?;
        transport.flush().await
    };
    sent.await.map_err(|_| RelayProblem::Closed)?;
    let (answer, rest) = read(&mut transport).await?;
    answer.check(&derive_accept_key(key.as_bytes()))?;
    let role = Role::Client;
    let socket = WebSocketStream::from_partially_read(transport, rest, role, Some(config)).await;
    Ok((socket, answer.headers))
}

/// Reads the final answer; gives it and what came behind it. Others that only say that one will
/// come (RFC 9110 section 15.2) are passed over.
async fn read(transport: &mut (impl AsyncRead + Unpin)) -> Result<(Answer, Vec<u8>), RelayProblem> {
    let mut bytes = Vec::new();
    let mut length: usize = 0;
    loop {
        while let Some((head, answer)) = Answer::parse(&bytes)? {
            length = length.saturating_add(head);
            bytes.drain(..head);
            if !(100..200).contains(&answer.status) || answer.status == SWITCHING_PROTOCOLS {
                return Ok((answer, bytes));
            }
        }
        if length.saturating_add(bytes.len()) > MAX_ANSWER_BYTES {
            return Err(RelayProblem::NotARelay);
        }
        let mut more = [0; READ_BYTES];
        match transport.read(&mut more).await {
            Ok(0) | Err(_) => return Err(RelayProblem::Closed),
            Ok(count) => bytes.extend(more.iter().take(count)),
        }
    }
}

impl Answer {
    /// Reads the head of an answer; gives its length too. `None` while it is not whole.
    fn parse(bytes: &[u8]) -> Result<Option<(usize, Self)>, RelayProblem> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut fields);
        let parsed = head.parse(bytes).map_err(|_| RelayProblem::NotARelay)?;
        let (httparse::Status::Complete(length), Some(status)) = (parsed, head.code) else {
            return Ok(None);
        };
        let mut headers = HeaderMap::new();
        for field in &*head.headers {
            let name = HeaderName::from_bytes(field.name.as_bytes());
            let value = HeaderValue::from_bytes(field.value);
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(RelayProblem::NotARelay);
            };
            headers.append(name, value);
        }
        let answer = Self {
            status,
            has_upgrades: head.version == Some(1),
            headers,
        };
        Ok(Some((length, answer)))
    }

    /// Whether a WebSocket follows (RFC 6455 section 4.1, the numbered list at its end).
    fn check(&self, accept: &str) -> Result<(), RelayProblem> {
        if self.status != SWITCHING_PROTOCOLS {
            return Err(refusal(self.status));
        }
        let headers = &self.headers;
        let mut accepted = headers.get_all(header::SEC_WEBSOCKET_ACCEPT).iter();
        let switches = self.has_upgrades
            && has_token(headers, &header::UPGRADE, "websocket")
            && has_token(headers, &header::CONNECTION, "upgrade")
            && accepted.next().is_some_and(|given| given == accept)
            && accepted.next().is_none()
            // None was asked for.
            && !headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL);
        switches.then_some(()).ok_or(RelayProblem::NotARelay)
    }
}

/// Whether a header that is a list names something; it may be on several lines (RFC 9110 section
/// 5.6.1).
fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut words = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    words.any(|word| word.trim().eq_ignore_ascii_case(token))
}

/// What a status other than 101 says (RFC 9110 section 15): a proxy whose relay is away for a while
/// is no other thing at that address.
const fn refusal(status: u16) -> RelayProblem {
    match status {
        // Request timeout, too early, too many requests, a fault, overload; the last two of proxies
        // only.
        408 | 425 | 429 | 500 | 503 | 508 | 509 => RelayProblem::Busy,
        // The relay behind a gateway does not answer; from 520 on in the words of a large network
        // of proxies.
        502 | 504 | 520..=530 => RelayProblem::Unreachable,
        _ => RelayProblem::NotARelay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::duplex;

    const KEY: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn checked(answer: &str) -> Result<(), RelayProblem> {
        let (_, answer) = Answer::parse(answer.as_bytes())?.expect("a whole answer");
        answer.check(KEY)
    }

    /// The answer of a relay with these lines in place of the usual ones.
    fn switching(connection: &str, upgrade: &str) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\n{connection}\r\n{upgrade}\r\n\
             Sec-WebSocket-Accept: {KEY}\r\n\r\n"
        )
    }

    #[test]
    fn connection_may_name_upgrade_among_other_words() {
        for connection in [
            "Connection: Upgrade",
            "Connection: keep-alive, Upgrade",
            "connection: UPGRADE",
            "Connection: upgrade,keep-alive",
            "Connection:upgrade ,, x",
            "Connection: keep-alive\r\nConnection: Upgrade",
        ] {
            let answer = switching(connection, "Upgrade: WebSocket");
            assert_eq!(checked(&answer), Ok(()), "{connection}");
        }
    }

    #[test]
    fn answer_that_does_not_switch_is_no_relay() {
        let other_key =
            switching("Connection: Upgrade", "Upgrade: websocket").replace("s3p", "S3p");
        let twice = switching(
            &format!("Connection: Upgrade\r\nSec-WebSocket-Accept: {KEY}"),
            "Upgrade: websocket",
        );
        let unasked = switching(
            "Connection: Upgrade\r\nSec-WebSocket-Protocol: chat",
            "Upgrade: websocket",
        );
        let old = switching("Connection: Upgrade", "Upgrade: websocket").replace("/1.1", "/1.0");
        for answer in [
            switching("Connection: keep-alive", "Upgrade: websocket"),
            switching("Connection: not-upgrade", "Upgrade: websocket"),
            switching("Connection: Upgrade", "Upgrade: h2c"),
            switching("X: y", "Upgrade: websocket"),
            switching("Connection: Upgrade", "X: y"),
            other_key,
            twice,
            unasked,
            old,
        ] {
            assert_eq!(checked(&answer), Err(RelayProblem::NotARelay), "{answer}");
        }
    }

    #[test]
    fn proxy_whose_relay_is_away_is_not_something_else() {
        let said = |status: u16| checked(&format!("HTTP/1.1 {status} X\r\n\r\n")).unwrap_err();
        for status in [429, 500, 503] {
            assert_eq!(said(status), RelayProblem::Busy, "{status}");
        }
        for status in [502, 504, 521] {
            assert_eq!(said(status), RelayProblem::Unreachable, "{status}");
        }
        for status in [200, 301, 400, 401, 403, 404, 426, 501, 505] {
            assert_eq!(said(status), RelayProblem::NotARelay, "{status}");
        }
        let old = checked("HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\n");
        assert_eq!(old, Err(RelayProblem::Busy));
    }

    async fn read_from(bytes: &[u8]) -> Result<(u16, Vec<u8>), RelayProblem> {
        let (mut near, mut far) = duplex(64 * 1024);
        far.write_all(bytes).await.unwrap();
        drop(far);
        let (answer, rest) = read(&mut near).await?;
        Ok((answer.status, rest))
    }

    #[tokio::test]
    async fn early_hints_are_passed_over_and_early_frames_are_kept() {
        let hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        let answer = format!("{hints}HTTP/1.1 101 X\r\n\r\nframes");
        let read = read_from(answer.as_bytes()).await;
        assert_eq!(read, Ok((101, b"frames".to_vec())));
    }

    #[tokio::test]
    async fn answer_without_an_end_is_not_read_for_ever() {
        let long = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(20_000));
        assert_eq!(
            read_from(long.as_bytes()).await,
            Err(RelayProblem::NotARelay)
        );
        let hints = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1_000);
        assert_eq!(
            read_from(hints.as_bytes()).await,
            Err(RelayProblem::NotARelay)
        );
        assert_eq!(read_from(b"HTTP/1.1 2").await, Err(RelayProblem::Closed));
        assert_eq!(read_from(b"").await, Err(RelayProblem::Closed));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, tail in "[ -~\r\n]*") {
            let _ = Answer::parse(&bytes);
            let _ = Answer::parse(format!("HTTP/1.1 101 {tail}").as_bytes());
        }
    }
}
