//! `invite`, `invites`, `revoke` and `card`.

use super::{Context, Stop, line};
use crate::output::Output;
use sotto_engine::api::{CreateInvite, InviteId, RevokeInvite, ShareInvite, ShowCard};

/// Makes an invite and prints its link. A printed link has left the program: whoever uses it is
/// added, and not verified by that.
pub(super) async fn invite(
    context: &Context<'_>,
    ttl_secs: Option<u64>,
    output: &mut Output,
) -> Result<(), Stop> {
    let made = context.session.request(CreateInvite { ttl_secs });
    let invite = made.await?;
    let link = context.session.request(ShareInvite(invite.id)).await?;
    output.print(&[line::invite(&invite, &link)]).await?;
    Ok(())
}

/// Prints the newest invites, oldest first, without their links.
pub(super) async fn list(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let mut invites = context.session.snapshot().await?.invites;
    invites.reverse();
    let lines: Vec<_> = invites.iter().map(line::known_invite).collect();
    output.print(&lines).await?;
    Ok(())
}

/// Takes an invite back and prints it.
pub(super) async fn revoke(
    context: &Context<'_>,
    invite: i64,
    output: &mut Output,
) -> Result<(), Stop> {
    let revoke = RevokeInvite(InviteId(invite));
    context.session.request(revoke).await?;
    let invites = context.session.snapshot().await?.invites;
    let found = invites.iter().find(|known| known.id.0 == invite);
    let lines: Vec<_> = found.into_iter().map(line::known_invite).collect();
    output.print(&lines).await?;
    Ok(())
}

/// Prints the link of the contact card.
pub(super) async fn card(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let link = context.session.request(ShowCard).await?;
    output.print(&[line::card(&link)]).await?;
    Ok(())
}
