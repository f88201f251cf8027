//! A session with a contact as it is worked with: taken out of the history, used, written back in
//! the transaction of what was done with it (P-84).

use super::keyring::time;
use super::rng::Rng;
use super::{Engine, Now};
use sotto_protocol::{AddLink, Body};
use sotto_protocol::{
    Content, ContentId, Encrypted, Fingerprint, Inside, InviteUse, KeyCard, MailboxNotice,
    PeerMailbox, SenderCard, Session, body, content, envelope,
};
use sotto_store::peers::{self, Peer};
use sotto_store::{Reader, StoreError, Tx, invites, outgoing};
use zeroize::Zeroizing;

/// How many sessions with one identity are kept: the one that is written to, and others for what
/// is still on its way.
const MAX_SESSIONS: u32 = 4;

/// Every content is at least so long, bytes: the shortest text then comes in the same bucket as a
/// receipt or a control message (P-100).
const SHORTEST: usize = 128;

/// A session with what is known of its other end.
pub(super) struct Talk {
    pub(super) session: Session,
    pub(super) peer: Peer,
    /// Whether the other side has confirmed something of this session.
    pub(super) told: bool,
    pub(super) made_at: i64,
}

impl Talk {
    /// Takes a session that was just made.
    pub(super) fn new(session: Session, peer: Peer, now: Now) -> Self {
        Self {
            session,
            peer,
            told: false,
            made_at: now.wall,
        }
    }

    /// Reads the session that is written to.
    pub(super) fn best(reader: &Reader, account: &[u8; 32]) -> Result<Option<Self>, StoreError> {
        let row = peers::best_session(reader, account)?;
        row.map_or(Ok(None), |row| Self::of(reader, &row))
    }

    /// Takes a session out of its row. A state that cannot be read is as if it were lost.
    pub(super) fn of(reader: &Reader, row: &peers::Session) -> Result<Option<Self>, StoreError> {
        let Some(peer) = peers::by_account(reader, &row.account)? else {
            return Ok(None);
        };
        let Ok(session) = Session::decode(&row.state) else {
            tracing::error!("a session could not be read");
            return Ok(None);
        };
        Ok(Some(Self {
            session,
            peer,
            told: row.told,
            made_at: row.made_at,
        }))
    }

    /// The id of the session.
    pub(super) fn id(&self) -> [u8; 16] {
        *self.session.id().as_bytes()
    }

    /// Writes session and peer back.
    pub(super) fn save(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let Ok(state) = self.session.encode() else {
            // Never for the states there are; without its state nothing may leave.
            return Err(StoreError::Damaged);
        };
        let mut peer = self.peer.clone();
        peer.generation = peer.generation.max(self.session.generation());
        peers::save(tx, &peer)?;
        let row = peers::Session {
            session: self.id(),
            account: self.peer.account,
            generation: self.session.generation(),
            told: self.told,
            made_at: self.made_at,
            state,
        };
        peers::save_session(tx, &row, MAX_SESSIONS)
    }

    /// Takes what the other side says of its mailbox key and of ours. With a new session of the
    /// other side counts what it says then, whatever number it gives its key: it may have lost its
    /// keys, and a wrong clock may have numbered those far ahead.
    pub(super) fn learn(&mut self, content: &Content, card: &KeyCard, is_new: bool, now: Now) {
        if let Some(MailboxNotice::Announced(key)) = &content.mailbox {
            let signer = card.identity().ed25519;
            let known = self.peer.mailbox.as_ref().filter(|_| !is_new);
            let known = known.and_then(|key| PeerMailbox::open(key, &signer, time(now)).ok());
            let newer = match known {
                Some(mut known) => known.update(key, &signer, time(now)).map(|()| known),
                None => PeerMailbox::open(key, &signer, time(now)),
            };
            match newer {
                Ok(newer) => self.peer.mailbox = Some(newer.encoded().to_vec()),
                Err(error) => tracing::debug!(%error, "an announced mailbox key was not taken"),
            }
        }
        if let Some(id) = content.known_mailbox {
            self.peer.knows_mailbox = Some(*id.as_bytes());
        }
        if let Some(hash) = content.known_card {
            self.peer.knows_card = Some(*hash.as_bytes());
        }
    }
}

