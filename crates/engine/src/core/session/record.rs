//! A session with somebody as it is worked with: taken out of the history, used, written back in the
//! turn of what was done with it (P-84).

use super::Sessions;
use crate::api::ContactId;
use crate::core::time::Now;
use crate::core::turn::Turn;
use sotto_protocol::{
    AddLink, Body, Content, ContentId, Encrypted, Fingerprint, Inside, InviteUse, KeyCard,
    MailboxNotice, PeerMailbox, SenderCard, Session, SessionId, body, content, envelope, features,
};
use sotto_store::peers::{self, Peer};
use sotto_store::{Reader, StoreError, Tx, joins, older_copies, session_outbox};
use zeroize::Zeroizing;

/// How many sessions with one identity are kept: the one that is written to, and others for what
/// is still on its way.
const MAX_SESSIONS: u32 = 4;

/// Every content is at least so long, bytes: the shortest text then comes in the same bucket as a
/// receipt or a control message (P-100).
const SHORTEST: usize = 128;

/// A session with what is known of its other end.
pub(crate) struct SessionRecord {
    pub(crate) session: Session,
    pub(crate) peer: Peer,
    /// Whether the other side has confirmed something of this session.
    pub(crate) confirmed_by_peer: bool,
    pub(crate) made_at: i64,
    /// What was known of the other side until a newer copy of it came in this session, and when it
    /// came.
    outranked: Option<(Peer, i64)>,
}

impl SessionRecord {
    /// Takes a session that was just made.
    pub(crate) fn new(session: Session, peer: Peer, now: Now) -> Self {
        Self {
            session,
            peer,
            confirmed_by_peer: false,
            made_at: now.wall,
            outranked: None,
        }
    }

    /// Reads the session that is written to.
    pub(crate) fn best(
        reader: &Reader,
        identity: &Fingerprint,
    ) -> Result<Option<Self>, StoreError> {
        let row = peers::best_session(reader, identity)?;
        row.map_or(Ok(None), |row| Self::of(reader, &row))
    }

    /// Takes a session out of its row. A state that cannot be read is as if it were lost.
    pub(crate) fn of(reader: &Reader, row: &peers::Session) -> Result<Option<Self>, StoreError> {
        let Some(peer) = peers::by_fingerprint(reader, &row.fingerprint)? else {
            return Ok(None);
        };
        let Ok(session) = Session::decode(&row.state) else {
            tracing::error!("a session could not be read");
            return Ok(None);
        };
        Ok(Some(Self {
            session,
            peer,
            confirmed_by_peer: row.confirmed_by_peer,
            made_at: row.made_at,
            outranked: None,
        }))
    }

    /// The id of the session.
    pub(crate) const fn id(&self) -> SessionId {
        *self.session.id()
    }

    /// Writes session and peer back.
    pub(crate) fn save(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let Ok(state) = self.session.encode() else {
            // Never for the states there are; without its state nothing may leave.
            return Err(StoreError::Damaged);
        };
        if let Some((known, at)) = &self.outranked {
            older_copies::outrank(tx, known, self.session.id(), *at)?;
        }
        let mut peer = self.peer.clone();
        peer.generation = peer.generation.max(self.session.generation());
        peers::save(tx, &peer)?;
        let row = peers::Session {
            session: self.id(),
            fingerprint: self.peer.fingerprint,
            generation: self.session.generation(),
            confirmed_by_peer: self.confirmed_by_peer,
            made_at: self.made_at,
            state,
        };
        peers::save_session(tx, &row, MAX_SESSIONS)
    }

    /// Of two cards of an identity one counts (P-51). One of a newer copy ends what was with the copy
    /// before it (P-54): its sessions, and the mailbox key that only it can open.
    pub(crate) fn keep_card(&mut self, card: &KeyCard, now: Now) {
        if self.peer.card == card.encoded() {
            return;
        }
        let known = KeyCard::decode(&self.peer.card).ok();
        if known.as_ref().is_some_and(|known| card.outranks(known)) {
            self.outranked = Some((self.peer.clone(), now.wall));
            self.peer.mailbox = None;
        }
        if known.is_none_or(|known| card.counts_before(&known)) {
            self.peer.card = card.encoded().to_vec();
            self.peer.card_hash = card.hash();
        }
    }

    /// Takes a session that is begun with a bundle, in place of what was known of its identity.
    pub(crate) fn begun(session: Session, peer: Peer, known: Option<Peer>, now: Now) -> Self {
        let cards = |known: &Peer| {
            let (before, card) = (KeyCard::decode(&known.card), KeyCard::decode(&peer.card));
            before.is_ok_and(|before| card.is_ok_and(|card| card.outranks(&before)))
        };
        let outranked = known.filter(cards).map(|known| (known, now.wall));
        Self {
            outranked,
            ..Self::new(session, peer, now)
        }
    }

