//! What the relay answers to an HTTP request: the upgrade to a WebSocket (RFC 6455 section 4.2), or why not.
//!
//! A pure function of the request; `http` reads requests and writes answers. No extension is ever negotiated: compressed
//! frames are a protocol error (D15).

use crate::config::OriginPolicy;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request;
use hyper::{Method, Response, StatusCode, Version};
use std::time::SystemTime;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The version of the protocol in RFC 6455, the only one.
const WEBSOCKET_VERSION: HeaderValue = HeaderValue::from_static("13");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");
/// For those who open the address in a browser, or with another program that is no client.
const FOR_PEOPLE: &str = "This is a relay for sealed messages and has no pages. To use it, enter its address in Sotto or another client, with ws:// or wss:// in front.\n";
const NOT_HERE: &str = "There is nothing at this path. The relay itself is at /.\n";
const ONLY_GET: &str = "A relay takes messages through a WebSocket only.\n";
const NO_HANDSHAKE: &str = "This asks for a WebSocket and is not how RFC 6455 asks for one.\n";
const FOREIGN: &str = "This relay does not serve that web page.\n";
/// Bytes of a `Sec-WebSocket-Key`, once decoded.
const KEY_BYTES: usize = 16;

/// Whether a request has a body, which an upgrade has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// The request ends with its head.
    Absent,
    /// Something follows.
    Present,
}

/// When the year 10000 begins, seconds since 1970.
const YEAR_10000: u64 = 253_402_300_800;

/// Answers a request. The status 101 means that WebSocket frames follow.
pub(crate) fn answer(
    request: &request::Parts,
    content: Content,
    origins: &OriginPolicy,
    now: SystemTime,
) -> Response<String> {
    let mut answer = decide(request, content, origins);
    // Told to everybody (RFC 9110 section 6.6.1), so that a client whose clock is wrong can say so.
    if let Some(date) = date(now) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn decide(request: &request::Parts, content: Content, origins: &OriginPolicy) -> Response<String> {
    let headers = &request.headers;
    // A header that is no text is foreign, and so is what else follows a first one.
    let mut pages = headers.get_all(header::ORIGIN).iter();
    if !pages.all(|origin| origins.allows(Some(origin.to_str().unwrap_or_default()))) {
        return refuse(StatusCode::FORBIDDEN, FOREIGN);
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut refusal = refuse(StatusCode::METHOD_NOT_ALLOWED, ONLY_GET);
        let allowed = HeaderValue::from_static("GET, HEAD");
        refusal.headers_mut().insert(header::ALLOW, allowed);
        return refusal;
    }
    if !asks_for_websocket(request) {
        return if request.uri.path() == "/" {
            ask_for_upgrade()
        } else {
            refuse(StatusCode::NOT_FOUND, NOT_HERE)
        };
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION) != Some(&WEBSOCKET_VERSION) {
        return ask_for_upgrade();
    }
    match headers.get(header::SEC_WEBSOCKET_KEY) {
        Some(key) if is_key(key) && content == Content::Absent => accept(key),
        _ => refuse(StatusCode::BAD_REQUEST, NO_HANDSHAKE),
    }
}

/// The head of a request for a WebSocket, of whatever version (RFC 6455 section 4.2.1). In HTTP/1.0 there are no
/// upgrades (RFC 9110 section 7.8).
fn asks_for_websocket(request: &request::Parts) -> bool {
    request.method == Method::GET
        && request.version >= Version::HTTP_11
        && has_token(&request.headers, &header::CONNECTION, "upgrade")
        && has_token(&request.headers, &header::UPGRADE, "websocket")
}

/// Whether a header that is a list names something; it may be on several lines (RFC 9110 section 5.6.1).
fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let mut lines = headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines.any(|line| {
        line.split(',')
            .any(|word| word.trim().eq_ignore_ascii_case(token))
    })
}

fn is_key(key: &HeaderValue) -> bool {
    data_encoding::BASE64
        .decode(key.as_bytes())
        .is_ok_and(|key| key.len() == KEY_BYTES)
}

fn accept(key: &HeaderValue) -> Response<String> {
    let mut answer = Response::new(String::new());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, WEBSOCKET);
    if let Ok(accepted) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    }
    answer
}

/// Says what is spoken here (RFC 9110 section 15.5.22, RFC 6455 section 4.2.2).
fn ask_for_upgrade() -> Response<String> {
    let mut answer = refuse(StatusCode::UPGRADE_REQUIRED, FOR_PEOPLE);
    let headers = answer.headers_mut();
    let options = HeaderValue::from_static("Upgrade, close");
    headers.insert(header::CONNECTION, options);
    headers.insert(header::UPGRADE, WEBSOCKET);
    headers.insert(header::SEC_WEBSOCKET_VERSION, WEBSOCKET_VERSION);
    answer
}

/// An answer after which the connection ends, with a sentence for people.
fn refuse(status: StatusCode, sentence: &str) -> Response<String> {
    let mut answer = Response::new(sentence.to_owned());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, text);
    answer
}

