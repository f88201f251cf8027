//! `contacts`, `add`, `accept-key`, `requests` and `accept`.

use sotto_engine::api::NewContact;
use sotto_engine::api::{ChatId, ErrorCode, RequestId};
use sotto_engine::core::Reply;
use sotto_engine::intent::Intent;

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::sink::Sink;

/// Prints the contacts, oldest first.
pub(super) async fn list(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut chats = context.session.snapshot().await?.chats;
    chats.sort_by_key(|chat| (chat.contact.added_at, chat.id));
    let lines: Vec<_> = chats
        .iter()
        .map(|chat| line::contact(&chat.contact))
        .collect();
    sink.print(&lines).await?;
    Ok(())
}

/// Adds a contact and prints it.
pub(super) async fn add(
    context: &Context<'_>,
    user_id: String,
    public_key: String,
    name: String,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let contact = NewContact {
        user_id,
        public_key,
        name,
    };
    let reply = context.session.request(Intent::AddContact(contact)).await?;
    print_contact(context, chat_of(&reply)?, sink).await
}

/// Uses the other key that was seen under a contact's name, and prints the contact.
pub(super) async fn accept_key(
    context: &Context<'_>,
    with: &str,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let contact = context.session.contact(chat).await?;
    let change = contact.key_change.ok_or(ErrorCode::NoKeyChange);
    let decide = Intent::DecideKey {
        chat,
        key: change.map_err(Failure::from)?.public_key,
        accept: true,
    };
    context.session.request(decide).await?;
    print_contact(context, chat, sink).await
}

/// Prints the keys that wrote without having been added, oldest first.
pub(super) async fn requests(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut requests = context.session.snapshot().await?.requests;
    requests.sort_by_key(|request| (request.first_at, request.id));
    let lines: Vec<_> = requests.iter().map(line::request).collect();
    sink.print(&lines).await?;
    Ok(())
}

/// Makes a contact of a request and prints it.
pub(super) async fn accept(
    context: &Context<'_>,
    request: i64,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let accept = Intent::AcceptRequest {
        request: RequestId(request),
        name: String::new(),
    };
    let reply = context.session.request(accept).await?;
    print_contact(context, chat_of(&reply)?, sink).await
}

/// Adds the person that a link names, and prints the contact.
pub(super) async fn add_link(
    context: &Context<'_>,
    link: String,
    name: String,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let add = Intent::AddByLink { link, name };
    let reply = context.session.request(add).await?;
    print_contact(context, chat_of(&reply)?, sink).await
}

async fn print_contact(context: &Context<'_>, chat: ChatId, sink: &mut Sink) -> Result<(), Stop> {
    let contact = context.session.contact(chat).await?;
    sink.print(&[line::contact(&contact)]).await?;
    Ok(())
}

fn chat_of(reply: &Reply) -> Result<ChatId, Failure> {
    match reply {
        Reply::Chat(chat) => Ok(*chat),
        _ => Err(Failure::internal()),
    }
}
