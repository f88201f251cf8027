//! Comparing keys with a contact: digits and codes that were read, the own code that is shown, and
//! what either side proves by it (P-130 to P-134).
//!
//! A match is one thing, a mark another: what came inside of Sotto may have been written by whoever
//! stands between the two, so where a code or digits came from decides. Only what the camera saw is
//! believed without a word.

use super::People;
use super::compared::ComparedKeys;
use super::key_changes::accept_key;
use super::link_text;
use super::links::ms;
use super::trust::{differ, mark};
use crate::api::{
    AnswerSeen, CameFrom, CheckCode, CheckDigits, ContactId, ErrorCode, OwnCode, SystemLine,
    Verdict,
};
use crate::core::outbound::Outbound;
use crate::core::outbound::unsaved::Unsaved;
use crate::core::staged::StagedMap;
use crate::core::turn::Turn;
use crate::error::EngineError;
use sotto_protocol::body::Scanned;
use sotto_protocol::verify_code::{
    CODE_CHARS, CODE_TTL_SECS, Compared, ScannedCode, VerifyCodeError,
};
use sotto_protocol::{
    BoxPublicKey, Fingerprint, NumberKind, SessionId, ShownCode, UnixTime, VerifyCode, features,
};
use sotto_store::contacts::{Contact, Trust};
use sotto_store::{Reader, StoreError, peers};

/// How long a code is shown, ms.
const CODE_TTL_MS: u64 = CODE_TTL_SECS * 1_000;
/// How many digits a safety number has.
const DIGITS: usize = 60;

/// What is shown and what was scanned: in memory only.
#[derive(Debug, Default)]
pub(crate) struct Verification {
    /// The person's own codes that are shown, one for each contact.
    shown: StagedMap<ContactId, Shown>,
    /// Codes that verified a contact, with when they end.
    scanned: StagedMap<[u8; 32], UnixTime>,
}

/// A code that is shown.
#[derive(Clone, Debug)]
struct Shown {
    code: ShownCode,
    /// In which session the contact proved to have scanned it.
    proved_in: Option<SessionId>,
    /// When it is shown no longer, ms of the steady clock.
    until: u64,
}

/// What a code that was read is, before anybody believes it.
enum Read {
    /// It names the keys that the contact has.
    Own(ScannedCode),
    /// It names the other key that was seen under the contact's name.
    OtherKey(ScannedCode, BoxPublicKey),
    /// Something else.
    Not(Verdict),
}

impl Verification {
    /// When a code ends, ms of the steady clock.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.shown.iter().map(|(_, shown)| shown.until).min()
    }

    /// The turn stands in the history.
    pub(super) fn commit(&mut self) {
        self.shown.commit();
        self.scanned.commit();
    }

    /// The turn has not happened.
    pub(super) fn rollback(&mut self) {
        self.shown.rollback();
        self.scanned.rollback();
    }

    /// Remembers a code that verified a contact, for as long as it would hold.
    fn remember(&mut self, code: &ScannedCode, now: UnixTime) {
        let over: Vec<_> = self
            .scanned
            .iter()
            .filter(|(_, end)| **end <= now)
            .collect();
        let over: Vec<[u8; 32]> = over.into_iter().map(|(id, _)| *id).collect();
        for id in over {
            self.scanned.set(id, None);
        }
        self.scanned.set(code.id(), Some(code.forgotten()));
    }
}

impl People {
    /// Makes the person's own code for a contact and shows it.
    pub(crate) fn show_own_code(
        &mut self,
        outbound: &Outbound,
        turn: &mut Turn<'_>,
        id: ContactId,
    ) -> Result<OwnCode, EngineError> {
        let contact = known(turn, id)?;
        let keys = ComparedKeys::of(&outbound.sessions.identity, turn.tx, &contact)?;
        let keys = keys.ok_or(ErrorCode::NotComparable)?;
        let (now, until) = (turn.now.unix(), turn.now.after(CODE_TTL_MS));
        let code =
            VerifyCode::generate(keys.kind(), keys.own(), keys.other(), now, &mut turn.rng());
        let own = OwnCode {
            text: code.to_text(),
            expires_at: ms(code.expires().as_secs()),
            whole: keys.kind() == NumberKind::Identities,
        };
        let shown = Shown {
            code: ShownCode::new(code),
            proved_in: None,
            until,
        };
        self.verification.shown.set(id, Some(shown));
        turn.touched.chat(contact.chat);
        Ok(own)
    }

