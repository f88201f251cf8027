//! A content of a contact: what the person is told, the changed session, what is remembered against
//! repetitions, and the receipt, in one turn.

use super::said::{Said, told};
use super::{Inbound, kept};
use crate::api::{RelayId, SystemLine};
use crate::core::contact_cache::shown_name;
use crate::core::people::InviteClaim;
use crate::core::session::record::SessionRecord;
use crate::core::session::upgrade::{push_control, upgrade_to_session};
use crate::core::time::Now;
use crate::core::turn::Turn;
use crate::text::{clean_name, look};
use sotto_protocol::body::{self, ControlCode};
use sotto_protocol::{Body, Content, Encrypted, Fingerprint, KeyCard, PrekeyPool};
use sotto_store::contacts::{self, Contact, Trust};
use sotto_store::messages::{self, Author, PeerKey};
use sotto_store::received::{self, Digest};
use sotto_store::session_outbox::{self, Control, Entry};
use sotto_store::{ContentId, StoreError, contact_keys, joins, nonces, peers};
use sotto_wire::UserId;
use zeroize::Zeroizing;

/// The longest name that another person's program may tell, in characters.
const MAX_TOLD_NAME: usize = 40;

/// A receipt, with the session that made it if that is another one than that of what it confirms.
type Receipt = (Option<SessionRecord>, Encrypted);

/// A message that was decrypted, with all that its turn needs.
pub(super) struct Decrypted {
    pub(super) relay: RelayId,
    /// The name there from which it came, if the relay says one.
    pub(super) from: Option<UserId>,
    pub(super) relay_at: i64,
    pub(super) sender: Fingerprint,
    pub(super) card: KeyCard,
    pub(super) record: SessionRecord,
    /// The prekeys without those that a handshake used.
    pub(super) prekeys: Option<PrekeyPool>,
    /// Whether this was the first that was ever decrypted in the session.
    pub(super) first: bool,
    pub(super) digest: Digest,
    pub(super) content: Content,
    /// The content's bytes.
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

impl Decrypted {
    /// What it says of an invite.
    pub(super) fn invite_claim(&self) -> InviteClaim {
        InviteClaim {
            joiner: self.sender,
            session: self.record.id(),
            used: self.content.invite_use,
        }
    }

    /// When the relay says that it was sent, if it says anything.
    pub(super) fn told_at(&self) -> Option<i64> {
        told(self.relay_at)
    }

    fn said(&self, now: Now) -> Said<'_> {
        Said {
            sender: self.sender,
            session: self.record.id(),
            relay: self.relay,
            relay_at: self.relay_at,
            came_at: now.wall,
            content: &self.content,
            bytes: &self.bytes,
        }
    }

    fn key(&self) -> PeerKey {
        PeerKey::Identity(self.sender)
    }
}

impl Inbound {
    /// Takes a content of a contact.
    pub(super) fn take_content(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        mut it: Decrypted,
    ) -> Result<(), StoreError> {
        let same = |other: Option<&Contact>| other.is_none_or(|other| other.id == contact.id);
        if !same(turn.contacts.by_key(&it.card.identity().box_key)) {
            // The box key of its card is another contact's: one of the two has to go.
            let sessions = &mut self.outbound.sessions;
            return sessions.note(turn, contact, SystemLine::AlreadyAContact, it.key());
        }
        let was_generation = it.record.peer.generation;
        let is_new = it.prekeys.is_some();
        let anew = is_new && self.outbound.sessions.asked_us(&it.sender);
        let lost_count = anew && has_lost_count(turn, &it)?;
        let knew_us = it.record.peer.knows_card.is_some();
        let sessions = &mut self.outbound.sessions;
        if it.record.learn(&it.content, &it.card, anew, turn.now) {
            sessions.said_mailbox(&it.sender);
        }
        if !knew_us && it.record.peer.knows_card.is_some() {
            // From now on both compare all their keys (P-130): whoever looks at a number is told.
            turn.touched.chat(contact.chat);
        }
        let answered = !matches!(it.content.body, Body::Receipt(_));
        // A receipt says that something of this session arrived.
        it.record.confirmed_by_peer |= !answered;
        let receipt = self.keep_session(turn, contact, &mut it, is_new, answered)?;
        self.take_unreadable(turn, contact, &it.content)?;
        // The ratchet turns: after some turns more the other side could no longer read what
        // was made before, if that was lost on the way (P-113).
        session_outbox::unseal(turn.tx, contact.id)?;
        begin_session(turn, contact, &it, is_new && was_generation == 0, is_new)?;
        let box_key = it.card.identity().box_key;
        let (key, identity, at) = (Some(&box_key), Some(&it.sender), turn.now.wall);
        contact_keys::note(turn.tx, contact.id, key, identity, at)?;
        announce(turn, contact, &it.content)?;
        let remembered = if answered {
            it.content.id
        } else {
            ContentId::from_bytes(*it.digest.as_bytes())
        };
        let is_fresh = received::remember(turn.tx, &it.sender, &remembered, &it.digest)?;
        if is_fresh || !answered {
            self.take_body(turn, contact, &it.said(turn.now))?;
        }
        turn.reread(contact.id)?;
        let sessions = &mut self.outbound.sessions;
        if let Some(from) = &it.from {
            sessions.relays.came_by(turn, contact.id, it.relay, from)?;
        }
        sessions.decrypted(turn, contact, lost_count)?;
        if let Some((record, encrypted)) = receipt {
            let contact = turn.contacts.get(contact.id).unwrap_or(contact).clone();
            let record = record.as_ref().unwrap_or(&it.record);
            self.outbound
                .write_loose(turn, &contact, None, record, encrypted);
        }
        if is_new {
            turn.wake.bound.insert(contact.id);
        }
        turn.wake.peer(contact.id);
        turn.wake.everybody = true;
        Ok(())
    }

