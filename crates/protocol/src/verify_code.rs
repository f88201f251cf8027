//! The code of the verification screen, and the proof that it was scanned (P-131, P-132).
//!
//! One side shows, the other scans. The code names both as the shower knows them, so whoever scans
//! it sees whether the two programs mean the same keys, and it holds a secret for one use: with it
//! the scanner proves, inside the session of the two, that it was this code that was scanned. The
//! proof marks nobody. It only lets the shower be asked whether the other's screen says that it is
//! verified: one who stands between the two can take a picture of the code as well.
//!
//! ```text
//! shower                                   scanner
//! ShownCode::new   --- the code --->   VerifyCode::parse, compare -> ScannedCode
//! ShownCode::take  <-- the proof ---   ScannedCode::prove
//! ShownCode::answer
//! ```
//!
//! Which code is shown to whom, where a code came from and what a match is worth are the engine's.

use crate::fingerprint::Fingerprint;
use crate::invite::MAX_LINK_CHARS;
use crate::label;
use crate::safety_number::NumberKind;
use crate::session_id::SessionId;
use crate::unix_time::UnixTime;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// What every code of the verification screen begins with.
pub const VERIFY_PREFIX: &str = "sotto:verify#";
/// Characters of a code with what it begins with.
pub const CODE_CHARS: usize = 127;
/// How long a code holds, seconds.
pub const CODE_TTL_SECS: u64 = 600;
/// By how much the clocks of the two may differ before a code counts as expired, seconds.
const FORGIVEN_SECS: u64 = 3_600;
/// `kind 1 || shower 32 || scanner 32 || secret 16 || expires 4`.
const LEN: usize = 85;

/// A code of the verification screen.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyCode {
    kind: NumberKind,
    shower: Fingerprint,
    scanner: Fingerprint,
    secret: Zeroizing<[u8; 16]>,
    expires: UnixTime,
}

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifyCodeError {
    /// It does not begin like one.
    #[error("this is not a code of the verification screen")]
    NotACode,
    /// It is not whole, or not one.
    #[error("the code is malformed")]
    Malformed,
    /// It was made by a newer version.
    #[error("the code was made by a newer version of the program")]
    Newer,
}

/// What a code says of the two that compare keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Both are who the other takes them for.
    Matches(ScannedCode),
    /// It is of other keys.
    Differs,
    /// It is of keys of another kind: one of the two does not know all of the other's yet.
    NotComparable,
}

/// A code that was compared and found right, by the scanner.
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedCode(VerifyCode);

/// A code that is shown, for one use.
#[derive(Clone)]
pub struct ShownCode {
    code: VerifyCode,
    state: Shown,
}

/// What became of a code that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Nobody has proved anything.
    Open,
    /// It was scanned; the person is asked whether the other's screen says so.
    Proved,
}

/// Why a proof counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofRefused {
    /// It was made without the secret, by somebody else, or for another session.
    #[error("the proof is not valid")]
    Invalid,
    /// The code has expired.
    #[error("the code has expired")]
    Expired,
    /// A proof was taken already.
    #[error("the code was used")]
    Used,
}

impl VerifyCode {
    /// Makes a code with a new secret: of the keys of whoever shows it, for whoever is to scan it.
    pub fn generate(
        kind: NumberKind,
        shower: Fingerprint,
        scanner: Fingerprint,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let mut secret = Zeroizing::new([0; 16]);
        rng.fill_bytes(secret.as_mut_slice());
        Self {
            kind,
            shower,
            scanner,
            secret,
            expires: now.plus_secs(CODE_TTL_SECS),
        }
    }

