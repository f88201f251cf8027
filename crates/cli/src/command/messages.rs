//! `send` and `history`.

use sotto_engine::api::PageQuery;
use sotto_engine::api::{
    ChatId, ClientKind, ErrorCode, Event, MessageId, MessageState, PageAnchor, Protection,
};
use sotto_engine::core::Reply;
use sotto_engine::intent::Intent;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::request::{Request, Wait};
use crate::sink::Sink;
use crate::updates::{Next, Updates};

/// Puts a text into the outbox and prints what became of it, after the wait that was asked for.
pub(super) async fn send(
    context: &Context<'_>,
    to: &str,
    text: String,
    wait: Option<Wait>,
    limit: Duration,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let deadline = Instant::now() + limit;
    let chat = context.chat(to).await?;
    if wait == Some(Wait::Delivered) && gives_no_receipts(context, chat).await? {
        return Err(Failure::from(ErrorCode::NoReceipts).into());
    }
    // Listening begins before the text can go out.
    let updates = match wait {
        Some(_) => Some(context.session.updates().await?),
        None => None,
    };
    let reply = context.session.request(Intent::SendText { chat, text });
    let Reply::Message(message) = reply.await? else {
        return Err(Failure::internal().into());
    };
    if let (Some(wait), Some(updates)) = (wait, updates) {
        return until(context, message, wait, updates, deadline, sink).await;
    }
    let info = context.session.message(message).await?;
    let state = info.message.state.unwrap_or(MessageState::Queued);
    sink.print(&[line::sent(&info.public_id, state)]).await?;
    Ok(())
}

/// Whether nothing is known to confirm what goes to a contact: plain boxes are never answered by a
/// receipt, and only a program that is ours makes a session.
async fn gives_no_receipts(context: &Context<'_>, chat: ChatId) -> Result<bool, Failure> {
    let contact = context.session.contact(chat).await?;
    Ok(contact.protection == Protection::Plain && contact.client != ClientKind::Sotto)
}

/// Waits for a text that is in the outbox already.
pub(super) async fn await_sent(
    context: &Context<'_>,
    message: i64,
    wait: Wait,
    limit: Duration,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let deadline = Instant::now() + limit;
    let updates = context.session.updates().await?;
    let message = MessageId(message);
    until(context, message, wait, updates, deadline, sink).await
}

async fn until(
    context: &Context<'_>,
    message: MessageId,
    wait: Wait,
    mut updates: Updates,
    deadline: Instant,
    sink: &mut Sink,
) -> Result<(), Stop> {
    loop {
        let info = context.session.message(message).await?;
        match (info.message.state, wait) {
            (Some(reached @ MessageState::Delivered), _)
            | (Some(reached @ MessageState::Handed), Wait::Sent) => {
                let line = line::sent(&info.public_id, reached);
                sink.print(&[line]).await?;
                return Ok(());
            }
            (Some(MessageState::Failed), _) => return Err(refused().into()),
            (Some(MessageState::Handed), Wait::Delivered) => {
                // A guide client has it, and will never say so.
                if gives_no_receipts(context, info.message.chat).await? {
                    return Err(Failure::from(ErrorCode::NoReceipts).into());
                }
            }
            (Some(MessageState::Queued) | None, _) => {}
        }
        tokio::select! {
            () = news_of(message, &mut updates) => {}
            () = sleep_until(deadline) => return Err(Failure::from(ErrorCode::TimedOut).into()),
            () = context.ending.wished() => {
                let limit = deadline.saturating_duration_since(Instant::now());
                let message = message.0;
                return Err(Stop::HandOver(Request::AwaitSent {
                    message,
                    wait,
                    limit,
                }));
            }
            () = sink.gone() => return Ok(()),
        }
    }
}

/// Returns when something happened to a message, or may have.
async fn news_of(message: MessageId, updates: &mut Updates) {
    loop {
        match updates.next().await {
            Next::Event(event) => match *event {
                Event::MessageChanged { message: changed } if changed.id == message => return,
                Event::MessageRemoved { .. }
                | Event::ChatCleared { .. }
                | Event::ChatRemoved { .. } => return,
                _ => {}
            },
            Next::Gap | Next::End => return,
        }
    }
}

fn refused() -> Failure {
    Failure::new("too_large", "every relay refused the text for its size")
}

/// Prints all messages with a contact, oldest first.
pub(super) async fn history(
    context: &Context<'_>,
    with: &str,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let own_id = context.session.snapshot().await?.profile.user_id;
    let mut last = MessageId(0);
    loop {
        let query = PageQuery {
            chat,
            anchor: PageAnchor::After { message: last },
            limit: PAGE,
        };
        let Reply::Lines(page) = context.session.request(Intent::History(query)).await? else {
            return Err(Failure::internal().into());
        };
        let Some(newest) = page.last() else {
            return Ok(());
        };
        last = newest.message;
        let lines: Vec<_> = page
            .iter()
            .filter_map(|line| line::history(line, &own_id))
            .collect();
        sink.print(&lines).await?;
    }
}

/// Messages read at once.
const PAGE: u32 = 200;
