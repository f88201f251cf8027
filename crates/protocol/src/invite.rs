//! Links that add a contact: the invite and the contact card (P-120 to P-124).
//!
//! Both are `sotto:add#` and then base64url, small enough for a QR code of version 10. An invite
//! holds a secret for one use: whoever joins with it proves inside the first message to have held
//! it, and that is how the inviter knows who came. A contact card has no secret and proves nothing.
//! Single use, revocation and what the person is asked are the engine's.

use crate::cbor::{self, DecodeError, Fields, Kind, MapWriter};
use crate::fingerprint::{AccountId, Fingerprint};
use crate::label;
use crate::relay_hint::RelayHint;
use crate::session_id::SessionId;
use crate::unix_time::{DAY_SECS, UnixTime};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// What every link begins with.
pub const LINK_PREFIX: &str = "sotto:add#";
/// Longest link, characters: what a QR code of version 10 with error correction L holds.
pub const MAX_LINK_CHARS: usize = 271;
/// Most relays in a link.
pub const MAX_RELAYS: usize = 2;
/// How long an invite holds unless the person chose otherwise, seconds.
pub const DEFAULT_TTL_SECS: u64 = DAY_SECS;
/// Longest time an invite may hold, seconds.
pub const MAX_TTL_SECS: u64 = 7 * DAY_SECS;

/// Who is to be added, and where (P-121).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The identity: every key card is compared with it.
    pub fingerprint: Fingerprint,
    /// Where the person can be reached, the preferred relay first; at most [`MAX_RELAYS`].
    pub relays: Vec<RelayHint>,
    /// What a storing relay wants to see before it takes a message for the person.
    pub delivery_token: Option<[u8; 16]>,
}

/// An invite: a contact with a secret for one use (P-122).
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// Who invites.
    pub contact: Contact,
    /// The first moment at which it no longer holds.
    pub expires: UnixTime,
    secret: Zeroizing<[u8; 16]>,
}

/// A link that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddLink {
    /// An invite that has not expired.
    Invite(Invite),
    /// A contact card: no secret, no end, no mark.
    Card(Contact),
}

/// What a joiner sends inside its first message (P-123).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InviteUse {
    /// Which invite.
    pub invite: [u8; 8],
    /// The proof that its secret was held.
    pub proof: [u8; 32],
}

/// Why a link or a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InviteError {
    /// The text does not begin like a link of Sotto.
    #[error("this is not a Sotto link")]
    NotALink,
    /// It is not whole, or not one.
    #[error("the link is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// It is too long for a code: the relays' addresses have to be shorter or fewer.
    #[error("the link would be too long for a code")]
    TooLong,
    /// It has expired.
    #[error("the invite has expired")]
    Expired,
    /// Its end is further away than an invite's may be.
    #[error("the invite holds for too long")]
    HoldsTooLong,
    /// The proof is for another invite.
    #[error("the proof is for another invite")]
    AnotherInvite,
    /// The joiner did not hold the invite's secret, or proved it to somebody else or elsewhere.
    #[error("the proof is not valid")]
    Proof,
}

impl Contact {
    /// Writes a contact card as a link (P-121).
    ///
    /// # Errors
    /// [`InviteError::TooLong`] and [`InviteError::Decode`].
    pub fn to_link(&self) -> Result<String, InviteError> {
        let link = to_link(&self.write().finish())?;
        Self::check_written(&link)?;
        Ok(link.to_string())
    }

    fn write(&self) -> MapWriter {
        MapWriter::new(Kind::Invite, MAX_LINK_CHARS)
            .bytes(2, self.fingerprint.as_bytes())
            .maps(3, self.relays.iter().map(RelayHint::write))
            .opt_bytes(4, self.delivery_token.as_ref().map(<[u8; 16]>::as_slice))
    }

    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            fingerprint: Fingerprint::from_bytes(fields.array(2)?),
            relays: fields.maps(3, MAX_RELAYS, RelayHint::read)?,
            delivery_token: fields.opt_array(4)?,
        })
    }

    /// What no reader would take is not handed out either.
    fn check_written(link: &str) -> Result<(), InviteError> {
        AddLink::parse(link, UnixTime::default())
            .map(drop)
            .or_else(|error| match error {
                InviteError::HoldsTooLong => Ok(()),
                error => Err(error),
            })
    }

    /// The short name of a card in a request for a bundle: 8 bytes, computed from the delivery
    /// token as an invite's id from its secret (P-121). `None` without a token.
    pub fn id(&self) -> Option<[u8; 8]> {
        self.delivery_token.as_ref().map(link_id)
    }

    /// The account id, which is half of the fingerprint.
    pub fn account_id(&self) -> AccountId {
        self.fingerprint.account_id()
    }
}