/// What a session made of a content, as it is kept until it is confirmed:
/// `header length 2 || header || message`.
pub(super) fn pack(encrypted: &Encrypted) -> Zeroizing<Vec<u8>> {
    let header = encrypted.header.as_deref().unwrap_or_default();
    let length = u16::try_from(header.len()).unwrap_or_default();
    let mut out = Zeroizing::new(Vec::new());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(header);
    out.extend_from_slice(&encrypted.message);
    out
}

/// Takes it apart again.
pub(super) fn unpack(packed: &[u8]) -> Option<Encrypted> {
    let (length, rest) = packed.split_first_chunk()?;
    let (header, message) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(Encrypted {
        message: message.to_vec(),
        header: (!header.is_empty()).then(|| header.to_vec()),
    })
}

impl Engine {
    /// Encrypts something in a session, with what the two programs tell each other on the side
    /// (P-100). The session has to be written back before the result leaves.
    ///
    /// `None` if it is too long, or the session cannot encrypt.
    pub(super) fn encrypt(
        &self,
        now: Now,
        talk: &mut Talk,
        chat: Option<i64>,
        id: [u8; 16],
        sent_at: i64,
        body: Body,
    ) -> Result<Option<Encrypted>, StoreError> {
        let sent_at_ms = u64::try_from(sent_at).unwrap_or(0);
        let mut content = Content::new(ContentId::from_bytes(id), sent_at_ms, body);
        self.tell_on_the_side(now, talk, chat, &mut content)?;
        Ok(fitting(&mut content).and_then(|bytes| talk.session.encrypt(&bytes).ok()))
    }

    fn tell_on_the_side(
        &self,
        now: Now,
        talk: &Talk,
        chat: Option<i64>,
        content: &mut Content,
    ) -> Result<(), StoreError> {
        let current = self.keyring.mailbox().current_id();
        let knows = talk.peer.knows_mailbox;
        content.mailbox = match current {
            Some(id) if knows == Some(*id.as_bytes()) => Some(MailboxNotice::Known(id)),
            _ => {
                let key = self.keyring.mailbox().current(&self.item.identity);
                key.map(|key| MailboxNotice::Announced(key.encoded().to_vec()))
            }
        };
        let mailbox = self.verified.mailbox(&talk.peer, now);
        content.known_mailbox = mailbox.map(|mailbox| mailbox.id());
        content.known_card = Some(sotto_protocol::CardHash::from_bytes(talk.peer.card_hash));
        let Some(chat) = chat else {
            return Ok(());
        };
        let reader = self.store.reader();
        if !talk.told {
            let most = u32::try_from(content::MAX_PLAIN_NONCES).unwrap_or(u32::MAX);
            content.plain_nonces = outgoing::plain_nonces(reader, chat, most)?;
        }
        content.invite_use = self.invite_use(now, chat, talk)?;
        Ok(())
    }

    /// The proof that the invite was held by which the contact was added (P-123), until something
    /// that carried it is confirmed.
    fn invite_use(
        &self,
        now: Now,
        chat: i64,
        talk: &Talk,
    ) -> Result<Option<InviteUse>, StoreError> {
        let link = invites::joined_by(self.store.reader(), chat)?;
        let link = link.and_then(|link| AddLink::parse(&link, time(now)).ok());
        Ok(match link {
            Some(AddLink::Invite(invite)) => {
                Some(invite.prove(&self.fingerprint(), talk.session.id()))
            }
            Some(AddLink::Card(_)) | None => None,
        })
    }

    /// Seals what a session made, to the newest mailbox key that is known (P-92, P-98).
    pub(super) fn envelope(
        &mut self,
        now: Now,
        talk: &Talk,
        encrypted: Encrypted,
    ) -> Option<String> {
        let hash = self.keyring.card().hash();
        let sender = if talk.peer.knows_card == Some(*hash.as_bytes()) {
            SenderCard::Known(hash)
        } else {
            SenderCard::Whole(self.keyring.card().encoded().to_vec())
        };
        let inside = Inside::new(sender, *talk.session.id(), encrypted);
        let recipient = Fingerprint::from_bytes(talk.peer.account);
        let mailbox = self.verified.mailbox(&talk.peer, now)?;
        envelope::seal(&inside, &recipient, &mailbox, &mut Rng(&mut self.random)).ok()
    }

    /// One's own fingerprint.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.item.identity.public().fingerprint()
    }
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

/// The receipt for one content.
pub(super) fn receipt(content: [u8; 16]) -> Body {
    Body::Receipt(body::Receipt {
        state: body::ReceiptState::Delivered,
        messages: vec![ContentId::from_bytes(content)],
    })
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