    /// Shows the own code for a contact no longer.
    pub(crate) fn close_own_code(
        &mut self,
        turn: &mut Turn<'_>,
        id: ContactId,
    ) -> Result<(), EngineError> {
        let contact = known(turn, id)?;
        self.verification.shown.set(id, None);
        turn.touched.chat(contact.chat);
        Ok(())
    }

    /// Until when the person is asked what a contact's screen says, ms since 1970: not once the
    /// contact is another identity than the one that proved to have scanned the code, or a newer
    /// copy of it ended the session in which that was proved (P-54).
    pub(crate) fn verify_asked(
        &self,
        reader: &Reader,
        contact: &Contact,
        now: UnixTime,
    ) -> Result<Option<i64>, StoreError> {
        let shown = self.verification.shown.get(&contact.id);
        let same = |shown: &&Shown| {
            contact.fingerprint.as_ref() == Some(shown.code.code().scanner())
                && shown.code.asks(now)
        };
        let Some((shown, session)) = shown
            .filter(same)
            .and_then(|shown| Some((shown, shown.proved_in?)))
        else {
            return Ok(None);
        };
        let counts = peers::session(reader, &session)?.is_some();
        Ok(counts.then(|| ms(shown.code.code().expires().as_secs())))
    }

    /// Ends the codes whose time is over.
    pub(crate) fn end_codes(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        self.end_those(turn, |shown| shown.until <= now);
    }

    /// Ends all codes: the identity moved to another computer (P-55).
    pub(crate) fn end_all_codes(&mut self, turn: &mut Turn<'_>) {
        self.end_those(turn, |_| true);
    }

    fn end_those(&mut self, turn: &mut Turn<'_>, is_over: impl Fn(&Shown) -> bool) {
        let shown = self.verification.shown.iter();
        let over = shown.filter(|(_, shown)| is_over(shown));
        let over: Vec<ContactId> = over.map(|(id, _)| *id).collect();
        for id in over {
            self.verification.shown.set(id, None);
            if let Some(contact) = turn.contacts.get(id) {
                turn.touched.chat(contact.chat);
            }
        }
    }

    /// A contact says to have scanned the code that is shown. Without a valid proof nothing happens.
    pub(crate) fn take_scanned(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        (sender, session): (&Fingerprint, &SessionId),
        scanned: &Scanned,
    ) {
        let Some(mut shown) = self.verification.shown.get(&contact.id).cloned() else {
            return;
        };
        let now = turn.now.unix();
        match shown.code.take(&scanned.proof, sender, session, now) {
            Ok(()) if turn.now.mono < shown.until => {
                shown.proved_in = Some(*session);
                self.verification.shown.set(contact.id, Some(shown));
                turn.touched.chat(contact.chat);
            }
            Ok(()) => {}
            Err(error) => tracing::debug!(%error, "a proof to have scanned was refused"),
        }
    }

    /// Answers what the screen of a contact says that proved to have scanned the code.
    pub(crate) fn answer_seen(
        &mut self,
        turn: &mut Turn<'_>,
        answer: &AnswerSeen,
    ) -> Result<(), EngineError> {
        let contact = known(turn, answer.contact)?;
        let asked = self.verify_asked(turn.tx, &contact, turn.now.unix())?;
        if asked.is_none() {
            return Err(ErrorCode::NothingToVerify.into());
        }
        self.verification.shown.set(contact.id, None);
        if answer.seen {
            let how = (Trust::TheirScan, SystemLine::VerifiedByTheirScan);
            mark(turn, contact.id, how)
        } else {
            differ(turn, contact.id)
        }
    }

