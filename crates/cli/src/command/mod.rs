//! What each command does with an opened profile, and what it prints.

mod contacts;
mod invites;
mod line;
mod listen;
mod messages;
mod people;
mod profile;

use sotto_engine::api::ChatId;
use sotto_engine::core::Reply;
use sotto_engine::intent::Intent;
use std::io;
use tokio::sync::Mutex;

use crate::ending::Ending;
use crate::failure::Failure;
use crate::printed::Printed;
use crate::request::Request;
use crate::session::Session;
use crate::sink::Sink;

/// What a command works with.
pub(crate) struct Context<'a> {
    pub(crate) session: &'a Session,
    /// Held while received messages are printed: each is printed by one `listen` only.
    pub(crate) printing: &'a Mutex<Printed>,
    /// The wish that the command comes to its end.
    pub(crate) ending: Ending,
}

/// Why a command ended before it was done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It failed.
    Failed(Failure),
    /// This process is to end; this is still to be done.
    HandOver(Request),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Carries out a command and prints its lines.
pub(crate) async fn carry_out(
    context: &Context<'_>,
    request: Request,
    sink: &mut Sink,
) -> Result<(), Stop> {
    match request {
        Request::Id => profile::id(context, sink).await,
        Request::ExportPublic => profile::export_public(context, sink).await,
        Request::Contacts => contacts::list(context, sink).await,
        Request::People => people::list(context, sink).await,
        Request::Add {
            user_id,
            public_key,
            name,
        } => contacts::add(context, user_id, public_key, name, sink).await,
        Request::Send {
            to,
            text,
            wait,
            limit,
        } => messages::send(context, &to, text, wait, limit, sink).await,
        Request::AwaitSent {
            message,
            wait,
            limit,
        } => messages::await_sent(context, message, wait, limit, sink).await,
        Request::AddLink { link, name } => contacts::add_link(context, link, name, sink).await,
        Request::Invite { ttl_secs } => invites::invite(context, ttl_secs, sink).await,
        Request::Invites => invites::list(context, sink).await,
        Request::Revoke { invite } => invites::revoke(context, invite, sink).await,
        Request::Card => invites::card(context, sink).await,
        Request::Listen { limit } => listen::listen(context, limit, sink).await,
        Request::History { with } => messages::history(context, &with, sink).await,
        Request::AcceptKey { with } => contacts::accept_key(context, &with, sink).await,
        Request::Requests => contacts::requests(context, sink).await,
        Request::Accept { request } => contacts::accept(context, request, sink).await,
    }
}

impl Context<'_> {
    /// The chat of the contact that was added under this id.
    async fn chat(&self, id: &str) -> Result<ChatId, Failure> {
        match self
            .session
            .request(Intent::FindChat(id.to_owned()))
            .await?
        {
            Reply::Chat(chat) => Ok(chat),
            _ => Err(Failure::internal()),
        }
    }
}
