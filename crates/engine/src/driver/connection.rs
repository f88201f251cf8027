//! One connection to a relay, as a task: it carries frames both ways and says when the
//! connection ends. What to say and when to connect again is decided in [`crate::core`].

use super::dial::{Socket, dial};
use crate::address::RelayAddress;
use crate::api::{RelayId, RelayProblem};
use crate::core::{ConnectionEvent, ConnectionOrder};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use sotto_wire::RelayFrame;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};

/// How long a write may stand still before the connection counts as dead.
const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// How long the relay may take to answer a close frame.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// Close codes of our relay (docs/relay.md).
const REPLACED: u16 = 4001;
const TOO_SLOW: u16 = 4008;

/// The writing half of a WebSocket.
type Output = SplitSink<Socket, Message>;

/// An event of a connection with where it belongs.
#[derive(Debug)]
pub(crate) struct ConnectionInput {
    /// The relay.
    pub(crate) relay: RelayId,
    /// The number of the connection.
    pub(crate) epoch: u64,
    /// What happened.
    pub(crate) event: ConnectionEvent,
}

/// The way of one connection's events to the engine.
#[derive(Clone)]
pub(crate) struct Reports {
    /// The relay.
    pub(crate) relay: RelayId,
    /// The number of the connection.
    pub(crate) epoch: u64,
    /// The channel to the engine.
    pub(crate) events: mpsc::Sender<ConnectionInput>,
}

impl Reports {
    /// Reports an event, waiting while the engine is busy. Gives whether anybody listens.
    pub(crate) async fn send(&self, event: ConnectionEvent) -> bool {
        let input = ConnectionInput {
            relay: self.relay,
            epoch: self.epoch,
            event,
        };
        self.events.send(input).await.is_ok()
    }
}

/// Connects, carries frames until either side ends the connection, and reports the end as the
/// last event. Ends by itself when the engine drops its order channel.
pub(crate) async fn run(
    address: RelayAddress,
    proxy: Option<String>,
    mut orders: mpsc::Receiver<ConnectionOrder>,
    reports: Reports,
) {
    let dialled = tokio::select! {
        dialled = dial(&address, proxy.as_deref()) => dialled,
        () = abandoned(&mut orders) => return,
    };
    let problem = match dialled {
        Err(problem) => problem,
        Ok(dialled) => {
            let told = dialled.clock_ahead_ms.map(ConnectionEvent::ClockAhead);
            for event in [ConnectionEvent::Up].into_iter().chain(told) {
                if !reports.send(event).await {
                    return;
                }
            }
            carry(dialled.socket, &mut orders, &reports).await
        }
    };
    reports.send(ConnectionEvent::Down { problem }).await;
}

/// Waits until the engine gives up on a connection that is not there yet.
async fn abandoned(orders: &mut mpsc::Receiver<ConnectionOrder>) {
    while let Some(order) = orders.recv().await {
        if matches!(order, ConnectionOrder::Close) {
            return;
        }
    }
}

/// Carries frames both ways; gives the reason for the end.
async fn carry(
    socket: Socket,
    orders: &mut mpsc::Receiver<ConnectionOrder>,
    reports: &Reports,
) -> RelayProblem {
    let (mut output, mut input) = socket.split();
    loop {
        let ended = tokio::select! {
            order = orders.recv() => match write_waiting(&mut output, order, orders).await {
                Ok(Then::GoOn) => None,
                Ok(Then::Close) => {
                    say_goodbye(&mut output, &mut input, reports).await;
                    Some(RelayProblem::Closed)
                }
                Err(problem) => Some(problem),
            },
            incoming = input.next() => take(incoming, reports).await.err(),
        };
        if let Some(problem) = ended {
            return problem;
        }
    }
}

/// What follows after orders were written.
enum Then {
    GoOn,
    Close,
}

/// Writes an order and whatever waits behind it, all in one flush.
async fn write_waiting(
    output: &mut Output,
    first: Option<ConnectionOrder>,
    orders: &mut mpsc::Receiver<ConnectionOrder>,
) -> Result<Then, RelayProblem> {
    let mut next = first;
    let then = loop {
        match next {
            None | Some(ConnectionOrder::Close) => break Then::Close,
            Some(order) => in_time(output.feed(message(order))).await?,
        }
        match orders.try_recv() {
            Ok(order) => next = Some(order),
            Err(_) => break Then::GoOn,
        }
    };
    in_time(output.flush()).await?;
    Ok(then)
}

/// Waits for a write that must not stand still.
async fn in_time(write: impl Future<Output = Result<(), WsError>>) -> Result<(), RelayProblem> {
    match timeout(WRITE_LIMIT, write).await {
        Err(_) => Err(RelayProblem::TimedOut),
        Ok(written) => written.map_err(|error| end_of(&error)),
    }
}

