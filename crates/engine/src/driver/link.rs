//! One connection to a relay, as a task: it carries frames both ways and says when the
//! connection ends. What to say and when to connect again is decided in [`crate::core`].

use super::dial::{Socket, dial};
use crate::address::RelayAddress;
use crate::api::{RelayId, RelayProblem};
use crate::core::{LinkEvent, LinkOrder};
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

/// An event of a link with where it belongs.
#[derive(Debug)]
pub(crate) struct LinkInput {
    /// The relay.
    pub(crate) relay: RelayId,
    /// The number of the connection.
    pub(crate) epoch: u64,
    /// What happened.
    pub(crate) event: LinkEvent,
}

/// The way of one connection's events to the engine.
#[derive(Clone)]
pub(crate) struct Reports {
    /// The relay.
    pub(crate) relay: RelayId,
    /// The number of the connection.
    pub(crate) epoch: u64,
    /// The channel to the engine.
    pub(crate) events: mpsc::Sender<LinkInput>,
}

impl Reports {
    /// Reports an event, waiting while the engine is busy. Gives whether anybody listens.
    pub(crate) async fn send(&self, event: LinkEvent) -> bool {
        let input = LinkInput {
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
    mut orders: mpsc::Receiver<LinkOrder>,
    reports: Reports,
) {
    let dialled = tokio::select! {
        dialled = dial(&address, proxy.as_deref()) => dialled,
        () = abandoned(&mut orders) => return,
    };
    let problem = match dialled {
        Err(problem) => problem,
        Ok(dialled) => {
            let told = dialled.clock_ahead_ms.map(LinkEvent::ClockAhead);
            for event in [LinkEvent::Up].into_iter().chain(told) {
                if !reports.send(event).await {
                    return;
                }
            }
            carry(dialled.socket, &mut orders, &reports).await
        }
    };
    reports.send(LinkEvent::Down { problem }).await;
}

/// Waits until the engine gives up on a connection that is not there yet.
async fn abandoned(orders: &mut mpsc::Receiver<LinkOrder>) {
    while let Some(order) = orders.recv().await {
        if matches!(order, LinkOrder::Close) {
            return;
        }
    }
}

/// Carries frames both ways; gives the reason for the end.
async fn carry(
    socket: Socket,
    orders: &mut mpsc::Receiver<LinkOrder>,
    reports: &Reports,
) -> RelayProblem {
    let (mut sink, mut stream) = socket.split();
    loop {
        tokio::select! {
            order = orders.recv() => {
                let mut next = order;
                let mut closing = false;
                // Whatever waits goes into one flush.
                loop {
                    match next {
                        None | Some(LinkOrder::Close) => {
                            closing = true;
                            break;
                        }
                        Some(order) => {
                            let fed = timeout(WRITE_LIMIT, sink.feed(message(order))).await;
                            match fed {
                                Err(_) => return RelayProblem::TimedOut,
                                Ok(Err(error)) => return end_of(&error),
                                Ok(Ok(())) => {}
                            }
                        }
                    }
                    match orders.try_recv() {
                        Ok(order) => next = Some(order),
                        Err(_) => break,
                    }
                }
                match timeout(WRITE_LIMIT, sink.flush()).await {
                    Err(_) => return RelayProblem::TimedOut,
                    Ok(Err(error)) => return end_of(&error),
                    Ok(Ok(())) => {}
                }
                if closing {
                    say_goodbye(&mut sink, &mut stream, reports).await;
                    return RelayProblem::Closed;
                }
            }
            incoming = stream.next() => match incoming {
                None => return RelayProblem::Closed,
                Some(Err(error)) => return end_of(&error),
                Some(Ok(Message::Close(frame))) => {
                    if frame.as_ref().is_some_and(|f| f.code == CloseCode::Size)
                        && !reports.send(LinkEvent::TooLarge).await
                    {
                        return RelayProblem::Closed;
                    }
                    return closed_by(frame.as_ref());
                }
                Some(Ok(frame)) => {
                    if let Some(event) = event(frame)
                        && !reports.send(event).await
                    {
                        return RelayProblem::Closed;
                    }
                }
            }
        }
    }
}

/// Ends the connection with the close handshake (RFC 6455 section 7.1.2). What the relay had sent
/// before it heard of it still counts and is handed on: the sender was told that it is there.
async fn say_goodbye(
    sink: &mut SplitSink<Socket, Message>,
    stream: &mut SplitStream<Socket>,
    reports: &Reports,
) {
    let goodbye = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    // A relay that does not take part in the goodbye is left without.
    let _ = timeout(CLOSE_LIMIT, sink.send(Message::Close(Some(goodbye)))).await;
    let _ = timeout(CLOSE_LIMIT, async {
        while let Some(Ok(frame)) = stream.next().await {
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
fn message(order: LinkOrder) -> Message {
    match order {
        LinkOrder::Text(text) => Message::Text(text.into()),
        LinkOrder::Ping(token) => Message::Ping(Bytes::copy_from_slice(&token.to_be_bytes())),
        LinkOrder::Close => Message::Close(None),
    }
}

/// What an incoming WebSocket message means for the engine. Decoding happens here, on the
/// connection's own time, so that a relay that floods us keeps only its own task busy and
/// what waits for the engine is small.
fn event(message: Message) -> Option<LinkEvent> {
    match message {
        Message::Text(text) => match RelayFrame::decode(text.as_str()) {
            Ok(RelayFrame::Unknown) => None,
            Ok(frame) => Some(LinkEvent::Frame(frame)),
            Err(error) => {
                tracing::debug!(%error, "a frame of the relay could not be read");
                Some(LinkEvent::Garbage)
            }
        },
        Message::Pong(payload) => {
            let token = <[u8; 8]>::try_from(payload.as_ref()).ok()?;
            Some(LinkEvent::Pong(u64::from_be_bytes(token)))
        }
        Message::Binary(_) => Some(LinkEvent::Garbage),
        Message::Ping(_) | Message::Close(_) | Message::Frame(_) => None,
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