    /// Writes it as the text of a QR code; whoever sees it can prove to have scanned it.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LEN));
        bytes.push(self.kind.byte());
        bytes.extend_from_slice(self.shower.as_bytes());
        bytes.extend_from_slice(self.scanner.as_bytes());
        bytes.extend_from_slice(self.secret.as_slice());
        let expires = u32::try_from(self.expires.as_secs()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&expires.to_be_bytes());
        let chars = BASE64URL_NOPAD
            .encode_len(LEN)
            .saturating_add(VERIFY_PREFIX.len());
        let mut text = Zeroizing::new(String::with_capacity(chars));
        text.push_str(VERIFY_PREFIX);
        BASE64URL_NOPAD.encode_append(&bytes, &mut text);
        text
    }

    /// Reads a code (P-131).
    ///
    /// # Errors
    /// Every [`VerifyCodeError`].
    pub fn parse(text: &str) -> Result<Self, VerifyCodeError> {
        let encoded = text
            .strip_prefix(VERIFY_PREFIX)
            .ok_or(VerifyCodeError::NotACode)?;
        if text.len() > MAX_LINK_CHARS {
            return Err(VerifyCodeError::Malformed);
        }
        let bytes = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| VerifyCodeError::Malformed)?;
        let kind = match bytes.first() {
            Some(0) => NumberKind::BoxKeys,
            Some(1) => NumberKind::Identities,
            Some(_) => return Err(VerifyCodeError::Newer),
            None => return Err(VerifyCodeError::Malformed),
        };
        let code = Self::read(kind, bytes.get(1..).unwrap_or_default());
        code.ok_or(VerifyCodeError::Malformed)
    }

    fn read(kind: NumberKind, bytes: &[u8]) -> Option<Self> {
        let (shower, rest) = bytes.split_first_chunk()?;
        let (scanner, rest) = rest.split_first_chunk()?;
        let (secret, rest) = rest.split_first_chunk()?;
        let expires: [u8; 4] = rest.try_into().ok()?;
        Some(Self {
            kind,
            shower: Fingerprint::from_bytes(*shower),
            scanner: Fingerprint::from_bytes(*scanner),
            secret: Zeroizing::new(*secret),
            expires: UnixTime::from_secs(u64::from(u32::from_be_bytes(expires))),
        })
    }

    /// Which keys it is of.
    pub const fn kind(&self) -> NumberKind {
        self.kind
    }

    /// Whose keys it shows: a claim until it was compared.
    pub const fn shower(&self) -> &Fingerprint {
        &self.shower
    }

    /// For whom it is shown.
    pub const fn scanner(&self) -> &Fingerprint {
        &self.scanner
    }

    /// The first moment at which it no longer holds, by the clock of who shows it.
    pub const fn expires(&self) -> UnixTime {
        self.expires
    }

    /// Whether it has expired for whoever scans it, whose clock may be another; so has one that would
    /// hold for longer than any.
    pub fn is_expired(&self, now: UnixTime) -> bool {
        let latest = now.plus_secs(CODE_TTL_SECS).plus_secs(FORGIVEN_SECS);
        now >= self.expires.plus_secs(FORGIVEN_SECS) || self.expires > latest
    }

    /// Compares it with what the scanner knows of itself and of the contact, in constant time
    /// (P-131).
    pub fn compare(self, kind: NumberKind, own: &Fingerprint, contact: &Fingerprint) -> Compared {
        if self.kind != kind {
            return Compared::NotComparable;
        }
        let shower = self.shower.as_bytes().ct_eq(contact.as_bytes());
        let scanner = self.scanner.as_bytes().ct_eq(own.as_bytes());
        if bool::from(shower & scanner) {
            Compared::Matches(ScannedCode(self))
        } else {
            Compared::Differs
        }
    }

    /// HMAC-SHA256 over label, both fingerprints and the session, under the secret (P-132).
    fn proof(&self, session: &SessionId) -> [u8; 32] {
        // HMAC pads a key of 16 bytes with zeros to the block of 64.
        let mut padded = Zeroizing::new([0; 64]);
        for (to, from) in padded.iter_mut().zip(self.secret.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*padded).into());
        mac.update(label::VERIFY_PROOF.as_bytes());
        mac.update(self.shower.as_bytes());
        mac.update(self.scanner.as_bytes());
        mac.update(session.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl ScannedCode {
    /// A name of the code by which the scanner knows that it used it: nobody learns the secret from
    /// it.
    pub fn id(&self) -> [u8; 32] {
        label::VERIFY_ID.sha256(&[self.0.secret.as_slice()])
    }

    /// When the code ends for its scanner.
    pub fn forgotten(&self) -> UnixTime {
        self.0.expires.plus_secs(FORGIVEN_SECS)
    }

    /// Proves to have scanned it, in a session with whoever shows it (P-132).
    pub fn prove(&self, session: &SessionId) -> [u8; 32] {
        self.0.proof(session)
    }
}

impl ShownCode {
    /// Begins to show a code.
    pub const fn new(code: VerifyCode) -> Self {
        Self {
            code,
            state: Shown::Open,
        }
    }

    /// The code.
    pub const fn code(&self) -> &VerifyCode {
        &self.code
    }

    /// Takes a proof that came in a session from the identity that the session authenticated. Only
    /// the first valid one counts; one that is not valid changes nothing (P-132).
    ///
    /// # Errors
    /// Every [`ProofRefused`].
    pub fn take(
        &mut self,
        proof: &[u8; 32],
        scanner: &Fingerprint,
        session: &SessionId,
        now: UnixTime,
    ) -> Result<(), ProofRefused> {
        let same = self.code.scanner.as_bytes().ct_eq(scanner.as_bytes());
        let proved = self.code.proof(session).ct_eq(proof);
        if !bool::from(same & proved) {
            return Err(ProofRefused::Invalid);
        }
        if now >= self.code.expires {
            return Err(ProofRefused::Expired);
        }
        match self.state {
            Shown::Open => {
                self.state = Shown::Proved;
                Ok(())
            }
            Shown::Proved => Err(ProofRefused::Used),
        }
    }

    /// Whether the person is to be asked for what the other's screen says.
    pub fn asks(&self, now: UnixTime) -> bool {
        self.state == Shown::Proved && now < self.code.expires
    }
}

/// Whoever has the secret can prove to have seen the code.
impl fmt::Debug for VerifyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyCode")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ScannedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScannedCode").finish_non_exhaustive()
    }
}

