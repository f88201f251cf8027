//! Links of others: read, and adding the person that one names.

use super::link_text;
use super::new_contact::{add, made};
use super::requests::MovingIn;
use crate::address::RelayAddress;
use crate::api::{AddByLink, ChatId, ErrorCode, LinkCameBy, PrivateRelays, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::time::Now;
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::text::given_name;
use sotto_protocol::invite::{Contact as LinkContact, InviteError, LINK_PREFIX};
use sotto_protocol::{AddLink, DecodeError, RelayHint};
use sotto_store::contacts::{self, Origin, Trust};
use sotto_store::messages::PeerKey;
use sotto_store::{joins, requests};
use zeroize::Zeroizing;

/// Adds the person that a link names, with the relays that it names.
pub(crate) fn add_by_link(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    asked: &AddByLink,
) -> Result<ChatId, EngineError> {
    let Found { link, text } = parse(&asked.link, turn.now)?;
    let linked = contact_of(&link);
    let identity = linked.fingerprint;
    if identity == outbound.sessions.identity.fingerprint() {
        return Err(ErrorCode::OwnKey.into());
    }
    if turn.contacts.by_fingerprint(&identity).is_some() {
        return Err(ErrorCode::AlreadyAdded.into());
    }
    let name = given_name(&asked.name)?;
    let account_id = linked.account_id().to_string();
    let usable = usable_relays(linked)?;
    let new_relays = new_relays(outbound, &usable, asked.private_relays)?;
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
    joins::add(turn.tx, contact, &text)?;
    let key = PeerKey::Identity(identity);
    turn.line(chat, SystemLine::AddedByLink, key)?;
    // A contact card says of nobody that it was on a screen here.
    if matches!(link, AddLink::Invite(_)) {
        match asked.came_by {
            LinkCameBy::Camera => {
                contacts::set_trust(turn.tx, contact, Trust::Scan, Some(turn.now.wall))?;
                turn.line(chat, SystemLine::VerifiedByScan, key)?;
            }
            LinkCameBy::Text => {
                contacts::set_trust(turn.tx, contact, Trust::ByTheirInvite, None)?;
            }
        }
    }
    if let Some(held) = &held {
        held.store(turn, contact, chat)?;
    }
    for address in new_relays {
        outbound.sessions.relays.add_address(turn, Some(address))?;
    }
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

/// The relays that would be added with the contact: those that are not in the settings and can be
/// used, if the person has agreed to each that asks for it.
fn new_relays(
    outbound: &Outbound,
    hints: &[&RelayHint],
    private_relays: PrivateRelays,
) -> Result<Vec<RelayAddress>, ErrorCode> {
    let relays = &outbound.sessions.relays;
    let unknown = hints
        .iter()
        .filter(|hint| relays.at(&hint.address).is_none());
    let new: Vec<RelayAddress> = unknown
        .filter_map(|hint| RelayAddress::parse(&hint.address).ok())
        .collect();
    match private_relays {
        PrivateRelays::Refused if new.iter().any(RelayAddress::needs_consent) => {
            Err(ErrorCode::PrivateRelay)
        }
        PrivateRelays::Refused | PrivateRelays::Allowed => Ok(new),
    }
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
            Err(InviteError::HoldsTooLong) => Some(Err(ErrorCode::ClockSlow)),
            Err(InviteError::Decode(DecodeError::Newer { .. })) => Some(Err(ErrorCode::LinkNewer)),
            Err(
                InviteError::NotALink
                | InviteError::Decode(_)
                | InviteError::TooLong
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
