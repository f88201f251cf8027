//! Whose keys are believed to be whose: what marks a contact as verified, and what takes the mark
//! back (P-123, P-124, P-133, P-134).
//!
//! Whether somebody who used an invite counts as verified is decided by what this program knows of
//! the way that the invite went, never by what the other side claims: one that was only ever shown
//! as a code on this screen was seen by whoever was in front of it. One that was copied, saved or
//! printed only says that somebody had it; then the person is asked.

use super::new_contact::reread;
use crate::api::{ContactId, ErrorCode, InviteId, SystemLine};
use crate::core::session::upgrade::push_control;
use crate::core::turn::{People as PeopleTold, Turn, Whole};
use crate::error::EngineError;
use sotto_protocol::{AddLink, BoxPublicKey, Fingerprint, InviteUse, SessionId};
use sotto_store::contacts::{self, Added, Contact, Origin, Trust};
use sotto_store::messages::PeerKey;
use sotto_store::session_outbox::Control;
use sotto_store::{StoreError, invites, session_outbox};

/// Somebody says, in a session, that they used an invite.
#[derive(Clone, Copy)]
pub(crate) struct InviteClaim {
    /// Who they are, as the session authenticated it.
    pub(crate) joiner: Fingerprint,
    /// In which session.
    pub(crate) session: SessionId,
    /// Which invite, and the proof.
    pub(crate) used: Option<InviteUse>,
}

/// What became of the invite that a message names.
pub(crate) enum Used {
    /// It names none, or none that counts.
    No,
    /// It was free and is used now.
    Now(FreeInvite),
    /// Another identity used it before.
    ByAnother {
        /// That identity.
        first: Fingerprint,
    },
}

/// An invite that somebody uses now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreeInvite {
    id: InviteId,
    /// Whether it left the program other than as a code on the screen.
    shared: bool,
}

/// What became of the invite that somebody says they used.
pub(crate) fn invite_used(turn: &Turn<'_>, claim: &InviteClaim) -> Result<Used, StoreError> {
    let Some(used) = &claim.used else {
        return Ok(Used::No);
    };
    let Some(row) = invites::by_invite(turn.tx, &used.invite)? else {
        return Ok(Used::No);
    };
    let Ok(AddLink::Invite(invite)) = AddLink::parse(&row.link, turn.now.unix()) else {
        return Ok(Used::No);
    };
    let proved = invite.verify(used, &claim.joiner, &claim.session, turn.now.unix());
    if let Err(error) = proved {
        tracing::debug!(%error, "the use of an invite was refused");
        return Ok(Used::No);
    }
    Ok(match row.used_by {
        _ if row.revoked_at.is_some() => Used::No,
        None => Used::Now(FreeInvite {
            id: row.id,
            shared: row.shared,
        }),
        Some(first) if first == claim.joiner => Used::No,
        Some(first) => Used::ByAnother { first },
    })
}

/// A contact used an invite of the person's: it is used up, and says as much of a contact that
/// was not verified as of somebody new.
pub(crate) fn take_invite_of_contact(
    turn: &mut Turn<'_>,
    contact: &Contact,
    claim: &InviteClaim,
) -> Result<(), StoreError> {
    let invite = match invite_used(turn, claim)? {
        Used::Now(invite) => invite,
        Used::ByAnother { first } => {
            return alarm(turn, &first, Some(contact), claim);
        }
        Used::No => return Ok(()),
    };
    invites::set_used(turn.tx, invite.id, &claim.joiner, turn.now.wall)?;
    turn.touched.whole(Whole::Invites);
    if contact.trust == Trust::Unverified {
        mark_by_invite(turn, contact, invite, claim, LineFor::Contact)?;
        turn.reread(contact.id)?;
    }
    Ok(())
}

/// Makes a contact of somebody who used an invite. None if its id or key is a contact's.
pub(crate) fn join(
    turn: &mut Turn<'_>,
    claim: &InviteClaim,
    box_key: BoxPublicKey,
    user_id: Option<&str>,
    invite: FreeInvite,
) -> Result<Option<Contact>, StoreError> {
    let account_id = claim.joiner.account_id().to_string();
    let added = contacts::add(
        turn.tx,
        &contacts::NewContact {
            public_id: &account_id,
            user_id: user_id.unwrap_or(&account_id),
            name: "",
            box_key: Some(box_key),
            fingerprint: Some(claim.joiner),
            added_at: turn.now.wall,
            origin: Origin::Invite,
        },
    )?;
    let Added::New { contact, chat } = added else {
        tracing::debug!("who used an invite has the id or the key of a contact");
        return Ok(None);
    };
    invites::set_used(turn.tx, invite.id, &claim.joiner, turn.now.wall)?;
    turn.touched.whole(Whole::Invites);
    let key = PeerKey::Identity(claim.joiner);
    turn.line(chat, SystemLine::JoinedByInvite, key)?;
    let Some(made) = turn.reread(contact)? else {
        return Ok(None);
    };
    mark_by_invite(turn, &made, invite, claim, LineFor::Joiner)?;
    turn.touched.reach(contact);
    turn.touched.people(PeopleTold::Due);
    turn.reread(contact)
}

