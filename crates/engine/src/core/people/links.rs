//! Links of others: read, and adding the person that one names.

use super::link_text;
use super::new_contact::{add, made};
use super::requests::MovingIn;
use crate::address::RelayAddress;
use crate::api::{ChatId, ErrorCode, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::time::Now;
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::text::given_name;
use sotto_protocol::invite::{Contact as LinkContact, InviteError, LINK_PREFIX};
use sotto_protocol::{AddLink, DecodeError, RelayHint};
use sotto_store::contacts::{self, Origin};
use sotto_store::messages::PeerKey;
use sotto_store::{joins, requests};
use zeroize::Zeroizing;

/// Adds the person that a link names, with the relays that it names.
pub(crate) fn add_by_link(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    text: &str,
    name: &str,
) -> Result<ChatId, EngineError> {
    let Found { link, text } = parse(text, turn.now)?;
    let linked = contact_of(&link);
    let identity = linked.fingerprint;
    if identity == outbound.sessions.identity.fingerprint() {
        return Err(ErrorCode::OwnKey.into());
    }
    if turn.contacts.by_fingerprint(&identity).is_some() {
        return Err(ErrorCode::AlreadyAdded.into());
    }
    let name = given_name(name)?;
    let account_id = linked.account_id().to_string();
    let usable = usable_relays(linked)?;
    let user_id = usable.first().and_then(|hint| hint.user_id.clone());
    let user_id = user_id.unwrap_or_else(|| account_id.clone());
    let held = requests::by_fingerprint(turn.tx, &identity)?;
    let held = held.map(|held| MovingIn::read(outbound, held));
    let (contact, chat) = add(
        turn,
        &contacts::NewContact {
            public_id: &account_id,
            user_id: &user_id,
            name: &name,
            box_key: None,
            fingerprint: Some(identity),
            added_at: turn.now.wall,
            origin: Origin::Link,
        },
    )?;
    if matches!(link, AddLink::Invite(_)) {
        contacts::set_trust(turn.tx, contact, contacts::Trust::ByTheirInvite, None)?;
    }
    joins::add(turn.tx, contact, &text)?;
    turn.line(chat, SystemLine::AddedByLink, PeerKey::Identity(identity))?;
    if let Some(held) = &held {
        held.store(turn, contact, chat)?;
    }
    add_relays(outbound, turn, &usable)?;
    let contact = made(turn, contact, None)?;
    if let Some(held) = held {
        held.confirm(outbound, turn, &contact)?;
    }
    Ok(chat)
}

/// The relays of a link that we know how to use. Of relays that store we know nothing yet: using one
/// as one that does not would be a step down that the link forbids.
fn usable_relays(contact: &LinkContact) -> Result<Vec<&RelayHint>, ErrorCode> {
    let usable: Vec<&RelayHint> = contact.relays.iter().filter(|h| h.level == 0).collect();
    if usable.is_empty() && !contact.relays.is_empty() {
        return Err(ErrorCode::LinkNewer);
    }
    Ok(usable)
}

fn add_relays(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    hints: &[&RelayHint],
) -> Result<(), EngineError> {
    let relays = &mut outbound.sessions.relays;
    for hint in hints {
        if relays.at(&hint.address).is_none()
            && let Ok(address) = RelayAddress::parse(&hint.address)
        {
            relays.add_address(turn, Some(address))?;
        }
    }
    Ok(())
}

/// A link of others that was read.
pub(crate) struct Found {
    pub(crate) link: AddLink,
    /// The link alone, in its one form.
    pub(crate) text: Zeroizing<String>,
}

/// Reads the link in a text of others.
pub(crate) fn parse(text: &str, now: Now) -> Result<Found, ErrorCode> {
    let run = link_text::find(text).ok_or(ErrorCode::NotALink)?;
    // A link says itself where it ends. A field of one line, or a hasty hand, may have joined it with
    // the word behind it.
    let lengths = (LINK_PREFIX.len()..=run.len()).rev();
    let mut read = lengths.filter_map(|length| {
        let text = run.get(..length)?;
        match AddLink::parse(text, now.unix()) {
            Ok(link) => Some(Ok(Found {
                link,
                text: Zeroizing::new(text.to_owned()),
            })),
            Err(InviteError::Expired) => Some(Err(ErrorCode::InviteExpired)),
            Err(InviteError::Decode(DecodeError::Newer { .. })) => Some(Err(ErrorCode::LinkNewer)),
            Err(
                InviteError::NotALink
                | InviteError::Decode(_)
                | InviteError::TooLong
                | InviteError::HoldsTooLong
                | InviteError::AnotherInvite
                | InviteError::Proof,
            ) => None,
        }
    });
    read.next().unwrap_or(Err(ErrorCode::NotALink))
}

/// Whom a link names.
pub(crate) const fn contact_of(link: &AddLink) -> &LinkContact {
    match link {
        AddLink::Invite(invite) => &invite.contact,
        AddLink::Card(contact) => contact,
    }
}

/// Seconds since 1970 in ms.
pub(crate) fn ms(secs: u64) -> i64 {
    i64::try_from(secs.saturating_mul(1_000)).unwrap_or(i64::MAX)
}