impl Invite {
    /// Makes an invite of one's own with a new secret.
    ///
    /// # Errors
    /// [`InviteError::HoldsTooLong`] and [`InviteError::Expired`] for a bad time to live.
    pub fn generate(
        contact: Contact,
        now: UnixTime,
        ttl_secs: u64,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, InviteError> {
        let mut secret = Zeroizing::new([0; 16]);
        rng.fill_bytes(secret.as_mut_slice());
        let invite = Self {
            contact,
            expires: now.plus_secs(ttl_secs),
            secret,
        };
        invite.check(now)?;
        Ok(invite)
    }

    /// Writes the link; whoever sees it can join with it, so it is wiped when dropped.
    ///
    /// # Errors
    /// [`InviteError::TooLong`] and [`InviteError::Decode`].
    pub fn to_link(&self) -> Result<Zeroizing<String>, InviteError> {
        let bytes = self
            .contact
            .write()
            .bytes(5, self.secret.as_slice())
            .uint(6, self.expires.as_secs())
            .finish();
        let link = to_link(&bytes)?;
        Contact::check_written(&link)?;
        Ok(link)
    }

    /// The name of the invite in a proof: nobody learns the secret from it (P-123).
    pub fn id(&self) -> [u8; 8] {
        link_id(&self.secret)
    }

    /// The joiner's proof, for one session (P-123).
    pub fn prove(&self, joiner: &Fingerprint, session: &SessionId) -> InviteUse {
        InviteUse {
            invite: self.id(),
            proof: self.proof(joiner, session),
        }
    }

    /// Checks a proof that came in a session, from the identity that the session authenticated
    /// (P-124). Whether the invite was used before is the engine's to know.
    ///
    /// # Errors
    /// `AnotherInvite`, `Expired`, `HoldsTooLong` and `Proof`.
    pub fn verify(
        &self,
        used: &InviteUse,
        joiner: &Fingerprint,
        session: &SessionId,
        now: UnixTime,
    ) -> Result<(), InviteError> {
        if used.invite != self.id() {
            return Err(InviteError::AnotherInvite);
        }
        self.check(now)?;
        if bool::from(self.proof(joiner, session).ct_eq(&used.proof)) {
            Ok(())
        } else {
            Err(InviteError::Proof)
        }
    }

    /// HMAC-SHA256 over label, both fingerprints and the session, under the secret.
    fn proof(&self, joiner: &Fingerprint, session: &SessionId) -> [u8; 32] {
        // HMAC pads a key of 16 bytes with zeros to the block of 64.
        let mut padded = Zeroizing::new([0; 64]);
        for (to, from) in padded.iter_mut().zip(self.secret.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*padded).into());
        mac.update(label::INVITE_PROOF.as_bytes());
        mac.update(self.contact.fingerprint.as_bytes());
        mac.update(joiner.as_bytes());
        mac.update(session.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn check(&self, now: UnixTime) -> Result<(), InviteError> {
        if now >= self.expires {
            return Err(InviteError::Expired);
        }
        // A day of difference between the clocks is forgiven.
        if self.expires > now.plus_secs(MAX_TTL_SECS + DAY_SECS) {
            return Err(InviteError::HoldsTooLong);
        }
        Ok(())
    }
}

impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite").finish_non_exhaustive()
    }
}

