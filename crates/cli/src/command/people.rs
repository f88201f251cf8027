//! `people`: who is online.

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::output::Output;
use crate::request::Request;
use crate::updates::Next;
use sotto_engine::api::{ChatView, ErrorCode, RelayState, RelayView, Snapshot};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long the relays may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Prints who is listed at the relays, once each of them has answered or failed.
pub(super) async fn list(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let mut updates = context.session.updates().await?;
    let deadline = Instant::now() + ANSWER_LIMIT;
    loop {
        let snapshot = context.session.snapshot().await?;
        if is_settled(&snapshot) {
            return print(&snapshot, output).await;
        }
        tokio::select! {
            next = updates.next() => if matches!(next, Next::End) {
                return Err(Failure::internal().into());
            },
            () = sleep_until(deadline) => return print(&snapshot, output).await,
            () = context.shutdown.wished() => return Err(Stop::HandOver(Request::People)),
            () = output.gone() => return Ok(()),
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
        RelayState::Waiting { .. } | RelayState::Stopped => false,
    };
    let is_stopped = snapshot.profile.moved_at.is_some();
    is_stopped || (relays.iter().any(|relay| relay.listed) && !relays.iter().any(pending))
}

fn is_connected(snapshot: &Snapshot) -> bool {
    let mut relays = snapshot.relays.iter();
    relays.any(|relay| matches!(relay.state, RelayState::Connected { .. }))
}

async fn print(snapshot: &Snapshot, output: &mut Output) -> Result<(), Stop> {
    if snapshot.profile.moved_at.is_some() {
        return Err(Failure::from(ErrorCode::Moved).into());
    }
    if !is_connected(snapshot) {
        return Err(Failure::new("offline", "no relay can be reached").into());
    }
    let lines: Vec<_> = snapshot
        .people
        .iter()
        .map(|person| {
            let mut chats = snapshot.chats.iter();
            let chat = chats.find(|chat| Some(chat.id) == person.chat);
            let contact = chat.and_then(ChatView::contact);
            line::person(person, contact.map(|contact| contact.user_id.as_str()))
        })
        .collect();
    output.print(&lines).await?;
    Ok(())
}
