//! Opens a WebSocket to a relay: TCP directly or through a SOCKS5 proxy (RFC 1928), TLS by rustls
//! with the system's certificates, then the handshake (RFC 6455). It speaks no frame of the
//! relay's protocol.

use super::opening;
use crate::address::RelayAddress;
use crate::api::RelayProblem;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_socks::tcp::Socks5Stream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::http::{HeaderMap, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// How long each of connecting, TLS and the WebSocket handshake may take.
const STEP_LIMIT: Duration = Duration::from_secs(10);

/// The largest message taken from a relay, in bytes: a list of many thousand names fits.
const MAX_INCOMING_BYTES: usize = sotto_wire::limits::MAX_FRAME;

/// What the WebSocket runs over.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// An open WebSocket to a relay.
pub(crate) type Socket = WebSocketStream<Box<dyn Transport>>;

/// What came of dialling.
pub(crate) struct Dialled {
    /// The way there.
    pub(crate) socket: Socket,
    /// By how much our clock was ahead of the time that the relay told in its answer (RFC 9110
    /// section 6.6.1), ms.
    pub(crate) clock_ahead_ms: Option<i64>,
}

/// Opens a WebSocket to a relay, through the proxy (`host:port`) if one is given; the proxy
/// then also resolves the relay's name, so that the name does not leak to the local resolver. An
/// onion service is never looked up without one (RFC 7686 section 2).
///
/// # Errors
/// What stands in the way, as the person should read it.
pub(crate) async fn dial(
    address: &RelayAddress,
    proxy: Option<&str>,
) -> Result<Dialled, RelayProblem> {
    let transport = connect(address, proxy).await?;
    let transport: Box<dyn Transport> = if address.is_tls() {
        Box::new(encrypt(address, transport).await?)
    } else {
        transport
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .max_message_size(Some(MAX_INCOMING_BYTES))
        .max_frame_size(Some(MAX_INCOMING_BYTES));
    let opening = opening::open(address, transport, config);
    let (socket, headers) = timeout(STEP_LIMIT, opening)
        .await
        .map_err(|_| RelayProblem::TimedOut)??;
    Ok(Dialled {
        socket,
        clock_ahead_ms: clock_ahead_ms(&headers, SystemTime::now()),
    })
}

/// By how much a time is ahead of the one in the headers of an answer, ms.
fn clock_ahead_ms(headers: &HeaderMap, now: SystemTime) -> Option<i64> {
    let told = headers.get(header::DATE)?.to_str().ok()?;
    let told = httpdate::parse_http_date(told).ok()?;
    let ms = |apart: Duration| i64::try_from(apart.as_millis()).ok();
    match now.duration_since(told) {
        Ok(ahead) => ms(ahead),
        Err(behind) => ms(behind.duration())?.checked_neg(),
    }
}

/// Makes the TCP connection.
async fn connect(
    address: &RelayAddress,
    proxy: Option<&str>,
) -> Result<Box<dyn Transport>, RelayProblem> {
    let target = (address.host(), address.port());
    let Some(proxy) = proxy else {
        if address.is_onion() {
            return Err(RelayProblem::NeedsProxy);
        }
        let stream = timeout(STEP_LIMIT, TcpStream::connect(target)).await;
        let stream = stream
            .map_err(|_| RelayProblem::TimedOut)?
            .map_err(|error| io_problem(&error))?;
        // Small frames must not wait for each other; failing that, it is only slower.
        let _ = stream.set_nodelay(true);
        return Ok(Box::new(stream));
    };
    let connecting = async {
        let stream = TcpStream::connect(proxy)
            .await
            .map_err(|_| RelayProblem::Proxy)?;
        let _ = stream.set_nodelay(true);
        Socks5Stream::connect_with_socket(stream, (target.0.as_str(), target.1))
            .await
            .map_err(|error| proxy_problem(&error))
    };
    let stream = timeout(STEP_LIMIT, connecting)
        .await
        .map_err(|_| RelayProblem::Proxy)??;
    Ok(Box::new(stream))
}

/// Runs TLS over a connection.
async fn encrypt(
    address: &RelayAddress,
    transport: Box<dyn Transport>,
) -> Result<tokio_rustls::client::TlsStream<Box<dyn Transport>>, RelayProblem> {
    let config = tls_config().ok_or(RelayProblem::Certificate)?;
    let name = ServerName::try_from(address.host()).map_err(|_| RelayProblem::NameNotFound)?;
    let handshake = TlsConnector::from(config).connect(name, transport);
    match timeout(STEP_LIMIT, handshake).await {
        Err(_) => Err(RelayProblem::TimedOut),
        Ok(Err(error)) => Err(tls_problem(&error)),
        Ok(Ok(stream)) => Ok(stream),
    }
}

/// The system's certificates, read once. None if the system has none that can be read.
fn tls_config() -> Option<Arc<ClientConfig>> {
    static CONFIG: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    CONFIG
        .get_or_init(|| {
            let mut roots = RootCertStore::empty();
            let loaded = rustls_native_certs::load_native_certs();
            let (added, _unusable) = roots.add_parsable_certificates(loaded.certs);
            if added == 0 {
                tracing::warn!("the system has no certificates that can be read");
                return None;
            }
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let builder = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .ok()?;
            let config = builder.with_root_certificates(roots).with_no_client_auth();
            Some(Arc::new(config))
        })
        .clone()
}

/// Names the trouble of a TCP connection.
fn io_problem(error: &io::Error) -> RelayProblem {
    match error.kind() {
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => RelayProblem::NoNetwork,
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::PermissionDenied => RelayProblem::Unreachable,
        io::ErrorKind::TimedOut => RelayProblem::TimedOut,
        // The resolver's failures have no kind of their own.
        _ if error.raw_os_error().is_none() => RelayProblem::NameNotFound,
        _ => RelayProblem::Unreachable,
    }
}

/// Names the trouble of a TLS handshake.
fn tls_problem(error: &io::Error) -> RelayProblem {
    let inner = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_)) => RelayProblem::Certificate,
        Some(_) => RelayProblem::NotARelay,
        None => RelayProblem::Closed,
    }
}

/// Names the trouble that a SOCKS5 proxy reports (RFC 1928 section 6).
fn proxy_problem(error: &tokio_socks::Error) -> RelayProblem {
    match error {
        tokio_socks::Error::HostUnreachable
        | tokio_socks::Error::ConnectionRefused
        | tokio_socks::Error::NetworkUnreachable
        | tokio_socks::Error::TtlExpired => RelayProblem::Unreachable,
        _ => RelayProblem::Proxy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_a_time_only_in_the_format_of_http() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        let bytes = |told: &[u8]| header::HeaderValue::from_bytes(told).unwrap();
        for (told, ahead) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(500)),
            ("Sun, 06 Nov 1994 08:49:38 GMT", Some(-500)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(784_111_777_500)),
            ("Sun, 06 Nov 1994 08:49:37 +0100", None),
            ("1994-11-06T08:49:37Z", None),
            ("784111777", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::DATE, bytes(told.as_bytes()))]);
            assert_eq!(clock_ahead_ms(&headers, now), ahead, "{told}");
        }
        assert_eq!(clock_ahead_ms(&HeaderMap::new(), now), None);
        let headers = HeaderMap::from_iter([(header::DATE, bytes(&[0xff; 29]))]);
        assert_eq!(clock_ahead_ms(&headers, now), None);
    }
}
