//! `listen`: received messages that no `listen` has printed yet, then whatever happens.
//!
//! A message counts as printed only after its line was flushed (see [`crate::printed`]): being
//! killed in the worst moment prints it once more next time, and none is ever left out.

use serde_json::Value;
use sotto_engine::core::Reply;
use sotto_engine::intent::Intent;
use sotto_engine::view::{ChatId, ChatView, Direction, Event, MessageView};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::request::Request;
use crate::sink::Sink;
use crate::updates::Next;

/// Prints events until the time is over, the process is to end, or nobody reads any more.
pub(super) async fn listen(
    context: &Context<'_>,
    limit: Option<Duration>,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    let mut updates = context.session.updates().await?;
    let mut chats = Chats::default();
    print_received(context, sink).await?;
    loop {
        tokio::select! {
            biased;
            () = context.ending.wished() => {
                let limit = deadline.map(|at| at.saturating_duration_since(Instant::now()));
                return Err(Stop::HandOver(Request::Listen { limit }));
            }
            () = reached(deadline) => return Ok(()),
            () = sink.gone() => return Ok(()),
            next = updates.next() => match next {
                Next::Event(event) => print_event(context, *event, &mut chats, sink).await?,
                Next::Gap => print_received(context, sink).await?,
                Next::End => return Err(Failure::internal().into()),
            },
        }
    }
}

async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Prints every received message that no `listen` has printed.
async fn print_received(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut printed = context.printing.lock().await;
    // What a process noted that was ended before the history knew it.
    let noted = printed.noted()?;
    if !noted.is_empty() {
        context.session.request(Intent::MarkPrinted(noted)).await?;
        printed.clear()?;
    }
    loop {
        let unprinted = Intent::Unprinted { limit: AT_ONCE };
        let Reply::Lines(received) = context.session.request(unprinted).await? else {
            return Err(Failure::internal().into());
        };
        if received.is_empty() {
            return Ok(());
        }
        for line in &received {
            sink.print(&[line::message_event(line)]).await?;
            printed.note(line.message)?;
        }
        let all = received.iter().map(|line| line.message).collect();
        context.session.request(Intent::MarkPrinted(all)).await?;
        printed.clear()?;
    }
}

async fn print_event(
    context: &Context<'_>,
    event: Event,
    chats: &mut Chats,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let line = match event {
        Event::MessageAdded { message } if message.direction == Direction::In => {
            return print_received(context, sink).await;
        }
        Event::MessageAdded { message } | Event::MessageChanged { message } => {
            state_line(context, &message, chats).await?
        }
        Event::Snapshot { snapshot } => {
            for chat in &snapshot.chats {
                chats.take(chat);
            }
            None
        }
        Event::ChatChanged { chat } => chats.take(&chat),
        Event::ChatRemoved { chat } => {
            chats.0.remove(&chat);
            None
        }
        Event::RequestChanged { request } => Some(line::request_event(&request)),
        _ => None,
    };
    if let Some(line) = line {
        sink.print(&[line]).await?;
    }
    Ok(())
}

/// The line that says how far an outgoing message came.
async fn state_line(
    context: &Context<'_>,
    message: &MessageView,
    chats: &Chats,
) -> Result<Option<Value>, Failure> {
    let (Some(state), Some(chat)) = (message.state, chats.0.get(&message.chat)) else {
        return Ok(None);
    };
    match context.session.message(message.id).await {
        Ok(info) => Ok(Some(line::state_event(&chat.id, &info.public_id, state))),
        // Deleted since.
        Err(failure) if failure.code == "unknown_message" => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What is needed of each chat to name it, and to tell a key that is new from one already told.
#[derive(Default)]
struct Chats(BTreeMap<ChatId, Known>);

struct Known {
    id: String,
    other_key: Option<String>,
}

impl Chats {
    /// Takes a chat as it is now; gives the line that tells of a new key under its name.
    fn take(&mut self, chat: &ChatView) -> Option<Value> {
        let change = chat.contact.key_change.as_ref();
        let known = Known {
            id: chat.contact.user_id.clone(),
            other_key: change.map(|change| change.public_key.clone()),
        };
        let told = match self.0.get(&chat.id) {
            Some(before) => before.other_key == known.other_key,
            None => false,
        };
        self.0.insert(chat.id, known);
        let change = change.filter(|_| !told)?;
        Some(line::key_changed_event(&chat.contact.user_id, change))
    }
}

/// Messages printed at once.
const AT_ONCE: u32 = 64;