    /// Compares a code that was read with what is known of a contact.
    pub(crate) fn check_code(
        &mut self,
        outbound: &mut Outbound,
        turn: &mut Turn<'_>,
        asked: &CheckCode,
    ) -> Result<Verdict, EngineError> {
        let contact = known(turn, asked.contact)?;
        let code = read_code(&asked.code)?;
        let (scanned, other) = match self.compare(outbound, turn, &contact, code)? {
            Read::Own(scanned) => (scanned, None),
            Read::OtherKey(scanned, other) => (scanned, Some(other)),
            Read::Not(verdict) => return Ok(verdict),
        };
        let (how, asks) = match asked.came_from {
            None | Some(CameFrom::InsideSotto) => {
                return Ok(match other {
                    Some(_) => Verdict::MatchesOtherKey,
                    None => Verdict::Matches,
                });
            }
            Some(CameFrom::Camera) => ((Trust::Scan, SystemLine::VerifiedByScan), true),
            Some(CameFrom::TheirScreen) => ((Trust::Picture, SystemLine::VerifiedByPicture), true),
            // What was sent, whichever way, takes no other key into use: as digits do not.
            Some(CameFrom::OutsideSotto) if other.is_some() => return Ok(Verdict::MatchesOtherKey),
            // Nobody looks at the other's screen then.
            Some(CameFrom::OutsideSotto) => {
                ((Trust::Picture, SystemLine::VerifiedByPicture), false)
            }
        };
        if let Some(other) = other {
            accept_key(outbound, turn, contact.id, other)?;
        }
        mark(turn, contact.id, how)?;
        let now = turn.now.unix();
        self.verification.remember(&scanned, now);
        let asks = asks && other.is_none() && tell_shower(outbound, turn, &contact, scanned)?;
        Ok(Verdict::Verified { asks })
    }

    /// What a code is to a contact.
    fn compare(
        &self,
        outbound: &Outbound,
        turn: &Turn<'_>,
        contact: &Contact,
        code: VerifyCode,
    ) -> Result<Read, StoreError> {
        let identity = &outbound.sessions.identity;
        let shower = *code.shower();
        if shower == identity.fingerprint()
            || shower == Fingerprint::of_box_key(&identity.box_key())
        {
            return Ok(Read::Not(Verdict::OwnCode));
        }
        if let Some(other) = whose(turn, &shower).filter(|other| other.id != contact.id) {
            let contact = other.id;
            return Ok(Read::Not(Verdict::OtherContact { contact }));
        }
        let is_expired = code.is_expired(turn.now.unix());
        let Some(keys) = ComparedKeys::of(identity, turn.tx, contact)? else {
            return Ok(Read::Not(Verdict::NotComparable));
        };
        let found = match compare_with(&keys, code.clone()) {
            Compared::Matches(scanned) => Read::Own(scanned),
            not => {
                let other = contact.other_key.as_ref().map(|other| other.key);
                match other.and_then(|key| of_other_key(outbound, key, code)) {
                    Some(read) => read,
                    None if not == Compared::NotComparable => Read::Not(Verdict::NotComparable),
                    None => Read::Not(Verdict::Differs),
                }
            }
        };
        Ok(match &found {
            Read::Own(scanned) | Read::OtherKey(scanned, _) => {
                if is_expired {
                    Read::Not(Verdict::Expired)
                } else if self.verification.scanned.get(&scanned.id()).is_some() {
                    Read::Not(Verdict::Used)
                } else {
                    found
                }
            }
            Read::Not(_) => found,
        })
    }
}

