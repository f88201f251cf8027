//! Invites and the contact card, made here (P-120 to P-122).

use super::links::ms;
use super::{CARD_TOKEN, People};
use crate::api::{ErrorCode, INVITE_SECS, InviteId, InviteState, InviteView};
use crate::core::session::Sessions;
use crate::core::turn::{Turn, Whole};
use crate::error::EngineError;
use data_encoding::HEXLOWER;
use sotto_protocol::invite::{self as links, DEFAULT_TTL_SECS, Invite, InviteError};
use sotto_store::{Reader, invites, settings};
use zeroize::Zeroizing;

/// How many invites the person is shown.
pub(crate) const MAX_SHOWN_INVITES: u32 = 20;

/// Makes an invite for one use; it holds so many seconds, 24 hours unless chosen.
pub(crate) fn create_invite(
    sessions: &Sessions,
    turn: &mut Turn<'_>,
    ttl_secs: Option<u64>,
) -> Result<InviteView, EngineError> {
    let ttl = ttl_secs.unwrap_or(DEFAULT_TTL_SECS);
    let ttl = ttl.clamp(*INVITE_SECS.start(), *INVITE_SECS.end());
    let contact = sessions.own_link(None);
    let at = turn.now.unix();
    let mut invite =
        Invite::generate(contact, at, ttl, &mut turn.rng()).map_err(|_| ErrorCode::Internal)?;
    let link = shortened(|relays| {
        invite.contact.relays.truncate(relays);
        invite.to_link()
    })?;
    let (created_at, expires_at) = (turn.now.wall, ms(invite.expires.as_secs()));
    let id = invites::add(turn.tx, &invite.id(), &link, created_at, expires_at)?;
    turn.touched.whole(Whole::Invites);
    Ok(InviteView {
        id,
        created_at,
        expires_at,
        shared: false,
        state: InviteState::Open,
    })
}

/// The link of an invite that can still be used.
pub(crate) fn show_invite(
    reader: &Reader,
    now: i64,
    id: InviteId,
) -> Result<Zeroizing<String>, EngineError> {
    let invite = invites::by_id(reader, id)?;
    let invite = invite.filter(|invite| {
        invite.revoked_at.is_none() && invite.used_by.is_none() && now < invite.expires_at
    });
    Ok(invite.ok_or(ErrorCode::UnknownInvite)?.link)
}

/// The same, to leave the program: that is noted before the link is given.
pub(crate) fn share_invite(
    turn: &mut Turn<'_>,
    id: InviteId,
) -> Result<Zeroizing<String>, EngineError> {
    let link = show_invite(turn.tx, turn.now.wall, id)?;
    invites::set_shared(turn.tx, id)?;
    turn.touched.whole(Whole::Invites);
    Ok(link)
}

/// Takes an invite back.
pub(crate) fn revoke_invite(turn: &mut Turn<'_>, id: InviteId) -> Result<(), EngineError> {
    if !invites::revoke(turn.tx, id, turn.now.wall)? {
        return Err(ErrorCode::UnknownInvite.into());
    }
    turn.touched.whole(Whole::Invites);
    Ok(())
}

impl People {
    /// The person's contact card. From the first one on, strangers who have it are answered.
    pub(crate) fn contact_card(
        &mut self,
        sessions: &Sessions,
        turn: &mut Turn<'_>,
    ) -> Result<Zeroizing<String>, EngineError> {
        let token = if let Some(token) = self.card_token() {
            token
        } else {
            let token: [u8; 16] = turn.random();
            settings::set(turn.tx, CARD_TOKEN, &HEXLOWER.encode(&token))?;
            self.card_token.set(Some(token));
            token
        };
        let mut card = sessions.own_link(Some(token));
        let link = shortened(|relays| {
            card.relays.truncate(relays);
            card.to_link().map(Zeroizing::new)
        })?;
        Ok(link)
    }
}

/// Writes a link with as many relays as fit a code.
fn shortened(
    mut write: impl FnMut(usize) -> Result<Zeroizing<String>, InviteError>,
) -> Result<Zeroizing<String>, ErrorCode> {
    for relays in (0..=links::MAX_RELAYS).rev() {
        match write(relays) {
            Ok(link) => return Ok(link),
            // Without a relay nobody would find the way.
            Err(InviteError::TooLong) if relays > 1 => {}
            Err(InviteError::TooLong) => return Err(ErrorCode::LinkTooLong),
            Err(_) => return Err(ErrorCode::Internal),
        }
    }
    Err(ErrorCode::LinkTooLong)
}
