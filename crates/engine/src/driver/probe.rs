//! Tries a relay out before it is saved: opens a WebSocket, measures one ping, says goodbye. The
//! relay learns no name and no key by this.

use super::dial::dial;
use crate::address::RelayAddress;
use crate::api::{RelayProblem, RelayTest};
use futures_util::{SinkExt as _, StreamExt as _};
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// How long the relay may take to answer a ping.
const PONG_LIMIT: Duration = Duration::from_secs(10);

/// Tries a relay out, through a SOCKS5 proxy (`host:port`) if one is given.
pub async fn test_relay(address: &RelayAddress, proxy: Option<&str>) -> RelayTest {
    match measure(address, proxy).await {
        Ok(round_trip) => RelayTest::Works {
            url: address.as_str().to_owned(),
            round_trip_ms: u32::try_from(round_trip.as_millis()).unwrap_or(u32::MAX),
            level: 0,
            private: address.is_private(),
        },
        Err(problem) => RelayTest::Fails { problem },
    }
}

async fn measure(address: &RelayAddress, proxy: Option<&str>) -> Result<Duration, RelayProblem> {
    let mut socket = dial(address, proxy).await?.socket;
    let start = Instant::now();
    let answered = timeout(PONG_LIMIT, async {
        socket
            .send(Message::Ping(Bytes::from_static(b"sotto")))
            .await
            .map_err(|_| RelayProblem::Closed)?;
        while let Some(message) = socket.next().await {
            match message {
                Ok(Message::Pong(_)) => return Ok(start.elapsed()),
                Ok(_) => {}
                Err(_) => return Err(RelayProblem::NotARelay),
            }
        }
        Err(RelayProblem::Closed)
    })
    .await
    .unwrap_or(Err(RelayProblem::TimedOut));
    // A goodbye that does not arrive changes nothing about the answer.
    let _ = timeout(Duration::from_secs(2), socket.close(None)).await;
    answered
}