impl fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShownCode")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::CountingRng;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
    const SHOWER: Fingerprint = Fingerprint::from_bytes([1; 32]);
    const SCANNER: Fingerprint = Fingerprint::from_bytes([2; 32]);
    const STRANGER: Fingerprint = Fingerprint::from_bytes([7; 32]);
    const SESSION: SessionId = SessionId::from_bytes([3; 16]);

    fn code(seed: u8) -> VerifyCode {
        let rng = &mut CountingRng(seed);
        VerifyCode::generate(NumberKind::Identities, SHOWER, SCANNER, NOW, rng)
    }

    fn scanned(code: VerifyCode) -> ScannedCode {
        match code.compare(NumberKind::Identities, &SCANNER, &SHOWER) {
            Compared::Matches(scanned) => scanned,
            other => panic!("{other:?}"),
        }
    }

    /// P-131: version 6 with error correction L holds 134 bytes.
    #[test]
    fn a_code_comes_back_from_its_text_that_fits_a_small_qr_code() {
        for kind in [NumberKind::BoxKeys, NumberKind::Identities] {
            let rng = &mut CountingRng(0);
            let code = VerifyCode::generate(kind, SHOWER, SCANNER, NOW, rng);
            let text = code.to_text();
            assert_eq!(text.len(), CODE_CHARS);
            assert_eq!(VerifyCode::parse(&text), Ok(code));
        }
    }

    #[test]
    fn each_code_has_a_secret_of_its_own() {
        assert_ne!(code(0).to_text(), code(50).to_text());
        assert_ne!(scanned(code(0)).id(), scanned(code(50)).id());
    }

    /// P-131.
    #[test]
    fn only_the_code_of_the_right_two_matches() {
        let kind = NumberKind::Identities;
        assert!(matches!(
            code(0).compare(kind, &SCANNER, &SHOWER),
            Compared::Matches(_)
        ));
        for (own, contact) in [
            (&SCANNER, &STRANGER),
            (&STRANGER, &SHOWER),
            (&SHOWER, &SCANNER),
        ] {
            assert_eq!(code(0).compare(kind, own, contact), Compared::Differs);
        }
        let other = code(0).compare(NumberKind::BoxKeys, &SCANNER, &SHOWER);
        assert_eq!(other, Compared::NotComparable);
    }

    #[test]
    fn a_code_expires_for_its_scanner_with_an_hour_for_the_clocks() {
        let end = NOW.plus_secs(CODE_TTL_SECS);
        assert!(!code(0).is_expired(end.plus_secs(FORGIVEN_SECS - 1)));
        assert!(code(0).is_expired(end.plus_secs(FORGIVEN_SECS)));
    }

    /// P-132.
    #[test]
    fn a_proof_holds_once_for_its_code_scanner_session_and_time() {
        let proof = scanned(code(0)).prove(&SESSION);
        let refused = |proof: &[u8; 32], scanner, session, at| {
            let mut shown = ShownCode::new(code(0));
            let refused = shown.take(proof, scanner, session, at).unwrap_err();
            assert!(!shown.asks(NOW));
            refused
        };
        let late = NOW.plus_secs(CODE_TTL_SECS);
        let elsewhere = SessionId::from_bytes([4; 16]);
        let old = scanned(code(50)).prove(&SESSION);
        for (found, expected) in [
            (
                refused(&[0; 32], &SCANNER, &SESSION, NOW),
                ProofRefused::Invalid,
            ),
            (
                refused(&old, &SCANNER, &SESSION, NOW),
                ProofRefused::Invalid,
            ),
            (
                refused(&proof, &STRANGER, &SESSION, NOW),
                ProofRefused::Invalid,
            ),
            (
                refused(&proof, &SCANNER, &elsewhere, NOW),
                ProofRefused::Invalid,
            ),
            (
                refused(&proof, &SCANNER, &SESSION, late),
                ProofRefused::Expired,
            ),
        ] {
            assert_eq!(found, expected);
        }
        let mut shown = ShownCode::new(code(0));
        assert!(!shown.asks(NOW));
        assert_eq!(shown.take(&proof, &SCANNER, &SESSION, NOW), Ok(()));
        assert!(shown.asks(NOW));
        let again = shown.take(&proof, &SCANNER, &SESSION, NOW);
        assert_eq!(again, Err(ProofRefused::Used));
        // One that proves nothing does not end what is asked.
        let guessed = shown.take(&[0; 32], &SCANNER, &SESSION, NOW);
        assert_eq!(guessed, Err(ProofRefused::Invalid));
        assert!(shown.asks(NOW));
        assert!(!shown.asks(late));
    }

    #[test]
    fn texts_that_are_no_code_are_refused() {
        for text in ["", "sotto:verify", "sotto:add#AA", "SOTTO:VERIFY#AA"] {
            assert_eq!(VerifyCode::parse(text), Err(VerifyCodeError::NotACode));
        }
        let whole = code(0).to_text();
        let cut = whole.get(..whole.len() - 4).unwrap().to_owned();
        let long = format!("{}AAAA", *whole);
        for text in [
            "sotto:verify#",
            "sotto:verify#A",
            "sotto:verify#AA==",
            &cut,
            &long,
        ] {
            let found = VerifyCode::parse(text);
            assert_eq!(found, Err(VerifyCodeError::Malformed), "{text}");
        }
        let newer = format!("{VERIFY_PREFIX}{}", BASE64URL_NOPAD.encode(&[2; 20]));
        assert_eq!(VerifyCode::parse(&newer), Err(VerifyCodeError::Newer));
    }

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let shown = format!("{:?}{:?}", code(0), ShownCode::new(code(0)));
        assert_eq!(
            shown,
            "VerifyCode { kind: Identities, .. }ShownCode { state: Open, .. }"
        );
        assert_eq!(format!("{:?}", scanned(code(0))), "ScannedCode { .. }");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, bytes: Vec<u8>) {
            let garbage = [VERIFY_PREFIX, text.as_str()].concat();
            prop_assert!(VerifyCode::parse(&garbage).is_err());
            let encoded = BASE64URL_NOPAD.encode(&bytes);
            let read = VerifyCode::parse(&[VERIFY_PREFIX, &encoded].concat());
            prop_assert_eq!(read.is_ok(), bytes.len() == LEN && bytes[0] < 2);
        }

        #[test]
        fn what_is_read_is_what_is_written(bytes in proptest::collection::vec(any::<u8>(), LEN)) {
            let mut bytes = bytes;
            bytes[0] &= 1;
            let text = [VERIFY_PREFIX, &BASE64URL_NOPAD.encode(&bytes)].concat();
            let code = VerifyCode::parse(&text).unwrap();
            let again = code.to_text();
            prop_assert_eq!(again.as_str(), text.as_str());
        }
    }
}