impl AddLink {
    /// Reads a link (P-120).
    ///
    /// # Errors
    /// `NotALink`, `Decode`, `TooLong`, `Expired` and `HoldsTooLong`.
    pub fn parse(text: &str, now: UnixTime) -> Result<Self, InviteError> {
        let encoded = text
            .strip_prefix(LINK_PREFIX)
            .ok_or(InviteError::NotALink)?;
        if text.len() > MAX_LINK_CHARS {
            return Err(InviteError::TooLong);
        }
        let bytes = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| DecodeError::Malformed)?;
        let fields = cbor::read(&bytes, Kind::Invite, MAX_LINK_CHARS)?;
        let contact = Contact::read(&fields)?;
        match (fields.opt_array(5)?, fields.opt_uint(6)?) {
            (None, None) => Ok(Self::Card(contact)),
            (Some(secret), Some(expires)) => {
                let invite = Invite {
                    contact,
                    expires: UnixTime::from_secs(expires),
                    secret: Zeroizing::new(secret),
                };
                invite.check(now)?;
                Ok(Self::Invite(invite))
            }
            (Some(_), None) | (None, Some(_)) => Err(DecodeError::Malformed.into()),
        }
    }
}

impl InviteUse {
    pub(crate) fn write(&self) -> MapWriter {
        MapWriter::nested(64)
            .bytes(1, &self.invite)
            .bytes(2, &self.proof)
    }

    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            invite: fields.array(1)?,
            proof: fields.array(2)?,
        })
    }
}

impl fmt::Debug for InviteUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InviteUse").finish_non_exhaustive()
    }
}

/// The first 8 bytes of a hash over what only holders of a link have.
fn link_id(secret: &[u8; 16]) -> [u8; 8] {
    let mut id = [0; 8];
    let hash = label::INVITE_ID.sha256(&[secret]);
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    id
}

