//! What each command does with an opened profile, and what it prints.

mod contacts;
mod invites;
mod line;
mod listen;
mod messages;
mod people;
mod profile;
mod verification;
use crate::failure::Failure;
use crate::output::Output;
use crate::printed::Printed;
use crate::request::Request;
use crate::session::Session;
use crate::shutdown::Shutdown;
use sotto_engine::api::{ChatId, FindChat, PrivateRelays};
use std::io;
use tokio::sync::Mutex;

/// What a command works with.
pub(crate) struct Context<'a> {
    pub(crate) session: &'a Session,
    /// Held while received messages are printed: each is printed by one `listen` only.
    pub(crate) printing: &'a Mutex<Printed>,
    /// The wish that the command comes to its end.
    pub(crate) shutdown: Shutdown,
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
    output: &mut Output,
) -> Result<(), Stop> {
    match request {
        Request::Id => profile::id(context, output).await,
        Request::ExportPublic => profile::export_public(context, output).await,
        Request::Contacts => contacts::list(context, output).await,
        Request::People => people::list(context, output).await,
        Request::Add {
            user_id,
            public_key,
            name,
        } => contacts::add(context, user_id, public_key, name, output).await,
        Request::Send {
            to,
            text,
            wait,
            limit,
        } => messages::send(context, &to, text, wait, limit, output).await,
        Request::AwaitSent {
            message,
            wait,
            limit,
        } => messages::await_sent(context, message, wait, limit, output).await,
        Request::AddLink {
            link,
            name,
            allow_private,
        } => {
            let private_relays = if allow_private {
                PrivateRelays::Allowed
            } else {
                PrivateRelays::Refused
            };
            contacts::add_link(context, link, name, private_relays, output).await
        }
        Request::Invite { ttl_secs } => invites::invite(context, ttl_secs, output).await,
        Request::Invites => invites::list(context, output).await,
        Request::Revoke { invite } => invites::revoke(context, invite, output).await,
        Request::Card => invites::card(context, output).await,
        Request::Listen { limit } => listen::listen(context, limit, output).await,
        Request::History { with } => messages::history(context, &with, output).await,
        Request::AcceptKey { with } => contacts::accept_key(context, &with, output).await,
        Request::UseName { with } => contacts::use_name(context, &with, output).await,
        Request::SafetyNumber { with } => verification::safety_number(context, &with, output).await,
        Request::Qr { with, out } => verification::qr(context, &with, &out, output).await,
        Request::VerifyCode { with, code } => {
            verification::by_code(context, &with, code, output).await
        }
        Request::VerifyDigits { with, digits } => {
            verification::by_digits(context, &with, digits, output).await
        }
        Request::VerifySeen { with } => verification::seen(context, &with, output).await,
        Request::Unverify { with } => verification::unverify(context, &with, output).await,
        Request::Requests => contacts::requests(context, output).await,
        Request::Accept { request } => contacts::accept(context, request, output).await,
    }
}

impl Context<'_> {
    /// The chat of the contact that was added under this id.
    async fn chat(&self, id: &str) -> Result<ChatId, Failure> {
        self.session.request(FindChat(id.to_owned())).await
    }
}