/// An invite was used by a second identity: the mark of the first no longer counts, and both
/// are told (P-124): the second here if it is a contact, else in the session that is held.
pub(crate) fn alarm(
    turn: &mut Turn<'_>,
    first: &Fingerprint,
    second: Option<&Contact>,
    claim: &InviteClaim,
) -> Result<(), StoreError> {
    let data = claim.used.map(|used| used.invite.to_vec());
    let data = data.unwrap_or_default();
    if let Some(second) = second {
        let control = Control::InviteUsedTwice;
        push_control(turn, second.id, &claim.joiner, control, &data)?;
    }
    let Some(contact) = turn.contacts.by_fingerprint(first).cloned() else {
        return Ok(());
    };
    if contact.trust != Trust::Unverified {
        contacts::set_trust(turn.tx, contact.id, Trust::Unverified, None)?;
        turn.reread(contact.id)?;
    }
    // Also if the mark was taken back before, by whomever: the other side may have one still. One
    // that waits says the same.
    if !session_outbox::holds(turn.tx, contact.id, Control::InviteUsedTwice)? {
        push_control(turn, contact.id, first, Control::InviteUsedTwice, &data)?;
    }
    let key = PeerKey::Identity(*first);
    turn.line_once(contact.chat, SystemLine::InviteUsedTwice, key)?;
    turn.wake.peer(contact.id);
    Ok(())
}

/// Marks a contact that came by a link as verified, or takes a mark back.
pub(crate) fn mark_verified(
    turn: &mut Turn<'_>,
    contact: ContactId,
    verified: bool,
) -> Result<(), EngineError> {
    let known = turn.contacts.get(contact);
    let known = known.ok_or(ErrorCode::UnknownContact)?.clone();
    let key = key_of(&known).ok_or(ErrorCode::NothingToVerify)?;
    let (trust, at, what) = match (known.trust, verified) {
        (Trust::ByMyInvite | Trust::ByTheirInvite, true) => (
            Trust::Affirmed,
            Some(turn.now.wall),
            Some(SystemLine::VerifiedByPerson),
        ),
        (Trust::ByMyInvite | Trust::ByTheirInvite, false) => (Trust::Unverified, None, None),
        (trust, false) if trust.is_verified() => {
            (Trust::Unverified, None, Some(SystemLine::MarkRemoved))
        }
        _ => return Err(ErrorCode::NothingToVerify.into()),
    };
    contacts::set_trust(turn.tx, contact, trust, at)?;
    reread(turn, contact)?;
    if let Some(what) = what {
        turn.line(known.chat, what, key)?;
    }
    Ok(())
}

/// Marks a contact as verified by what was compared, and says so in its chat.
pub(super) fn mark(
    turn: &mut Turn<'_>,
    contact: ContactId,
    (trust, line): (Trust, SystemLine),
) -> Result<(), EngineError> {
    contacts::set_trust(turn.tx, contact, trust, Some(turn.now.wall))?;
    say(turn, contact, line)
}

/// What was compared is not the contact's: whatever mark there is is taken back.
pub(super) fn differ(turn: &mut Turn<'_>, contact: ContactId) -> Result<(), EngineError> {
    contacts::set_differed(turn.tx, contact, turn.now.wall)?;
    say(turn, contact, SystemLine::KeysDiffer)
}

/// Says in a contact's chat what became of its mark. The same again is said once.
fn say(turn: &mut Turn<'_>, contact: ContactId, line: SystemLine) -> Result<(), EngineError> {
    let contact = reread(turn, contact)?;
    let key = key_of(&contact).unwrap_or(PeerKey::Unknown);
    Ok(turn.line_once(contact.chat, line, key)?)
}

/// The key of a contact that a line about it names.
fn key_of(contact: &Contact) -> Option<PeerKey> {
    let identity = contact.fingerprint.map(PeerKey::Identity);
    identity.or_else(|| contact.box_key.map(PeerKey::Box))
}

/// Of whom a mark is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineFor {
    /// A contact whose chat may say it already.
    Contact,
    /// Somebody who became one just then.
    Joiner,
}

/// What an invite says of whoever used it.
fn mark_by_invite(
    turn: &mut Turn<'_>,
    contact: &Contact,
    invite: FreeInvite,
    claim: &InviteClaim,
    line: LineFor,
) -> Result<(), StoreError> {
    if invite.shared {
        contacts::set_trust(turn.tx, contact.id, Trust::ByMyInvite, None)?;
        return Ok(());
    }
    contacts::set_trust(turn.tx, contact.id, Trust::Code, Some(turn.now.wall))?;
    let (what, key) = (SystemLine::VerifiedByCode, PeerKey::Identity(claim.joiner));
    match line {
        LineFor::Contact => turn.line_once(contact.chat, what, key),
        LineFor::Joiner => turn.line(contact.chat, what, key),
    }
}
