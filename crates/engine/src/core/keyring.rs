//! One's own keys that change: prekeys, mailbox keys and the key card (P-51, P-60 to P-62, P-91).
//!
//! What is in memory is what stands in the history: a change is made on a copy, committed, and only
//! then taken. Called at the start, daily, and when a bundle is given away.

use super::rng::Rng;
use super::{Now, Randomness};
use crate::api::ErrorCode;
use crate::error::EngineError;
use sotto_protocol::{
    Bundle, Identity, KeyCard, MailboxPool, PrekeyPool, RelayHint, UnixTime, Validity,
};
use sotto_store::own_keys::{self, What};
use sotto_store::{Store, StoreError, Tx};

/// How long a card of one's own holds, days.
const CARD_DAYS: u64 = 365;
/// A card that holds for less than this is made anew, days.
const CARD_LEFT_DAYS: u64 = 120;
/// How often it is looked after whether something is due, ms.
const LOOK_EVERY_MS: u64 = 60 * 60 * 1_000;

/// One's own keys that change.
pub(super) struct Keyring {
    prekeys: PrekeyPool,
    mailbox: MailboxPool,
    card: KeyCard,
    look_at: u64,
}

/// The seconds of a moment.
pub(super) fn time(now: Now) -> UnixTime {
    UnixTime::from_secs(u64::try_from(now.wall).unwrap_or(0) / 1_000)
}

impl Keyring {
    /// Reads the keys, makes those that are not there, and brings all up to date.
    pub(super) fn open(
        store: &mut Store,
        identity: &Identity,
        now: Now,
        random: &mut Randomness,
    ) -> Result<Self, EngineError> {
        let reader = store.reader();
        let rng = &mut Rng(random);
        let prekeys = match own_keys::load(reader, What::Prekeys)? {
            Some(bytes) => PrekeyPool::decode(&bytes).map_err(|_| ErrorCode::History)?,
            None => PrekeyPool::generate(rng, time(now)),
        };
        let mailbox = match own_keys::load(reader, What::Mailbox)? {
            Some(bytes) => MailboxPool::decode(&bytes).map_err(|_| ErrorCode::History)?,
            None => MailboxPool::generate(rng, time(now)),
        };
        let card = match own_keys::load(reader, What::Card)? {
            Some(bytes) => KeyCard::decode(&bytes).ok(),
            None => None,
        };
        let is_whole = own_keys::load(reader, What::Prekeys)?.is_some()
            && own_keys::load(reader, What::Mailbox)?.is_some();
        let card = match card.filter(|card| card.identity() == identity.public()) {
            Some(card) => card,
            None => sign_card(identity, &[], now)?,
        };
        let mut keyring = Self {
            prekeys,
            mailbox,
            card,
            look_at: now.mono,
        };
        if is_whole {
            // What is due is done by the first look, which may fail: a full disk does not keep
            // anybody from reading.
            return Ok(keyring);
        }
        keyring.prekeys.maintain(rng, time(now));
        keyring.mailbox.maintain(rng, time(now));
        store.transaction(|tx| keyring.save(tx))?;
        keyring.look_at = now.mono.saturating_add(LOOK_EVERY_MS);
        Ok(keyring)
    }

    fn save(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        own_keys::save(tx, What::Prekeys, &self.prekeys.encode())?;
        own_keys::save(tx, What::Mailbox, &self.mailbox.encode())?;
        own_keys::save(tx, What::Card, self.card.encoded())
    }

    /// The keys that envelopes to us are opened with.
    pub(super) const fn mailbox(&self) -> &MailboxPool {
        &self.mailbox
    }

    /// The card that others are given.
    pub(super) const fn card(&self) -> &KeyCard {
        &self.card
    }

    /// The prekeys.
    pub(super) const fn prekeys(&self) -> &PrekeyPool {
        &self.prekeys
    }

    /// A copy of the prekeys to change; [`Self::set_prekeys`] takes it when it is committed.
    pub(super) fn prekeys_copy(&self) -> Option<PrekeyPool> {
        PrekeyPool::decode(&self.prekeys.encode()).ok()
    }

    /// Takes changed prekeys that were committed.
    pub(super) fn set_prekeys(&mut self, prekeys: PrekeyPool) {
        self.prekeys = prekeys;
    }

    /// Makes a bundle for one person, with the prekeys as they are then.
    pub(super) fn bundle(&self, identity: &Identity, now: Now) -> Option<(Bundle, PrekeyPool)> {
        let mut prekeys = self.prekeys_copy()?;
        let bundle =
            Bundle::hand_out(&self.card, identity, &mut prekeys, &self.mailbox, time(now))?;
        Some((bundle, prekeys))
    }

    /// When to look again, ms of the steady clock.
    pub(super) const fn look_at(&self) -> u64 {
        self.look_at
    }

    /// Replaces, refills and erases what is due. Nothing was taken if the history failed; it is
    /// tried again with the next look.
    pub(super) fn look(
        &mut self,
        store: &mut Store,
        now: Now,
        random: &mut Randomness,
    ) -> Result<(), StoreError> {
        self.look_at = now.mono.saturating_add(LOOK_EVERY_MS);
        let copies = (
            self.prekeys_copy(),
            MailboxPool::decode(&self.mailbox.encode()).ok(),
        );
        let (Some(mut prekeys), Some(mut mailbox)) = copies else {
            return Ok(());
        };
        let rng = &mut Rng(random);
        // Both, whatever the first says.
        let changed = prekeys.maintain(rng, time(now)) | mailbox.maintain(rng, time(now));
        if changed {
            store.transaction(|tx| {
                own_keys::save(tx, What::Prekeys, &prekeys.encode())?;
                own_keys::save(tx, What::Mailbox, &mailbox.encode())
            })?;
            self.prekeys = prekeys;
            self.mailbox = mailbox;
        }
        Ok(())
    }

    /// Makes the card anew if it no longer says where we are.
    pub(super) fn renew_card(
        &mut self,
        store: &mut Store,
        identity: &Identity,
        relays: &[RelayHint],
        now: Now,
    ) -> Result<(), EngineError> {
        if is_current(&self.card, identity, relays, now) {
            return Ok(());
        }
        let card = sign_card(identity, relays, now)?;
        store.transaction(|tx| own_keys::save(tx, What::Card, card.encoded()))?;
        self.card = card;
        Ok(())
    }
}

fn is_current(card: &KeyCard, identity: &Identity, relays: &[RelayHint], now: Now) -> bool {
    card.identity() == identity.public()
        && card.relays() == relays
        && card.check(time(now)).is_ok()
        && time(now).plus_days(CARD_LEFT_DAYS) < card.validity().expires
}

fn sign_card(identity: &Identity, relays: &[RelayHint], now: Now) -> Result<KeyCard, EngineError> {
    let validity = Validity::days(time(now), CARD_DAYS);
    // Relays with addresses that no card can hold are left out rather than having no card.
    KeyCard::sign(identity, relays, validity)
        .or_else(|_| KeyCard::sign(identity, &[], validity))
        .map_err(|_| ErrorCode::Internal.into())
}