    /// Takes what the other side says of its mailbox key and of ours; gives whether its mailbox key
    /// is another one than before. If it numbers its keys `anew`, what it says counts whatever the
    /// number: it may have lost its keys, and a wrong clock may have numbered those far ahead.
    pub(crate) fn learn(
        &mut self,
        content: &Content,
        card: &KeyCard,
        anew: bool,
        now: Now,
    ) -> bool {
        let before = self.peer.mailbox.clone();
        if let Some(MailboxNotice::Announced(key)) = &content.mailbox {
            let signer = card.identity().ed25519;
            let known = self.peer.mailbox.as_ref().filter(|_| !anew);
            let known = known.and_then(|key| PeerMailbox::open(key, &signer, now.unix()).ok());
            let newer = match known {
                Some(mut known) => known.update(key, &signer, now.unix()).map(|()| known),
                None => PeerMailbox::open(key, &signer, now.unix()),
            };
            match newer {
                Ok(newer) => self.peer.mailbox = Some(newer.encoded().to_vec()),
                Err(error) => tracing::debug!(%error, "an announced mailbox key was not taken"),
            }
        }
        if let Some(id) = content.known_mailbox {
            self.peer.knows_mailbox = Some(id);
        }
        if let Some(hash) = content.known_card {
            self.peer.knows_card = Some(hash);
        }
        if let Body::Profile(profile) = &content.body {
            self.peer.features = profile.features;
        }
        self.peer.mailbox != before
    }
}

/// What a session made of a content, as it is kept until it is confirmed:
/// `header length 2 || header || message`.
pub(crate) fn pack(encrypted: &Encrypted) -> Zeroizing<Vec<u8>> {
    let header = encrypted.header.as_deref().unwrap_or_default();
    let length = u16::try_from(header.len()).unwrap_or_default();
    let mut out = Zeroizing::new(Vec::new());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(header);
    out.extend_from_slice(&encrypted.message);
    out
}

/// Takes it apart again.
pub(crate) fn unpack(packed: &[u8]) -> Option<Encrypted> {
    let (length, rest) = packed.split_first_chunk()?;
    let (header, message) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(Encrypted {
        message: message.to_vec(),
        header: (!header.is_empty()).then(|| header.to_vec()),
    })
}

/// What is to be said, before it is encrypted.
pub(crate) struct Saying {
    /// The content's id, the same at each repetition.
    pub(crate) id: ContentId,
    /// When it was written, ms since 1970.
    pub(crate) sent_at: i64,
    pub(crate) body: Body,
}

impl Sessions {
    /// Encrypts something in a session, with what the two programs tell each other on the side
    /// (P-100). The session has to be written back before the result leaves.
    ///
    /// The inner result says why it could not be.
    pub(crate) fn encrypt(
        &self,
        turn: &Turn<'_>,
        record: &mut SessionRecord,
        to: Option<ContactId>,
        saying: Saying,
    ) -> Result<Result<Encrypted, NotEncrypted>, StoreError> {
        let sent_at_ms = u64::try_from(saying.sent_at).unwrap_or(0);
        let mut content = Content::new(saying.id, sent_at_ms, saying.body);
        self.tell_on_the_side(turn, record, to, &mut content)?;
        let Some(bytes) = fitting(&mut content) else {
            return Ok(Err(NotEncrypted::TooLarge));
        };
        let encrypted = record.session.encrypt(&bytes);
        Ok(encrypted.map_err(|error| {
            tracing::error!(%error, "a session could not encrypt");
            NotEncrypted::Session
        }))
    }

    fn tell_on_the_side(
        &self,
        turn: &Turn<'_>,
        record: &SessionRecord,
        to: Option<ContactId>,
        content: &mut Content,
    ) -> Result<(), StoreError> {
        let keys = &self.identity.keys;
        let current = keys.mailbox().current_id();
        content.mailbox = match current {
            Some(id) if record.peer.knows_mailbox == Some(id) => Some(MailboxNotice::Known(id)),
            _ => {
                let key = keys.current_mailbox(&self.identity.item.identity);
                key.map(|key| MailboxNotice::Announced(key.encoded().to_vec()))
            }
        };
        let mailbox = self.identity.statements.mailbox(&record.peer, turn.now);
        content.known_mailbox = mailbox.map(|mailbox| mailbox.id());
        content.known_card = Some(record.peer.card_hash);
        let Some(to) = to else {
            return Ok(());
        };
        if !record.confirmed_by_peer {
            let most = u32::try_from(content::MAX_PLAIN_NONCES).unwrap_or(u32::MAX);
            content.plain_nonces = session_outbox::plain_nonces(turn.tx, to, most)?;
        }
        content.invite_use = self.invite_use(turn, to, record)?;
        Ok(())
    }

