//! A relay that does to its clients whatever a test tells it to.
//!
//! It takes registrations and remembers what clients send, but answers nothing by itself; pings
//! are answered by the WebSocket layer while it reads. Called by tests of bad input.

use crate::wait;
use serde_json::Value;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::header;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, accept_hdr_with_config};

/// How long a connection waits for a frame before it looks for orders.
const TURN: Duration = Duration::from_millis(5);

/// A listener whose connections send what the test says.
pub struct HostileRelay {
    address: SocketAddr,
    clock: Arc<Mutex<Option<i64>>>,
    connections: Receiver<Connection>,
}

/// One client's connection, in the order in which they came.
pub struct Connection {
    orders: Sender<Order>,
    frames: Arc<Mutex<Vec<Value>>>,
    ended: Receiver<Option<u16>>,
}

/// What a connection can be told to do.
enum Order {
    /// Sends a message of the WebSocket layer.
    Send(Message),
    /// Writes bytes past the WebSocket layer.
    Write(Vec<u8>),
    /// Ends the connection without a word.
    Drop,
}

impl HostileRelay {
    /// Listens on a free port.
    ///
    /// # Panics
    /// Where there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (sender, connections) = mpsc::channel();
        let clock = Arc::new(Mutex::new(None));
        let told = Arc::clone(&clock);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                let ahead = *told.lock().unwrap();
                thread::spawn(move || greet(stream, ahead, &sender));
            }
        });
        Self {
            address,
            clock,
            connections,
        }
    }

    /// From now on tells whoever connects a time this many seconds ahead of ours.
    pub fn tell_time(&self, ahead: i64) {
        *self.clock.lock().unwrap() = Some(ahead);
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Waits for the next connection.
    ///
    /// # Panics
    /// Where none comes in time.
    pub fn next_connection(&self) -> Connection {
        match self.connections.recv_timeout(wait::patience()) {
            Ok(connection) => connection,
            Err(RecvTimeoutError::Timeout) => panic!("no client connected"),
            Err(RecvTimeoutError::Disconnected) => panic!("the listener ended"),
        }
    }
}

impl Connection {
    /// Sends a text frame, whatever it says; `false` where the connection is gone.
    pub fn send_text(&self, text: impl Into<String>) -> bool {
        self.orders
            .send(Order::Send(Message::text(text.into())))
            .is_ok()
    }

    /// Sends a binary frame; `false` where the connection is gone.
    pub fn send_binary(&self, bytes: Vec<u8>) -> bool {
        self.orders
            .send(Order::Send(Message::binary(bytes)))
            .is_ok()
    }

    /// Writes bytes that need not be frames; `false` where the connection is gone.
    pub fn write(&self, bytes: Vec<u8>) -> bool {
        self.orders.send(Order::Write(bytes)).is_ok()
    }

    /// Ends the connection without a close frame.
    pub fn close(self) {
        let _ended_already = self.orders.send(Order::Drop);
    }

    /// What the client has sent so far.
    pub fn frames(&self) -> Vec<Value> {
        self.frames.lock().unwrap().clone()
    }

    /// Waits until the client ends the connection, and gives the code of its close frame.
    ///
    /// # Panics
    /// Where it does not in time.
    pub fn wait_for_end(&self) -> Option<u16> {
        self.ended
            .recv_timeout(wait::patience())
            .expect("the client ends the connection")
    }

    /// Waits until the client has sent a frame that fits.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        wait::until(what, || self.frames().into_iter().find(&fits))
    }
}

fn greet(stream: TcpStream, ahead: Option<i64>, connections: &Sender<Connection>) {
    let limits = WebSocketConfig::default().max_message_size(Some(64 << 20));
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let tell_time = |_: &Request, mut response: Response| {
        if let Some(ahead) = ahead {
            let told = date(ahead).parse().expect("a header");
            response.headers_mut().insert(header::DATE, told);
        }
        Ok(response)
    };
    let Ok(socket) = accept_hdr_with_config(stream, tell_time, Some(limits)) else {
        return;
    };
    let (orders, received) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let frames = Arc::new(Mutex::new(Vec::new()));
    let connection = Connection {
        orders,
        frames: Arc::clone(&frames),
        ended,
    };
    if connections.send(connection).is_ok() {
        let mut code = None;
        let _client_left = serve(socket, &received, &frames, &mut code);
        let _test_ended = end.send(code);
    }
}

fn serve(
    mut socket: WebSocket<TcpStream>,
    orders: &Receiver<Order>,
    frames: &Mutex<Vec<Value>>,
    code: &mut Option<u16>,
) -> Result<(), Error> {
    loop {
        while let Ok(order) = orders.try_recv() {
            // Whole frames only: a time limit must not cut a write in two.
            socket.get_ref().set_read_timeout(None)?;
            match order {
                Order::Send(message) => socket.send(message)?,
                Order::Drop => return Ok(()),
                Order::Write(bytes) => io::Write::write_all(socket.get_mut(), &bytes)?,
            }
        }
        socket.get_ref().set_read_timeout(Some(TURN))?;
        match socket.read() {
            Ok(Message::Text(text)) => {
                if let Ok(frame) = serde_json::from_str(&text) {
                    frames.lock().unwrap().push(frame);
                }
            }
            Ok(Message::Close(close)) => *code = close.map(|close| close.code.into()),
            Ok(_) => {}
            Err(Error::Io(error)) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The time this many seconds ahead of ours, as HTTP writes it.
fn date(ahead: i64) -> String {
    let apart = Duration::from_secs(ahead.unsigned_abs());
    let now = SystemTime::now();
    httpdate::fmt_http_date(if ahead < 0 { now - apart } else { now + apart })
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
