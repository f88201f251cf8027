//! The way to a relay: TLS, proxies, and things that are no relay.

use crate::common::PATIENCE;
use futures_util::StreamExt as _;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use sotto_engine::address::RelayAddress;
use sotto_engine::api::{RelayProblem, RelayTest};
use sotto_engine::driver::test_relay;
use sotto_relay::{Config, Relay, RunningRelay};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

async fn relay() -> RunningRelay {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    Relay::bind(any, Config::default()).await.unwrap().spawn()
}

async fn tried(url: &str, proxy: Option<&str>) -> RelayTest {
    let address = RelayAddress::parse(url).unwrap();
    timeout(PATIENCE, test_relay(&address, proxy))
        .await
        .unwrap()
}

fn fails(test: &RelayTest) -> RelayProblem {
    match test {
        RelayTest::Fails { problem } => *problem,
        works @ RelayTest::Works { .. } => panic!("{works:?}"),
    }
}

/// Answers each connection with these bytes.
async fn answering(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1_024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}

#[tokio::test]
async fn a_relay_that_works_is_measured() {
    let relay = relay().await;
    let url = format!("ws://{}", relay.local_addr());
    let RelayTest::Works {
        url,
        private,
        level,
        ..
    } = tried(&url, None).await
    else {
        panic!("it does not work")
    };
    assert_eq!(url, format!("ws://{}/", relay.local_addr()));
    assert!(private);
    assert_eq!(level, 0);
    relay.stop().await;
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    let test = tried(&format!("wss://localhost:{port}"), None).await;
    assert_eq!(fails(&test), RelayProblem::Certificate);
}

#[tokio::test]
async fn what_is_no_relay_is_told_apart() {
    let page = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let busy = answering(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await;
    let fault = answering(b"HTTP/1.1 500 Fault\r\ncontent-length: 0\r\n\r\n").await;
    let away = answering(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
    let slow = answering(b"HTTP/1.0 504 Gateway Timeout\r\n\r\n").await;
    let many = answering(b"HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n").await;
    let noise = answering(b"\x00\xff\x13\x37 nothing of the kind\r\n\r\n").await;
    for (address, problem) in [
        (page, RelayProblem::NotARelay),
        (busy, RelayProblem::Busy),
        (fault, RelayProblem::Busy),
        (away, RelayProblem::Unreachable),
        (slow, RelayProblem::Unreachable),
        (many, RelayProblem::Busy),
        (noise, RelayProblem::NotARelay),
    ] {
        let test = tried(&format!("ws://{address}"), None).await;
        assert_eq!(fails(&test), problem);
    }
    // TLS to something that does not speak it.
    let test = tried(&format!("wss://{page}"), None).await;
    assert_eq!(fails(&test), RelayProblem::NotARelay);
}

/// What stands in front of a relay may add a word of its own (RFC 9110 section 7.6.1).
#[tokio::test]
async fn a_relay_whose_answer_names_several_connection_options_works() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 1_024];
        let length = stream.read(&mut request).await.unwrap();
        let request = String::from_utf8_lossy(&request[..length]).into_owned();
        let mut lines = request.lines().filter_map(|line| line.split_once(": "));
        let key = lines.find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
        let accept = derive_accept_key(key.unwrap().1.as_bytes());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        while let Some(Ok(_)) = socket.next().await {}
    });
    let test = tried(&format!("ws://{address}"), None).await;
    assert!(matches!(test, RelayTest::Works { .. }), "{test:?}");
}

#[tokio::test]
async fn nobody_at_the_address_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let test = tried(&format!("ws://{address}"), None).await;
    assert_eq!(fails(&test), RelayProblem::Unreachable);
}

/// A SOCKS5 proxy (RFC 1928) that knows one host; tells what it was asked for.
async fn proxy(to: SocketAddr) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(carry(stream, to, tell.clone()));
        }
    });
    (address, asked)
}

async fn carry(mut stream: TcpStream, to: SocketAddr, tell: mpsc::UnboundedSender<String>) {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.unwrap();
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await.unwrap();
    stream.write_all(&[5, 0]).await.unwrap();
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], 3, "a name, so that the proxy resolves it");
    let mut host = vec![0; usize::from(stream.read_u8().await.unwrap())];
    stream.read_exact(&mut host).await.unwrap();
    let port = stream.read_u16().await.unwrap();
    let host = String::from_utf8(host).unwrap();
    let known = host == "hidden.onion";
    tell.send(format!("{host}:{port}")).unwrap();
    let answer = if known { 0 } else { 4 };
    let reply = [5, answer, 0, 1, 0, 0, 0, 0, 0, 0];
    stream.write_all(&reply).await.unwrap();
    if known {
        let mut relay = TcpStream::connect(to).await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut relay).await;
    }
}

#[tokio::test]
async fn through_a_proxy_the_proxy_resolves_the_name() {
    let relay = relay().await;
    let (address, mut asked) = proxy(relay.local_addr()).await;
    let through = address.to_string();
    let test = tried("ws://hidden.onion:4242", Some(&through)).await;
    assert!(matches!(test, RelayTest::Works { .. }), "{test:?}");
    assert_eq!(asked.recv().await.unwrap(), "hidden.onion:4242");
    let test = tried("ws://unknown.onion", Some(&through)).await;
    assert_eq!(fails(&test), RelayProblem::Unreachable);
    relay.stop().await;
}

#[tokio::test]
async fn a_proxy_that_is_none_is_told_from_a_relay_that_is_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap().to_string();
    drop(listener);
    let test = tried("ws://hidden.onion", Some(&nobody)).await;
    assert_eq!(fails(&test), RelayProblem::Proxy);
    let page = answering(b"HTTP/1.1 200 OK\r\n\r\n").await.to_string();
    let test = tried("ws://hidden.onion", Some(&page)).await;
    assert_eq!(fails(&test), RelayProblem::Proxy);
}

/// RFC 7686 section 2: such a name is never given to the local resolver.
#[tokio::test]
async fn an_onion_service_without_a_proxy_is_not_looked_up() {
    for url in ["ws://abc.onion", "wss://ABC.onion:8787", "wss://abc.onion."] {
        assert_eq!(
            fails(&tried(url, None).await),
            RelayProblem::NeedsProxy,
            "{url}"
        );
    }
    let refusing = tried("ws://abc.onion", Some("127.0.0.1:1")).await;
    assert_eq!(fails(&refusing), RelayProblem::Proxy);
}
