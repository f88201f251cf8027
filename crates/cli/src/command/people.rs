//! `people`: who is online.

use sotto_engine::api::{RelayState, RelayView, Snapshot};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::request::Request;
use crate::sink::Sink;
use crate::updates::Next;

/// Prints who is listed at the relays, once each of them has answered or failed.
pub(super) async fn list(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut updates = context.session.updates().await?;
    let deadline = Instant::now() + ANSWER_LIMIT;
    loop {
        let snapshot = context.session.snapshot().await?;
        if is_settled(&snapshot) {
            return print(&snapshot, sink).await;
        }
        tokio::select! {
            next = updates.next() => if matches!(next, Next::End) {
                return Err(Failure::internal().into());
            },
            () = sleep_until(deadline) => return print(&snapshot, sink).await,
            () = context.ending.wished() => return Err(Stop::HandOver(Request::People)),
            () = sink.gone() => return Ok(()),
        }
    }
}

/// Whether waiting longer could tell more: a relay has told its whole list, and from none is it
/// still to come.
fn is_settled(snapshot: &Snapshot) -> bool {
    let relays = &snapshot.relays;
    let pending = |relay: &RelayView| match relay.state {
        RelayState::Connecting => true,
        RelayState::Connected { .. } => !relay.listed,
        RelayState::Waiting { .. } => false,
    };
    relays.iter().any(|relay| relay.listed) && !relays.iter().any(pending)
}

fn is_connected(snapshot: &Snapshot) -> bool {
    let mut relays = snapshot.relays.iter();
    relays.any(|relay| matches!(relay.state, RelayState::Connected { .. }))
}

async fn print(snapshot: &Snapshot, sink: &mut Sink) -> Result<(), Stop> {
    if !is_connected(snapshot) {
        return Err(Failure::new("offline", "no relay can be reached").into());
    }
    let lines: Vec<_> = snapshot
        .people
        .iter()
        .map(|person| {
            let mut chats = snapshot.chats.iter();
            let contact = chats.find(|chat| Some(chat.id) == person.chat);
            line::person(person, contact.map(|chat| chat.contact.user_id.as_str()))
        })
        .collect();
    sink.print(&lines).await?;
    Ok(())
}

/// How long the relays may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