/// Compares digits with all numbers that a contact may have been shown.
pub(crate) fn check_digits(
    outbound: &Outbound,
    turn: &mut Turn<'_>,
    asked: &CheckDigits,
) -> Result<Verdict, EngineError> {
    let contact = known(turn, asked.contact)?;
    let digits: String = asked.digits.chars().filter(|c| !is_between(*c)).collect();
    if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ErrorCode::BadDigits.into());
    }
    let identity = &outbound.sessions.identity;
    let all = ComparedKeys::all(identity, turn.tx, &contact)?;
    if all.is_empty() {
        return Ok(Verdict::NotComparable);
    }
    let is_number = |keys: &ComparedKeys| keys.number().digits() == digits;
    if !all.iter().any(is_number) {
        let other = contact.other_key.as_ref();
        let other = other.map(|other| ComparedKeys::box_keys(identity, other.key));
        return Ok(match other.filter(is_number) {
            Some(_) => Verdict::MatchesOtherKey,
            None => Verdict::Differs,
        });
    }
    match asked.came_from {
        Some(CameFrom::TheirScreen | CameFrom::OutsideSotto) => {
            let how = (Trust::Digits, SystemLine::VerifiedByDigits);
            mark(turn, contact.id, how)?;
            Ok(Verdict::Verified { asks: false })
        }
        // No camera reads digits.
        None | Some(CameFrom::InsideSotto | CameFrom::Camera) => Ok(Verdict::Matches),
    }
}

/// The person found that codes or digits differ.
pub(crate) fn they_differ(turn: &mut Turn<'_>, id: ContactId) -> Result<(), EngineError> {
    known(turn, id)?;
    differ(turn, id)
}

/// Has the program of a contact told that its code was scanned, if it understands that; gives
/// whether it does.
fn tell_shower(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    contact: &Contact,
    scanned: ScannedCode,
) -> Result<bool, StoreError> {
    let Some(identity) = contact.fingerprint else {
        return Ok(false);
    };
    let peer = peers::by_fingerprint(turn.tx, &identity)?;
    let understands = peer.is_some_and(|peer| peer.features.has(features::SCANNED));
    if !understands || !peers::has_session(turn.tx, &identity)? {
        return Ok(false);
    }
    let until = turn.now.after(CODE_TTL_MS);
    outbound.say_unsaved(
        turn,
        contact.id,
        &identity,
        Unsaved::scanned(scanned, until),
    )?;
    Ok(true)
}

fn known(turn: &Turn<'_>, id: ContactId) -> Result<Contact, ErrorCode> {
    let contact = turn.contacts.get(id).cloned();
    contact.ok_or(ErrorCode::UnknownContact)
}

fn read_code(text: &str) -> Result<VerifyCode, ErrorCode> {
    let text = link_text::find_code(text).ok_or(ErrorCode::NotALink)?;
    // Letters that follow without anything between may be too many.
    let cut = text.get(..CODE_CHARS).map(VerifyCode::parse);
    let read = VerifyCode::parse(&text).or_else(|error| match cut {
        Some(Ok(code)) => Ok(code),
        Some(Err(_)) | None => Err(error),
    });
    read.map_err(|error| match error {
        VerifyCodeError::Newer => ErrorCode::LinkNewer,
        VerifyCodeError::NotACode | VerifyCodeError::Malformed => ErrorCode::NotALink,
    })
}

/// The contact whose keys a code shows, whichever they are.
fn whose<'a>(turn: &'a Turn<'_>, shower: &Fingerprint) -> Option<&'a Contact> {
    let by_identity = turn.contacts.by_fingerprint(shower);
    by_identity.or_else(|| {
        let mut all = turn.contacts.all();
        all.find(|contact| {
            let key = contact.box_key.as_ref();
            key.is_some_and(|key| Fingerprint::of_box_key(key) == *shower)
        })
    })
}

fn compare_with(keys: &ComparedKeys, code: VerifyCode) -> Compared {
    code.compare(keys.kind(), &keys.own(), &keys.other())
}

/// What a code is to the other key that was seen under a contact's name, if it names exactly that.
fn of_other_key(outbound: &Outbound, key: BoxPublicKey, code: VerifyCode) -> Option<Read> {
    let keys = ComparedKeys::box_keys(&outbound.sessions.identity, key);
    match compare_with(&keys, code) {
        Compared::Matches(scanned) => Some(Read::OtherKey(scanned, key)),
        Compared::Differs | Compared::NotComparable => None,
    }
}

/// Whether it may stand between the digits of a number that is read aloud, copied or typed.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{200b}' | '\u{feff}')
}
