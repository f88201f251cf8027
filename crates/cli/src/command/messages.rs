//! `send` and `history`.

use sotto_engine::core::Reply;
use sotto_engine::intent::{Intent, PageQuery};
use sotto_engine::view::{ErrorCode, Event, MessageId, MessageState, PageAnchor};
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
    if wait == Some(Wait::Delivered) {
        // Plain boxes are never answered by a receipt, whoever reads them.
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
    if let Some(updates) = updates {
        return until_sent(context, message, updates, deadline, sink).await;
    }
    let info = context.session.message(message).await?;
    let state = info.message.state.unwrap_or(MessageState::Queued);
    sink.print(&[line::sent(&info.public_id, state)]).await?;
    Ok(())
}

/// Waits for a text that is in the outbox already.
pub(super) async fn await_sent(
    context: &Context<'_>,
    message: i64,
    limit: Duration,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let deadline = Instant::now() + limit;
    let updates = context.session.updates().await?;
    until_sent(context, MessageId(message), updates, deadline, sink).await
}

async fn until_sent(
    context: &Context<'_>,
    message: MessageId,
    mut updates: Updates,
    deadline: Instant,
    sink: &mut Sink,
) -> Result<(), Stop> {
    loop {
        let info = context.session.message(message).await?;
        match info.message.state {
            Some(MessageState::Handed) => {
                let line = line::sent(&info.public_id, MessageState::Handed);
                sink.print(&[line]).await?;
                return Ok(());
            }
            Some(MessageState::Failed) => return Err(refused().into()),
            Some(MessageState::Queued) | None => {}
        }
        tokio::select! {
            () = news_of(message, &mut updates) => {}
            () = sleep_until(deadline) => return Err(Failure::from(ErrorCode::TimedOut).into()),
            () = context.ending.wished() => {
                let limit = deadline.saturating_duration_since(Instant::now());
                let message = message.0;
                return Err(Stop::HandOver(Request::AwaitSent { message, limit }));
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