fn to_link(bytes: &[u8]) -> Result<Zeroizing<String>, InviteError> {
    let chars = BASE64URL_NOPAD
        .encode_len(bytes.len())
        .saturating_add(LINK_PREFIX.len());
    if chars > MAX_LINK_CHARS {
        return Err(InviteError::TooLong);
    }
    let mut link = Zeroizing::new(String::with_capacity(chars));
    link.push_str(LINK_PREFIX);
    BASE64URL_NOPAD.encode_append(bytes, &mut link);
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::test_rng::CountingRng;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
    const JOINER: Fingerprint = Fingerprint::from_bytes([2; 32]);
    const SESSION: SessionId = SessionId::from_bytes([3; 16]);

    fn contact() -> Contact {
        Contact {
            fingerprint: Fingerprint::from_bytes([1; 32]),
            relays: vec![RelayHint {
                address: "wss://relay.example.org:8765".to_owned(),
                level: 0,
                user_id: Some("alice".to_owned()),
            }],
            delivery_token: Some([9; 16]),
        }
    }

    fn invite() -> Invite {
        Invite::generate(contact(), NOW, DEFAULT_TTL_SECS, &mut CountingRng(0)).unwrap()
    }

    /// P-120, P-122.
    #[test]
    fn invite_comes_back_from_a_link_that_fits_a_code() {
        let link = invite().to_link().unwrap();
        // Version 10 holds 213 characters even with error correction M.
        assert!(link.len() <= 213, "{}", link.len());
        assert_eq!(AddLink::parse(&link, NOW), Ok(AddLink::Invite(invite())));
    }

    /// P-121.
    #[test]
    fn contact_card_comes_back_and_never_expires() {
        let link = contact().to_link().unwrap();
        let late = NOW.plus_days(10_000);
        assert_eq!(AddLink::parse(&link, late), Ok(AddLink::Card(contact())));
    }

    #[test]
    fn link_that_fits_no_code_is_not_made() {
        let mut long = contact();
        long.relays[0].address = "w".repeat(128);
        let error = long.to_link().unwrap_err();
        assert_eq!(error, InviteError::TooLong);
        let mut malformed = contact();
        malformed.relays[0].address = "wss://a b".to_owned();
        let error = malformed.to_link().unwrap_err();
        assert_eq!(error, InviteError::Decode(DecodeError::Malformed));
    }

    /// P-122.
    #[test]
    fn invite_holds_until_its_end_and_not_too_long() {
        let link = invite().to_link().unwrap();
        let end = NOW.plus_secs(DEFAULT_TTL_SECS);
        let found = AddLink::parse(&link, end).unwrap_err();
        assert_eq!(found, InviteError::Expired);
        let far = UnixTime::from_secs(1);
        let found = AddLink::parse(&link, far).unwrap_err();
        assert_eq!(found, InviteError::HoldsTooLong);
        let rng = &mut CountingRng(0);
        let endless = Invite::generate(contact(), NOW, MAX_TTL_SECS * 2, rng).unwrap_err();
        assert_eq!(endless, InviteError::HoldsTooLong);
        let none = Invite::generate(contact(), NOW, 0, rng).unwrap_err();
        assert_eq!(none, InviteError::Expired);
    }

    /// P-123, P-124.
    #[test]
    fn proof_holds_for_its_invite_joiner_session_and_time_only() {
        let invite = invite();
        let used = invite.prove(&JOINER, &SESSION);
        assert_eq!(invite.verify(&used, &JOINER, &SESSION, NOW), Ok(()));

        let stranger = Fingerprint::from_bytes([7; 32]);
        let stolen = invite.verify(&used, &stranger, &SESSION, NOW);
        assert_eq!(stolen, Err(InviteError::Proof));
        let elsewhere = SessionId::from_bytes([4; 16]);
        let replayed = invite.verify(&used, &JOINER, &elsewhere, NOW);
        assert_eq!(replayed, Err(InviteError::Proof));
        let late = invite.verify(&used, &JOINER, &SESSION, NOW.plus_days(1));
        assert_eq!(late, Err(InviteError::Expired));
        let other = Invite::generate(contact(), NOW, 60, &mut CountingRng(50)).unwrap();
        let mistaken = other.verify(&used, &JOINER, &SESSION, NOW);
        assert_eq!(mistaken, Err(InviteError::AnotherInvite));
        let guessed = InviteUse {
            proof: [0; 32],
            ..used
        };
        let guessed = invite.verify(&guessed, &JOINER, &SESSION, NOW);
        assert_eq!(guessed, Err(InviteError::Proof));
    }

    /// P-124: of two inviters with the same secret each would accept only its own proof.
    #[test]
    fn proof_to_one_inviter_is_none_to_another() {
        let alice = invite();
        let mut mallory = invite();
        mallory.contact.fingerprint = Fingerprint::from_bytes([8; 32]);
        let used = mallory.prove(&JOINER, &SESSION);
        let found = alice.verify(&used, &JOINER, &SESSION, NOW);
        assert_eq!(found, Err(InviteError::Proof));
    }

    /// P-45: an invite is no message.
    #[test]
    fn invite_is_not_taken_for_a_message() {
        let link = invite().to_link().unwrap();
        let encoded = link.strip_prefix(LINK_PREFIX).unwrap();
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap();
        assert_eq!(Content::decode(&bytes), Err(DecodeError::AnotherKind));
        let exchange = format!("{}{encoded}", crate::content::EXCHANGE_PREFIX);
        let found = Content::from_exchange_text(&exchange);
        assert_eq!(found, Some(Err(DecodeError::AnotherKind)));
    }

    #[test]
    fn texts_that_are_no_link_are_refused() {
        for text in ["", "sotto:add", "https://example.org/#AA", "SOTTO:ADD#AA"] {
            assert_eq!(AddLink::parse(text, NOW), Err(InviteError::NotALink));
        }
        let malformed = InviteError::Decode(DecodeError::Malformed);
        for text in [
            "sotto:add#",
            "sotto:add#A",
            "sotto:add#oA==",
            "sotto:add#%20",
        ] {
            assert_eq!(AddLink::parse(text, NOW), Err(malformed), "{text}");
        }
        let long = format!("{LINK_PREFIX}{}", "A".repeat(300));
        assert_eq!(AddLink::parse(&long, NOW), Err(InviteError::TooLong));
    }

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", invite()), "Invite { .. }");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, bytes: Vec<u8>) {
            let garbage = [LINK_PREFIX, text.as_str()].concat();
            prop_assert!(AddLink::parse(&garbage, NOW).is_err());
            let garbage = [LINK_PREFIX, &BASE64URL_NOPAD.encode(&bytes)].concat();
            prop_assert!(AddLink::parse(&garbage, NOW).is_err());
        }
    }
}
