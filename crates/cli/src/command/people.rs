//! `people`: who is online.

use sotto_engine::view::{Event, RelayState, Snapshot};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::request::Request;
use crate::session::now_ms;
use crate::sink::Sink;
use crate::updates::Next;

/// Prints who is listed at the relays, once each of them has answered or failed.
pub(super) async fn list(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut updates = context.session.updates().await?;
    let deadline = Instant::now() + ANSWER_LIMIT;
    let mut told = false;
    loop {
        let snapshot = context.session.snapshot().await?;
        if is_settled(&snapshot, told) {
            return print(&snapshot, sink).await;
        }
        tokio::select! {
            next = updates.next() => match next {
                Next::Event(event) => {
                    told |= matches!(*event, Event::PeopleChanged { .. }) && is_connected(&snapshot);
                }
                Next::Gap => {}
                Next::End => return Err(Failure::internal().into()),
            },
            () = sleep_until(deadline) => return print(&snapshot, sink).await,
            () = context.ending.wished() => return Err(Stop::HandOver(Request::People)),
            () = sink.gone() => return Ok(()),
        }
    }
}

/// Whether waiting longer could tell more: no relay is being connected, one is connected, and
/// its list has come.
fn is_settled(snapshot: &Snapshot, told: bool) -> bool {
    let mut relays = snapshot.relays.iter();
    let connecting = relays.any(|relay| matches!(relay.state, RelayState::Connecting));
    is_connected(snapshot) && !connecting && (told || is_long_connected(snapshot))
}

/// Whether a relay has been connected for so long that its list came long ago.
fn is_long_connected(snapshot: &Snapshot) -> bool {
    let before = now_ms().saturating_sub(LIST_LIMIT_MS);
    let mut relays = snapshot.relays.iter();
    relays.any(|relay| matches!(relay.state, RelayState::Connected { since } if since < before))
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
/// How long a relay may take for its list.
const LIST_LIMIT_MS: i64 = 5_000;
