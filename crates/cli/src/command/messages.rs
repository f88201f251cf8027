//! `send` and `history`.

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::output::Output;
use crate::request::{Request, Wait};
use crate::updates::{Next, Updates};
use sotto_engine::api::{
    ChatId, ClientKind, ErrorCode, Event, MessageId, MessageState, PageAnchor, PageQuery,
    ProfileView, Protection, ReadHistory, SendFailure, SendText,
};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Messages read at once.
const PAGE: u32 = 200;

/// Puts a text into the outbox and prints what became of it, after the wait that was asked for.
pub(super) async fn send(
    context: &Context<'_>,
    to: &str,
    text: String,
    wait: Option<Wait>,
    limit: Duration,
    output: &mut Output,
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
    let message = context.session.request(SendText { chat, text }).await?;
    if let (Some(wait), Some(updates)) = (wait, updates) {
        return until(context, message, wait, updates, deadline, output).await;
    }
    let info = context.session.message(message).await?;
    let state = info.message.state.unwrap_or(MessageState::Queued);
    output.print(&[line::sent(&info.public_id, state)]).await?;
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
    output: &mut Output,
) -> Result<(), Stop> {
    let deadline = Instant::now() + limit;
    let updates = context.session.updates().await?;
    let message = MessageId(message);
    until(context, message, wait, updates, deadline, output).await
}

async fn until(
    context: &Context<'_>,
    message: MessageId,
    wait: Wait,
    mut updates: Updates,
    deadline: Instant,
    output: &mut Output,
) -> Result<(), Stop> {
    loop {
        let info = context.session.message(message).await?;
        match (info.message.state, wait) {
            (Some(reached @ MessageState::Delivered), _)
            | (Some(reached @ MessageState::Handed), Wait::Sent) => {
                let line = line::sent(&info.public_id, reached);
                output.print(&[line]).await?;
                return Ok(());
            }
            (Some(MessageState::Failed), _) => return Err(not_sent(info.message.failure).into()),
            (Some(MessageState::Handed), Wait::Delivered) => {
                // A guide client has it, and will never say so.
                if gives_no_receipts(context, info.message.chat).await? {
                    return Err(Failure::from(ErrorCode::NoReceipts).into());
                }
            }
            (Some(MessageState::Queued) | None, _) => {}
        }
        tokio::select! {
            news = news_of(context, message, &mut updates) => news?,
            () = sleep_until(deadline) => return Err(Failure::from(ErrorCode::TimedOut).into()),
            () = context.shutdown.wished() => {
                let limit = deadline.saturating_duration_since(Instant::now());
                let message = message.0;
                return Err(Stop::HandOver(Request::AwaitSent {
                    message,
                    wait,
                    limit,
                }));
            }
            () = output.gone() => return Ok(()),
        }
    }
}

/// Returns when something happened to a message, or may have. What waits on a computer that its
/// identity has left does not go out any more.
async fn news_of(
    context: &Context<'_>,
    message: MessageId,
    updates: &mut Updates,
) -> Result<(), Failure> {
    loop {
        match updates.next().await {
            Next::Event(event) => match *event {
                Event::MessageChanged { message: changed } if changed.id == message => break,
                Event::MessageRemoved { .. }
                | Event::ChatCleared { .. }
                | Event::ChatRemoved { .. } => break,
                Event::ProfileChanged { profile } => is_here(&profile)?,
                Event::Snapshot { snapshot } => is_here(&snapshot.profile)?,
                _ => {}
            },
            Next::Gap => {
                is_here(&context.session.snapshot().await?.profile)?;
                break;
            }
            Next::End => break,
        }
    }
    Ok(())
}

fn is_here(profile: &ProfileView) -> Result<(), Failure> {
    match profile.moved_at {
        Some(_) => Err(ErrorCode::Moved.into()),
        None => Ok(()),
    }
}

fn not_sent(failure: Option<SendFailure>) -> Failure {
    match failure {
        Some(SendFailure::TooLarge) => {
            Failure::new("too_large", "every relay refused the text for its size")
        }
        Some(SendFailure::NotEncrypted) => Failure::new(
            "not_encrypted",
            "the secure session could not encrypt the text",
        ),
        Some(SendFailure::Unreadable) => Failure::new(
            "unreadable",
            "the recipient's program cannot read the text: it has to be updated",
        ),
        Some(SendFailure::Unknown) | None => Failure::new(
            "not_sent",
            "the text cannot be sent; only a newer Sotto knows why",
        ),
    }
}

/// Prints all messages with a contact, oldest first.
pub(super) async fn history(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
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
        let page = context.session.request(ReadHistory(query)).await?;
        let Some(newest) = page.last() else {
            return Ok(());
        };
        last = newest.message;
        let lines: Vec<_> = page
            .iter()
            .filter_map(|line| line::history(line, &own_id))
            .collect();
        output.print(&lines).await?;
    }
}