    /// The proof that the invite was held by which the contact was added (P-123), until something
    /// that carried it is confirmed.
    fn invite_use(
        &self,
        turn: &Turn<'_>,
        to: ContactId,
        record: &SessionRecord,
    ) -> Result<Option<InviteUse>, StoreError> {
        let link = joins::link_of(turn.tx, to)?;
        let link = link.and_then(|link| AddLink::parse(&link, turn.now.unix()).ok());
        Ok(match link {
            Some(AddLink::Invite(invite)) => {
                Some(invite.prove(&self.identity.fingerprint(), record.session.id()))
            }
            Some(AddLink::Card(_)) | None => None,
        })
    }

    /// Seals what a session made, to the newest mailbox key that is known (P-92, P-98).
    pub(crate) fn envelope(
        &self,
        turn: &mut Turn<'_>,
        record: &SessionRecord,
        encrypted: Encrypted,
        readers: Readers,
    ) -> Option<String> {
        let card = self.identity.keys.card();
        let hash = card.hash();
        let sender = if record.peer.knows_card == Some(hash) {
            SenderCard::Known(hash)
        } else {
            SenderCard::Whole(card.encoded().to_vec())
        };
        let inside = Inside::new(sender, record.id(), encrypted);
        let mailbox = self.identity.statements.mailbox(&record.peer, turn.now)?;
        let (to, rng) = (&record.peer.fingerprint, &mut turn.rng());
        let told = record.peer.features.has(features::MAILBOX_TAG);
        let sealed = if told && readers == Readers::AsTold {
            envelope::seal_with_mailbox_tag(&inside, to, &mailbox, rng)
        } else {
            envelope::seal(&inside, to, &mailbox, rng)
        };
        sealed.ok()
    }

    /// Says that a message cannot be read, encrypted in a session that is to be written back.
    pub(crate) fn unreadable(
        &mut self,
        turn: &mut Turn<'_>,
        record: &mut SessionRecord,
        to: ContactId,
        digest: &[u8; 16],
    ) -> Result<Option<Encrypted>, StoreError> {
        let control = body::Control {
            code: body::ControlCode::Unreadable,
            data: digest.to_vec(),
        };
        self.answer_in(turn, record, Some(to), Body::Control(control))
    }

    /// The receipt for one content, encrypted in a session that is to be written back.
    pub(crate) fn receipt(
        &mut self,
        turn: &mut Turn<'_>,
        record: &mut SessionRecord,
        to: ContactId,
        content: ContentId,
    ) -> Result<Option<Encrypted>, StoreError> {
        let receipt = body::Receipt {
            state: body::ReceiptState::Delivered,
            messages: vec![content],
        };
        self.answer_in(turn, record, Some(to), Body::Receipt(receipt))
    }

    /// Something that nobody confirms, encrypted in a session that is to be written back.
    pub(super) fn answer_in(
        &mut self,
        turn: &mut Turn<'_>,
        record: &mut SessionRecord,
        to: Option<ContactId>,
        body: Body,
    ) -> Result<Option<Encrypted>, StoreError> {
        self.identity.guard.before_sending(turn)?;
        let saying = Saying {
            id: turn.content_id(),
            sent_at: turn.now.wall,
            body,
        };
        Ok(self.encrypt(turn, record, to, saying)?.ok())
    }
}

/// Which programs an envelope is for (P-96).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// One that reads what it said it reads.
    AsTold,
    /// Any. Whoever was told long ago may have put back an older one.
    Any,
}

/// Why something was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotEncrypted {
    /// It is too long for one content.
    TooLarge,
    /// The session refused it.
    Session,
}

/// Writes a content, filled up if it is short. The longest texts leave no room for the rest, which
/// the next message tells: the nonces go first, since without the key nobody could answer at all.
fn fitting(content: &mut Content) -> Option<Zeroizing<Vec<u8>>> {
    let written = content.encode().or_else(|_| {
        content.plain_nonces = Vec::new();
        content.encode()
    });
    let written = written.or_else(|_| {
        content.mailbox = None;
        content.encode()
    });
    let bytes = written.ok()?;
    content.filler_len = SHORTEST.saturating_sub(bytes.len());
    if content.filler_len == 0 {
        return Some(bytes);
    }
    Some(content.encode().unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(message: Vec<u8>, header in proptest::option::of(
            proptest::collection::vec(any::<u8>(), 1..1_200)
        )) {
            let encrypted = Encrypted { message, header };
            prop_assert_eq!(unpack(&pack(&encrypted)), Some(encrypted));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            if let Some(read) = unpack(&bytes) {
                prop_assert_eq!(pack(&read).to_vec(), bytes);
            }
        }
    }
}