    /// Writes the session back, and makes the receipt if there is to be one. It goes in the session of
    /// what it confirms, unless another one outranks that: the other side may have given it up (P-113).
    fn keep_session(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        it: &mut Decrypted,
        is_new: bool,
        answered: bool,
    ) -> Result<Option<Receipt>, StoreError> {
        let (id, content) = (it.record.id(), it.content.id);
        let sessions = &mut self.outbound.sessions;
        // One that has just begun may be all that the other side has.
        let is_written_to = is_new || peers::is_best(turn.tx, &it.sender, &id)?;
        let mut receipt = None;
        if answered && is_written_to {
            let encrypted = sessions.receipt(turn, &mut it.record, contact.id, content)?;
            receipt = encrypted.map(|encrypted| (None, encrypted));
        }
        if let Some(prekeys) = it.prekeys.take() {
            sessions.identity.keys.save_prekeys(turn, prekeys)?;
        }
        it.record.save(turn.tx)?;
        if answered
            && !is_written_to
            && let Some(mut best) = SessionRecord::best(turn.tx, &it.sender)?
        {
            let encrypted = sessions.receipt(turn, &mut best, contact.id, content)?;
            best.save(turn.tx)?;
            receipt = encrypted.map(|encrypted| (Some(best), encrypted));
        }
        Ok(receipt)
    }

    /// The other side cannot read what was written last: before what was made of it is given up.
    fn take_unreadable(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        content: &Content,
    ) -> Result<(), StoreError> {
        match &content.body {
            Body::Control(control) if control.code == ControlCode::Unreadable => {
                self.outbound.unreadable(turn, contact, &control.data)
            }
            _ => Ok(()),
        }
    }

    /// Whether a box of the key that a card names has named the card's identity.
    pub(super) fn is_proved(&self, it: &Decrypted) -> bool {
        let box_key = it.card.identity().box_key;
        self.outbound.sessions.is_proved(&it.sender, &box_key)
    }

    /// Takes what a contact said. Once for each content.
    pub(super) fn take_body(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        it: &Said<'_>,
    ) -> Result<(), StoreError> {
        match &it.content.body {
            Body::Text(text) => take_text(turn, contact, it, text),
            Body::Receipt(receipt) => {
                for entry in take_receipt(turn, contact, it, receipt)? {
                    self.outbound.confirmed(turn, &entry);
                }
                Ok(())
            }
            Body::Control(control) => take_control(turn, contact, it, control.code),
            Body::Profile(profile) => {
                let name = clean_name(&profile.name, MAX_TOLD_NAME);
                contacts::set_told_name(turn.tx, contact.id, &name)?;
                say_if_verified_name(turn, contact, it)
            }
            Body::Scanned(scanned) => {
                let by = (&it.sender, &it.session);
                self.people.take_scanned(turn, contact, by, scanned);
                Ok(())
            }
            Body::Unknown { kind } => kept::keep(turn, contact, it, *kind),
            // Only ever in plain boxes.
            Body::BundleRequest(_) | Body::BundleAnswer(_) => Ok(()),
        }
    }
}

/// Whether a handshake comes from somebody who no longer knows the sessions that there are: its
/// generation is one that a session already had in which something of them was decrypted. (Where both
/// begin at once, nothing was decrypted yet in one's own.)
fn has_lost_count(turn: &Turn<'_>, it: &Decrypted) -> Result<bool, StoreError> {
    let (known, new) = (it.record.peer.generation, it.record.session.generation());
    if new != known {
        return Ok(new < known);
    }
    let best = SessionRecord::best(turn.tx, &it.sender)?;
    Ok(best.is_some_and(|best| best.session.is_established()))
}