/// A time as HTTP writes it; none before 1970 and from the year 10000 on, which cannot be written.
fn date(time: SystemTime) -> Option<HeaderValue> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    if since.as_secs() >= YEAR_10000 {
        return None;
    }
    HeaderValue::from_str(&httpdate::fmt_http_date(time)).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::Request;

    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    fn answered(method: &str, path: &str, headers: &[(&str, &str)]) -> Response<String> {
        answered_with(method, path, headers, Content::Absent)
    }

    fn answered_with(
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        content: Content,
    ) -> Response<String> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        answer(
            &head,
            content,
            &OriginPolicy::RefuseForeign,
            SystemTime::UNIX_EPOCH,
        )
    }

    /// The headers of an upgrade, with some of them changed, added or (empty) left out.
    fn upgrade<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
        ];
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let kept = usual.into_iter().filter(|(name, _)| !is_changed(name));
        let new = changed
            .iter()
            .copied()
            .filter(|(_, value)| !value.is_empty());
        kept.chain(new).collect()
    }

    #[test]
    fn an_upgrade_is_answered_with_the_key_of_the_rfc() {
        let answer = answered("GET", "/", &upgrade(&[]));
        assert_eq!(answer.status(), 101);
        let headers = answer.headers();
        assert_eq!(headers["connection"], "Upgrade");
        assert_eq!(headers["upgrade"], "websocket");
        assert_eq!(
            headers["sec-websocket-accept"],
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
        assert_eq!(headers["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
        assert!(answer.body().is_empty());
    }

    #[test]
    fn an_upgrade_may_be_one_of_several_words_and_at_any_path() {
        for changed in [
            &[("connection", "keep-alive, Upgrade")][..],
            &[("connection", "keep-alive"), ("connection", "UPGRADE")],
            &[("connection", "upgrade,x"), ("upgrade", "h2c, WebSocket")],
        ] {
            let answer = answered("GET", "/any/path?x", &upgrade(changed));
            assert_eq!(answer.status(), 101, "{changed:?}");
        }
    }

    #[test]
    fn what_asks_for_no_websocket_is_told_what_is_spoken_here() {
        let plain = answered("GET", "/", &[]);
        let head = answered("HEAD", "/", &upgrade(&[]));
        let old = answered("GET", "/any", &upgrade(&[("sec-websocket-version", "8")]));
        let none = answered("GET", "/any", &upgrade(&[("sec-websocket-version", "")]));
        let other = answered("GET", "/", &upgrade(&[("upgrade", "h2c")]));
        for answer in [plain, head, old, none, other] {
            assert_eq!(answer.status(), 426);
            assert_eq!(answer.headers()["sec-websocket-version"], "13");
            assert_eq!(answer.headers()["upgrade"], "websocket");
            assert_eq!(answer.headers()["connection"], "Upgrade, close");
            assert!(answer.headers().contains_key("date"));
            assert_eq!(answer.body(), FOR_PEOPLE);
        }
    }

    #[test]
    fn a_handshake_of_the_right_version_must_be_whole() {
        let no_key = answered("GET", "/", &upgrade(&[("sec-websocket-key", "")]));
        let short = answered("GET", "/", &upgrade(&[("sec-websocket-key", "AAAA")]));
        let no_base64 = "!!!!!!!!!!!!!!!!!!!!!!!!";
        let no_base64 = answered("GET", "/", &upgrade(&[("sec-websocket-key", no_base64)]));
        let with_body = answered_with("GET", "/", &upgrade(&[]), Content::Present);
        for answer in [no_key, short, no_base64, with_body] {
            assert_eq!(answer.status(), 400);
            assert_eq!(answer.headers()["connection"], "close");
        }
    }

    #[test]
    fn other_paths_and_methods_are_not_there() {
        assert_eq!(answered("GET", "/index.html", &[]).status(), 404);
        for method in ["POST", "PUT", "OPTIONS", "CONNECT", "BREW"] {
            let answer = answered(method, "/", &upgrade(&[]));
            assert_eq!(answer.status(), 405, "{method}");
            assert_eq!(answer.headers()["allow"], "GET, HEAD");
        }
    }

    #[test]
    fn a_foreign_page_learns_nothing_but_that_it_is_not_served() {
        let page = ("origin", "https://evil.example");
        for (method, headers) in [
            ("GET", vec![page]),
            ("POST", vec![page]),
            ("GET", upgrade(&[page])),
        ] {
            let answer = answered(method, "/", &headers);
            assert_eq!(answer.status(), 403);
            assert!(!answer.headers().contains_key("upgrade"));
        }
    }

    #[test]
    fn only_a_time_that_http_can_write_is_told() {
        const LAST: u64 = 253_402_300_799;
        let at = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
        let written = |time| date(time).map(|date| date.to_str().unwrap().to_owned());
        let told = [
            (at(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"),
            (at(0), "Thu, 01 Jan 1970 00:00:00 GMT"),
            (at(LAST), "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (time, words) in told {
            assert_eq!(written(time).as_deref(), Some(words));
        }
        assert_eq!(written(at(0) - Duration::from_secs(1)), None);
        assert_eq!(written(at(LAST + 1)), None);
    }
}
