//! The HTTP upgrade (RFC 6455 section 4): bounded in time and bytes, refused to foreign web pages.
//!
//! No extension is ever negotiated; compressed frames are a protocol error (D15).

use std::time::{Duration, SystemTime};

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::config::{Limits, OriginPolicy};
use crate::frame_watch::FrameWatch;
use crate::metered::Metered;
use crate::source::Unfinished;

/// A client's WebSocket.
pub(crate) type Socket = WebSocketStream<Metered<TcpStream>>;

/// Answer to a connection that no limit has room for; written without waiting.
pub(crate) const OVERLOADED: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Bytes read at once. Larger ones speed up large messages and cost every idle connection.
const READ_BUFFER: usize = 16 * 1024;

/// Bytes gathered before they are written without a flush.
const WRITE_BUFFER: usize = 32 * 1024;

/// Room for what wraps a message on its way out, and for pongs.
const WRITE_SLACK: usize = 64 * 1024;

/// Room for one entry of a list: name, key and JSON.
const ENTRY_BYTES: usize = 256;

/// Upgrades a connection; `None` where it did not ask for a WebSocket, was refused, or was too slow.
pub(crate) async fn upgrade(
    stream: TcpStream,
    unfinished: Unfinished,
    limits: &Limits,
    origins: &OriginPolicy,
) -> Option<Socket> {
    let watch = FrameWatch::new(limits.fragments);
    let metered = Metered::new(
        stream,
        limits.handshake_bytes,
        watch,
        unfinished,
        limits.message_bytes,
    );
    let accept =
        accept_hdr_async_with_config(metered, answer(origins), Some(socket_config(limits)));
    let mut socket = within(limits.handshake_time, accept).await?.ok()?;
    socket.get_mut().upgraded();
    Some(socket)
}

/// Refuses foreign web pages, and tells the others the time (RFC 9110 section 6.6.1), so that a
/// client whose clock is wrong can say so.
#[expect(clippy::result_large_err, reason = "the signature is the library's")]
fn answer(
    origins: &OriginPolicy,
) -> impl FnOnce(&Request, Response) -> Result<Response, ErrorResponse> + Unpin {
    move |request, mut response| {
        // A header that is no text is foreign, and so is what else follows a first one.
        let mut headers = request.headers().get_all(header::ORIGIN).iter();
        if headers.all(|origin| origins.allows(Some(origin.to_str().unwrap_or_default()))) {
            if let Some(date) = date(SystemTime::now()) {
                response.headers_mut().insert(header::DATE, date);
            }
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = StatusCode::FORBIDDEN;
        Err(refusal)
    }
}

/// A time as HTTP writes it; none before 1970 and from the year 10000 on, which cannot be written.
fn date(time: SystemTime) -> Option<HeaderValue> {
    /// When the year 10000 begins, seconds since 1970.
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    if since.as_secs() >= YEAR_10000 {
        return None;
    }
    HeaderValue::from_str(&httpdate::fmt_http_date(time)).ok()
}

fn socket_config(limits: &Limits) -> WebSocketConfig {
    let largest_frame = limits
        .message_bytes
        .max(limits.listed_users.saturating_mul(ENTRY_BYTES));
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(largest_frame.saturating_add(WRITE_BUFFER + WRITE_SLACK))
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes))
}

async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    timeout(time, work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