/// The first message of a session from the other side: nothing plain is taken from it any more,
/// and everything goes to it in sessions.
fn begin_session(
    turn: &mut Turn<'_>,
    contact: &Contact,
    it: &Decrypted,
    is_first_ever: bool,
    by_handshake: bool,
) -> Result<(), StoreError> {
    if !contact.refuses_plain {
        contacts::refuse_plain(turn.tx, contact.id)?;
    }
    if !contact.sealed {
        upgrade_to_session(turn, contact.id, &it.sender)?;
    }
    if contact.box_key.is_none() || contact.fingerprint.is_none() {
        let box_key = it.card.identity().box_key;
        contacts::bind(turn.tx, contact.id, &it.sender, &box_key, turn.now.wall)?;
        session_outbox::rebind(turn.tx, contact.id, &it.sender)?;
        turn.reread(contact.id)?;
    }
    if it.first {
        // An answer in our own session: what began it arrived, and with it the proof.
        if !by_handshake {
            joins::done(turn.tx, contact.id)?;
        }
        push_control(turn, contact.id, &it.sender, Control::Profile, &[])?;
    }
    if is_first_ever && (!contact.sealed || contact.box_key.is_none()) {
        turn.line_once(contact.chat, SystemLine::SessionStarted, it.key())?;
    }
    Ok(())
}

/// Plain boxes that the other side says may still come are no downgrade.
fn announce(turn: &Turn<'_>, contact: &Contact, content: &Content) -> Result<(), StoreError> {
    if let Some(key) = &contact.box_key {
        for nonce in &content.plain_nonces {
            received::announce(turn.tx, key, nonce)?;
        }
    }
    Ok(())
}

fn take_text(
    turn: &mut Turn<'_>,
    contact: &Contact,
    it: &Said<'_>,
    text: &body::Text,
) -> Result<(), StoreError> {
    let came_plain = match (&contact.box_key, &text.plain_nonce) {
        (Some(key), Some(nonce)) => {
            nonces::remember(turn.tx, key, nonce)? == nonces::Remembered::Known
        }
        _ => false,
    };
    let (chat, author, content) = (contact.chat, Author::Identity(it.sender), it.content.id);
    let is_known = messages::by_content(turn.tx, chat, &author, &content)?.is_some();
    // Nothing to show: a text without a word, or one that came in its plain box.
    if came_plain || is_known || text.text.is_empty() {
        return Ok(());
    }
    let received = messages::Received {
        chat,
        content,
        author,
        text: &text.text,
        created_at: it.came_at,
        relay_at: told(it.relay_at),
        relay: Some(it.relay),
        seen: messages::Seen::Unread,
    };
    let message = messages::receive(turn.tx, &received)?;
    turn.touched.added(chat, message);
    Ok(())
}

/// Gives what a receipt confirms.
fn take_receipt(
    turn: &Turn<'_>,
    contact: &Contact,
    it: &Said<'_>,
    receipt: &body::Receipt,
) -> Result<Vec<Entry>, StoreError> {
    let mut confirmed = Vec::new();
    for content in &receipt.messages {
        let entry = session_outbox::by_content(turn.tx, contact.id, content)?;
        if let Some(entry) = entry.filter(|entry| entry.fingerprint == Some(it.sender)) {
            // Everything that went to somebody added by an invite carried the proof.
            joins::done(turn.tx, contact.id)?;
            session_outbox::delivered(turn.tx, &entry, turn.now.wall)?;
            confirmed.push(entry);
        }
    }
    Ok(confirmed)
}

/// A contact that the person gave no name calls itself like one that is verified: that is said.
fn say_if_verified_name(
    turn: &mut Turn<'_>,
    before: &Contact,
    it: &Said<'_>,
) -> Result<(), StoreError> {
    let Some(contact) = turn.reread(before.id)? else {
        return Ok(());
    };
    if look(&shown_name(before)) == look(&shown_name(&contact)) {
        return Ok(());
    }
    let is_verified = |other: &Contact| other.trust.is_verified();
    if turn.contacts.alike(&contact).any(is_verified) {
        turn.line(contact.chat, SystemLine::NamedLikeVerified, it.key())?;
    }
    Ok(())
}

fn take_control(
    turn: &mut Turn<'_>,
    contact: &Contact,
    it: &Said<'_>,
    code: ControlCode,
) -> Result<(), StoreError> {
    match code {
        ControlCode::SessionLost => {
            // Said in a session that ranks below another it is old: what was made since heals it.
            if !peers::forget_lower(turn.tx, &it.sender, &it.session)? {
                return Ok(());
            }
            turn.erase = true;
            turn.line_once(contact.chat, SystemLine::SessionRenewed, it.key())
        }
        ControlCode::InviteUsedTwice => {
            if contact.trust != Trust::Unverified {
                contacts::set_trust(turn.tx, contact.id, Trust::Unverified, None)?;
            }
            turn.line_once(contact.chat, SystemLine::InviteUsedTwice, it.key())
        }
        // Looked at before what was made is given up, and before anything else.
        ControlCode::Unreadable
        | ControlCode::Moved
        | ControlCode::Established
        | ControlCode::Unknown(_) => Ok(()),
    }
}
