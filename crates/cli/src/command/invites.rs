//! `invite`, `invites`, `revoke` and `card`.

use sotto_engine::api::InviteId;
use sotto_engine::core::Reply;
use sotto_engine::intent::Intent;

use super::{Context, Stop, line};
use crate::failure::Failure;
use crate::sink::Sink;

/// Makes an invite and prints its link. A printed link has left the program: whoever uses it is
/// added, and not verified by that.
pub(super) async fn invite(
    context: &Context<'_>,
    ttl_secs: Option<u64>,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let made = context.session.request(Intent::CreateInvite { ttl_secs });
    let Reply::Invite(invite) = made.await? else {
        return Err(Failure::internal().into());
    };
    let shared = context.session.request(Intent::ShareInvite(invite.id));
    let Reply::Link(link) = shared.await? else {
        return Err(Failure::internal().into());
    };
    sink.print(&[line::invite(&invite, &link)]).await?;
    Ok(())
}

/// Prints the newest invites, oldest first, without their links.
pub(super) async fn list(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let mut invites = context.session.snapshot().await?.invites;
    invites.reverse();
    let lines: Vec<_> = invites.iter().map(line::known_invite).collect();
    sink.print(&lines).await?;
    Ok(())
}

/// Takes an invite back and prints it.
pub(super) async fn revoke(
    context: &Context<'_>,
    invite: i64,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let revoke = Intent::RevokeInvite(InviteId(invite));
    context.session.request(revoke).await?;
    let invites = context.session.snapshot().await?.invites;
    let found = invites.iter().find(|known| known.id.0 == invite);
    let lines: Vec<_> = found.into_iter().map(line::known_invite).collect();
    sink.print(&lines).await?;
    Ok(())
}

/// Prints the link of the contact card.
pub(super) async fn card(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let Reply::Link(link) = context.session.request(Intent::ContactCard).await? else {
        return Err(Failure::internal().into());
    };
    sink.print(&[line::card(&link)]).await?;
    Ok(())
}
