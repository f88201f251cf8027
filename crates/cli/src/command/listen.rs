//! `listen`: received messages that no `listen` has printed yet, then whatever happens.
//!
//! A message counts as printed only after its line was flushed (see [`crate::printed`]): being
//! killed in the worst moment prints it once more next time, and none is ever left out.

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::output::Output;
use crate::request::Request;
use crate::updates::Next;
use serde_json::Value;
use sotto_engine::api::{
    ChatId, ChatView, Direction, Event, HistoryTrouble, ListUnprinted, MarkPrinted, MessageView,
    ProfileView, RequestId, RequestView, Snapshot, StartProblem, Trust,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Messages printed at once.
const AT_ONCE: u32 = 64;

/// Prints events until the time is over, the process is to end, or nobody reads any more.
pub(super) async fn listen(
    context: &Context<'_>,
    limit: Option<Duration>,
    output: &mut Output,
) -> Result<(), Stop> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    let mut updates = context.session.updates().await?;
    let mut chats = Told::default();
    print_received(context, output).await?;
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.wished() => {
                let limit = deadline.map(|at| at.saturating_duration_since(Instant::now()));
                return Err(Stop::HandOver(Request::Listen { limit }));
            }
            () = reached(deadline) => return Ok(()),
            () = output.gone() => return Ok(()),
            next = updates.next() => match next {
                Next::Event(event) => print_event(context, *event, &mut chats, output).await?,
                Next::Gap => print_missed(context, &mut chats, output).await?,
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
async fn print_received(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let mut printed = context.printing.lock().await;
    // What a process noted that was ended before the history knew it.
    let noted = printed.noted()?;
    if !noted.is_empty() {
        context.session.request(MarkPrinted(noted)).await?;
        printed.clear()?;
    }
    loop {
        let unprinted = ListUnprinted { limit: AT_ONCE };
        let received = context.session.request(unprinted).await?;
        if received.is_empty() {
            return Ok(());
        }
        for line in &received {
            output.print(&[line::message_event(line)]).await?;
            printed.note(line.message)?;
        }
        let all = received.iter().map(|line| line.message).collect();
        context.session.request(MarkPrinted(all)).await?;
        printed.clear()?;
    }
}

async fn print_event(
    context: &Context<'_>,
    event: Event,
    chats: &mut Told,
    output: &mut Output,
) -> Result<(), Stop> {
    let lines: Vec<Value> = match event {
        Event::MessageAdded { message } if message.direction == Direction::In => {
            return print_received(context, output).await;
        }
        Event::MessageAdded { message } | Event::MessageChanged { message } => {
            let line = state_line(context, &message, chats).await?;
            line.into_iter().collect()
        }
        Event::Snapshot { snapshot } => {
            chats.begin(&snapshot);
            let line = chats.take_profile(&snapshot.profile);
            line.into_iter().collect()
        }
        Event::ProfileChanged { profile } => chats.take_profile(&profile).into_iter().collect(),
        Event::ChatChanged { chat } => chats.take(&chat),
        Event::ChatRemoved { chat } => {
            chats.chats.remove(&chat);
            Vec::new()
        }
        Event::RequestChanged { request } => chats.take_request(&request).into_iter().collect(),
        Event::RequestRemoved { request } => {
            chats.requests.remove(&request);
            Vec::new()
        }
        Event::HistoryTrouble {
            trouble: Some(HistoryTrouble::Damaged),
        } => return Err(Failure::from(StartProblem::HistoryDamaged).into()),
        _ => Vec::new(),
    };
    if !lines.is_empty() {
        output.print(&lines).await?;
    }
    Ok(())
}

/// The line that says how far an outgoing message came.
async fn state_line(
    context: &Context<'_>,
    message: &MessageView,
    chats: &Told,
) -> Result<Option<Value>, Failure> {
    let (Some(state), Some(chat)) = (message.state, chats.chats.get(&message.chat)) else {
        return Ok(None);
    };
    match context.session.message(message.id).await {
        Ok(info) => Ok(Some(line::state_event(&chat.id, &info.public_id, state))),
        // Deleted since.
        Err(failure) if failure.code == "unknown_message" => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Prints what a gap in the events has left out: what was received, other keys under the names of
/// contacts, who is verified or scanned the code, requests, and that the identity moved. How far each
/// text of one's own came meanwhile is in `history`.
async fn print_missed(
    context: &Context<'_>,
    chats: &mut Told,
    output: &mut Output,
) -> Result<(), Stop> {
    print_received(context, output).await?;
    let snapshot = context.session.snapshot().await?;
    output.print(&chats.missed(&snapshot)).await?;
    Ok(())
}

/// What is needed of each chat to name it, and to tell what is new from what was told already.
#[derive(Default)]
struct Told {
    chats: BTreeMap<ChatId, Known>,
    /// When each request last got a text, and how many it has.
    requests: BTreeMap<RequestId, (i64, usize)>,
    /// Whether it was told that the identity moved.
    moved: bool,
}

struct Known {
    id: String,
    other_key: Option<String>,
    /// How and since when it is verified.
    trust: Trust,
    /// Until when is asked what its screen says.
    verify_asked: Option<i64>,
}

impl Told {
    /// Takes a chat as it is now; gives the lines that tell of a new key under its name, that it is
    /// verified, and that its program scanned the code.
    fn take(&mut self, chat: &ChatView) -> Vec<Value> {
        let Some(contact) = chat.contact() else {
            return Vec::new();
        };
        let change = contact.key_change.as_ref();
        let known = Known {
            id: contact.user_id.clone(),
            other_key: change.map(|change| change.public_key.clone()),
            trust: contact.trust,
            verify_asked: contact.verify_asked,
        };
        let before = self.chats.get(&chat.id);
        let changed = before.is_none_or(|before| before.other_key != known.other_key);
        let marked = before.is_none_or(|before| before.trust != known.trust);
        let asked = before.is_none_or(|before| before.verify_asked != known.verify_asked);
        self.chats.insert(chat.id, known);
        let change = change.filter(|_| changed);
        let change = change.map(|change| line::key_changed_event(&contact.user_id, change));
        let marked = marked.then(|| line::verified_event(contact)).flatten();
        let asked = contact.verify_asked.filter(|_| asked);
        let asked = asked.map(|_| line::verify_asked_event(contact));
        [change, marked, asked].into_iter().flatten().collect()
    }

    /// Takes a request as it is now; gives the line that tells of it if something was written.
    fn take_request(&mut self, request: &RequestView) -> Option<Value> {
        let written = (request.last_at, request.texts.len());
        let before = self.requests.insert(request.id, written);
        (before != Some(written)).then(|| line::request_event(request))
    }

    /// Takes the person's profile as it is now; gives the line that tells, once, that the identity moved
    /// to another computer.
    fn take_profile(&mut self, profile: &ProfileView) -> Option<Value> {
        let moved_at = profile.moved_at.filter(|_| !self.moved)?;
        self.moved = true;
        Some(line::moved_event(moved_at))
    }

    /// Takes everything as it is at the beginning, of which nothing is told.
    fn begin(&mut self, snapshot: &Snapshot) {
        let moved = self.moved;
        drop(self.missed(snapshot));
        self.moved = moved;
    }

    /// Takes everything as it is after a gap; gives what is new.
    fn missed(&mut self, snapshot: &Snapshot) -> Vec<Value> {
        let chats: BTreeSet<ChatId> = snapshot.chats.iter().map(|chat| chat.id).collect();
        self.chats.retain(|chat, _| chats.contains(chat));
        let requests: BTreeSet<RequestId> = snapshot.requests.iter().map(|r| r.id).collect();
        self.requests
            .retain(|request, _| requests.contains(request));
        let mut lines: Vec<Value> = Vec::new();
        lines.extend(snapshot.chats.iter().flat_map(|chat| self.take(chat)));
        let requests = snapshot.requests.iter();
        lines.extend(requests.filter_map(|request| self.take_request(request)));
        lines.extend(self.take_profile(&snapshot.profile));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(last_at: i64, claims: Option<ChatId>) -> RequestView {
        RequestView {
            id: RequestId(1),
            user_id: "bo".to_owned(),
            public_key: String::new(),
            fingerprint: String::new(),
            hue: 0,
            texts: Vec::new(),
            first_at: 1,
            last_at,
            claims,
        }
    }

    #[test]
    fn a_request_is_told_when_something_was_written_and_only_then() {
        let mut chats = Told::default();
        assert!(chats.take_request(&request(1, None)).is_some());
        // Its name is that of a contact now.
        assert!(chats.take_request(&request(1, Some(ChatId(1)))).is_none());
        assert!(chats.take_request(&request(2, None)).is_some());
    }
}
