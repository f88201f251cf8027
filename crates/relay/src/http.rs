//! The HTTP/1.1 server in front of the WebSockets: one request a connection, read and answered by hyper.
//!
//! What is answered is decided in [`handshake`]; here are the limits of reading the request (RFC 9112) and the way of
//! a socket from the one protocol to the other. `server` calls it for each connection, within [`Limits::handshake_time`].
//!
//! ```text
//! TcpStream -> Metered -> hyper: one request -> handshake::answer -> 101: WebSocket, with what came behind the request
//!                                                                 -> else: the answer is written and the socket closed
//! ```

use crate::config::{Limits, OriginPolicy};
use crate::frame_watch::FrameWatch;
use crate::handshake;
use crate::metered::Metered;
use crate::source::Unfinished;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

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
/// Smallest limit that hyper takes for its buffers.
const LEAST_BUFFER: usize = 8 * 1024;
/// Time and bytes for what a client still sends after the last word to it. Closing a socket that has unread bytes
/// resets it, and a reset can overtake what was written.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 4 << 20;

/// A client's WebSocket.
pub(crate) type Socket = WebSocketStream<Metered<TcpStream>>;

/// Reads a connection's request and answers it; `None` where that was not the upgrade to a WebSocket, or was too slow
/// or too large.
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
    // Boxed, so that an idle WebSocket does not keep the room that hyper needed.
    let metered = timeout(
        limits.handshake_time,
        Box::pin(answer_one(metered, limits, origins)),
    )
    .await
    .ok()??;
    Some(WebSocketStream::from_raw_socket(metered, Role::Server, Some(socket_config(limits))).await)
}

/// Ends a connection behind the last bytes to it, so that these arrive.
pub(crate) async fn linger(stream: &mut TcpStream) {
    // Where it fails or takes too long the client is gone, or sends without listening.
    let _ = timeout(LINGER_TIME, async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_BYTES), &mut tokio::io::sink()).await
    })
    .await;
}

/// Serves one request. Gives the stream back where it carries WebSocket frames from here on.
async fn answer_one(
    metered: Metered<TcpStream>,
    limits: &Limits,
    origins: &OriginPolicy,
) -> Option<Metered<TcpStream>> {
    let door = Door {
        origins,
        opened: Cell::new(false),
    };
    let mut connection = parser(limits).serve_connection(TokioIo::new(metered), door);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let http1::Parts {
        io,
        read_buf,
        service,
        ..
    } = connection.into_parts();
    let mut metered = io.into_inner();
    match ended {
        Ok(()) if service.opened.get() => {
            metered.upgraded(read_buf);
            return Some(metered);
        }
        Ok(()) => linger(metered.inner_mut()).await,
        // What is no HTTP was answered by hyper.
        Err(error) if error.is_parse() => linger(metered.inner_mut()).await,
        Err(_) => {}
    }
    None
}

/// What hyper is told of the limits. The time limit lies around the whole of it, and the one for the bytes of a request
/// in [`Metered`], which comes first: hyper's own would be one for its buffers.
fn parser(limits: &Limits) -> http1::Builder {
    let mut parser = http1::Builder::new();
    parser
        .max_headers(limits.handshake_headers)
        .max_buf_size(limits.handshake_bytes.saturating_mul(2).max(LEAST_BUFFER))
        .header_read_timeout(None)
        // Whoever has said everything may close that direction and still be answered. It also keeps hyper from reading
        // on behind the request.
        .half_close(true)
        // Its date leaves no choice where the clock shows a time that cannot be written.
        .auto_date_header(false);
    parser
}

/// Answers requests, and remembers whether one was the upgrade.
struct Door<'a> {
    origins: &'a OriginPolicy,
    opened: Cell<bool>,
}

impl Service<Request<Incoming>> for Door<'_> {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (head, body) = request.into_parts();
        let content = if body.is_end_stream() {
            handshake::Content::Absent
        } else {
            handshake::Content::Present
        };
        let answer = handshake::answer(&head, content, self.origins, SystemTime::now());
        self.opened
            .set(answer.status() == StatusCode::SWITCHING_PROTOCOLS);
        ready(Ok(answer))
    }
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
