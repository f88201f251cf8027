//! `contacts`, `add`, `accept-key`, `use-name`, `requests` and `accept`.

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::output::Output;
use sotto_engine::api::{
    AcceptRequest, AddByLink, AddContact, ChatId, ChatView, DecideKey, ErrorCode, LinkCameBy,
    NewContact, PrivateRelays, RequestId, UseName,
};

/// Prints the contacts, oldest first.
pub(super) async fn list(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let mut chats = context.session.snapshot().await?.chats;
    chats.sort_by_key(|chat| (chat.contact().map(|contact| contact.added_at), chat.id));
    let contacts = chats.iter().filter_map(ChatView::contact);
    let lines: Vec<_> = contacts.map(line::contact).collect();
    output.print(&lines).await?;
    Ok(())
}

/// Adds a contact and prints it.
pub(super) async fn add(
    context: &Context<'_>,
    user_id: String,
    public_key: String,
    name: String,
    output: &mut Output,
) -> Result<(), Stop> {
    let contact = NewContact {
        user_id,
        public_key,
        name,
    };
    let chat = context.session.request(AddContact(contact)).await?;
    print_contact(context, chat, output).await
}

/// Uses the other key that was seen under a contact's name, and prints the contact.
pub(super) async fn accept_key(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let contact = context.session.contact(chat).await?;
    let change = contact.key_change.ok_or(ErrorCode::NoKeyChange);
    let decide = DecideKey {
        contact: contact.id,
        key: change.map_err(Failure::from)?.public_key,
        accept: true,
    };
    context.session.request(decide).await?;
    print_contact(context, chat, output).await
}

/// Lets texts go to the other name under which a contact's key is listed, and prints the contact.
pub(super) async fn use_name(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let contact = context.session.contact(chat).await?;
    let name = contact.other_name.ok_or(ErrorCode::NoOtherName);
    let name = name.map_err(Failure::from)?;
    let contact = contact.id;
    context.session.request(UseName { contact, name }).await?;
    print_contact(context, chat, output).await
}

/// Prints the keys that wrote without having been added, oldest first.
pub(super) async fn requests(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let mut requests = context.session.snapshot().await?.requests;
    requests.sort_by_key(|request| (request.first_at, request.id));
    let lines: Vec<_> = requests.iter().map(line::request).collect();
    output.print(&lines).await?;
    Ok(())
}

/// Makes a contact of a request and prints it.
pub(super) async fn accept(
    context: &Context<'_>,
    request: i64,
    output: &mut Output,
) -> Result<(), Stop> {
    let accept = AcceptRequest {
        request: RequestId(request),
        name: String::new(),
    };
    let chat = context.session.request(accept).await?;
    print_contact(context, chat, output).await
}

/// Adds the person that a link names, and prints the contact.
pub(super) async fn add_link(
    context: &Context<'_>,
    link: String,
    name: String,
    private_relays: PrivateRelays,
    output: &mut Output,
) -> Result<(), Stop> {
    let add = AddByLink {
        link,
        name,
        private_relays,
        came_by: LinkCameBy::Text,
    };
    let chat = context.session.request(add).await?;
    print_contact(context, chat, output).await
}

/// Prints a contact as it is now.
pub(super) async fn print_contact(
    context: &Context<'_>,
    chat: ChatId,
    output: &mut Output,
) -> Result<(), Stop> {
    let contact = context.session.contact(chat).await?;
    output.print(&[line::contact(&contact)]).await?;
    Ok(())
}