/// Reports what came; gives the reason for the end if it is one.
async fn take(
    incoming: Option<Result<Message, WsError>>,
    reports: &Reports,
) -> Result<(), RelayProblem> {
    let event = match incoming {
        None => return Err(RelayProblem::Closed),
        Some(Err(error)) => return Err(end_of(&error)),
        Some(Ok(Message::Close(frame))) => {
            if frame.as_ref().is_some_and(|f| f.code == CloseCode::Size)
                && !reports.send(ConnectionEvent::TooLarge).await
            {
                return Err(RelayProblem::Closed);
            }
            return Err(closed_by(frame.as_ref()));
        }
        Some(Ok(frame)) => event(frame),
    };
    if let Some(event) = event
        && !reports.send(event).await
    {
        return Err(RelayProblem::Closed);
    }
    Ok(())
}

/// Ends the connection with the close handshake (RFC 6455 section 7.1.2). What the relay had sent
/// before it heard of it still counts and is handed on: the sender was told that it is there.
async fn say_goodbye(output: &mut Output, input: &mut SplitStream<Socket>, reports: &Reports) {
    let goodbye = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    // A relay that does not take part in the goodbye is left without.
    let _ = timeout(CLOSE_LIMIT, output.send(Message::Close(Some(goodbye)))).await;
    let _ = timeout(CLOSE_LIMIT, async {
        while let Some(Ok(frame)) = input.next().await {
            if let Some(event) = event(frame)
                && !reports.send(event).await
            {
                return;
            }
        }
    })
    .await;
}

/// The WebSocket message of an order.
fn message(order: ConnectionOrder) -> Message {
    match order {
        ConnectionOrder::Text(text) => Message::Text(text.into()),
        ConnectionOrder::Ping(token) => Message::Ping(Bytes::copy_from_slice(&token.to_be_bytes())),
        ConnectionOrder::Close => Message::Close(None),
    }
}

/// What an incoming WebSocket message means for the engine. Decoding happens here, on the
/// connection's own time, so that a relay that floods us keeps only its own task busy and
/// what waits for the engine is small.
fn event(message: Message) -> Option<ConnectionEvent> {
    match message {
        Message::Text(text) => frame_event(text.as_str()),
        // As our own relay takes it: JSON is JSON, whichever kind of frame it came in.
        Message::Binary(bytes) => match str::from_utf8(&bytes) {
            Ok(text) => frame_event(text),
            Err(_) => Some(ConnectionEvent::Garbage),
        },
        Message::Pong(payload) => {
            let token = <[u8; 8]>::try_from(payload.as_ref()).ok()?;
            Some(ConnectionEvent::Pong(u64::from_be_bytes(token)))
        }
        Message::Ping(_) | Message::Close(_) | Message::Frame(_) => None,
    }
}

/// What the text of a frame means for the engine; nothing if it is of a kind that we do not know.
fn frame_event(text: &str) -> Option<ConnectionEvent> {
    match RelayFrame::decode(text) {
        Ok(RelayFrame::Unknown) => None,
        Ok(frame) => Some(ConnectionEvent::Frame(frame)),
        Err(error) => {
            tracing::debug!(%error, "a frame of the relay could not be read");
            Some(ConnectionEvent::Garbage)
        }
    }
}

/// What a close frame says.
fn closed_by(frame: Option<&CloseFrame>) -> RelayProblem {
    let Some(frame) = frame else {
        return RelayProblem::Closed;
    };
    match u16::from(frame.code) {
        1008 if frame.reason.as_str() == "name_taken" => RelayProblem::NameTaken,
        1012 | 1013 | TOO_SLOW => RelayProblem::Busy,
        REPLACED => RelayProblem::Replaced,
        _ => RelayProblem::Closed,
    }
}

/// What an error of the WebSocket says.
fn end_of(error: &WsError) -> RelayProblem {
    match error {
        WsError::Protocol(_) | WsError::Utf8(_) | WsError::Capacity(_) => RelayProblem::NotARelay,
        _ => RelayProblem::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_frame(message: Message) -> bool {
        matches!(event(message), Some(ConnectionEvent::Frame(_)))
    }

    #[test]
    fn json_is_taken_from_text_and_from_bytes() {
        let left = r#"{"type":"user_left","userId":"bob"}"#;
        assert!(is_frame(Message::text(left)));
        assert!(is_frame(Message::binary(left)));
        assert!(event(Message::binary(r#"{"type":"other"}"#)).is_none());
        for garbage in [&b"\xff{}"[..], b"{", b"", b"\0\0\0"] {
            let event = event(Message::binary(garbage.to_vec()));
            assert!(matches!(event, Some(ConnectionEvent::Garbage)), "{event:?}");
        }
    }
}
