//! One's own keys that change: prekeys, mailbox keys and the key card (P-51, P-60 to P-62, P-91).
//!
//! A change is made on a copy, and taken back with the turn that it belongs to. Called at the start,
//! every hour, and when a bundle is given away.

use crate::api::ErrorCode;
use crate::core::effect::Randomness;
use crate::core::staged::Staged;
use crate::core::time::Now;
use crate::core::turn::{Rng, Turn};
use crate::error::EngineError;
use sotto_protocol::{
    Asker, Bundle, Identity, KeyCard, MailboxPool, PrekeyPool, RelayHint, SignedKey, Validity,
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
pub(crate) struct OwnKeys {
    prekeys: Staged<PrekeyPool>,
    mailbox: Staged<MailboxPool>,
    card: Staged<KeyCard>,
    look_at: u64,
}

impl OwnKeys {
    /// Reads the keys, makes those that are not there, and brings all up to date. `outranked_by` is
    /// the highest incarnation that another copy of the identity showed, 0 if none did.
    pub(crate) fn open(
        store: &mut Store,
        identity: &Identity,
        outranked_by: u64,
        now: Now,
        random: &mut Randomness,
    ) -> Result<Self, EngineError> {
        let reader = store.reader();
        let rng = &mut Rng(random);
        let mut prekeys = match own_keys::load(reader, What::Prekeys)? {
            Some(bytes) => PrekeyPool::decode(&bytes).map_err(|_| ErrorCode::History)?,
            None => PrekeyPool::generate(rng, now.unix()),
        };
        let mut mailbox = match own_keys::load(reader, What::Mailbox)? {
            Some(bytes) => MailboxPool::decode(&bytes).map_err(|_| ErrorCode::History)?,
            None => MailboxPool::generate(rng, now.unix()),
        };
        let card = match own_keys::load(reader, What::Card)? {
            Some(bytes) => KeyCard::decode(&bytes).ok(),
            None => None,
        };
        let is_whole = own_keys::load(reader, What::Prekeys)?.is_some()
            && own_keys::load(reader, What::Mailbox)?.is_some();
        let card = card.filter(|card| card.identity() == identity.public());
        let card = match card {
            Some(card) if is_whole => card,
            // A new history of this identity, or one that was put back: its card counts before
            // those of the histories before it.
            card => {
                let known = card.map_or(0, |card| card.incarnation());
                sign_card(
                    identity,
                    &[],
                    now,
                    next_incarnation(known, outranked_by, now),
                )?
            }
        };
        if is_whole {
            // What is due is done by the first look, which may fail: a full disk does not keep
            // anybody from reading.
            return Ok(Self::of(prekeys, mailbox, card, now.mono));
        }
        prekeys.maintain(rng, now.unix());
        mailbox.maintain(rng, now.unix());
        let keys = Self::of(prekeys, mailbox, card, now.after(LOOK_EVERY_MS));
        store.transaction(|tx| keys.save(tx))?;
        Ok(keys)
    }

    const fn of(prekeys: PrekeyPool, mailbox: MailboxPool, card: KeyCard, look_at: u64) -> Self {
        Self {
            prekeys: Staged::new(prekeys),
            mailbox: Staged::new(mailbox),
            card: Staged::new(card),
            look_at,
        }
    }

    fn save(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        own_keys::save(tx, What::Prekeys, &self.prekeys.get().encode())?;
        own_keys::save(tx, What::Mailbox, &self.mailbox.get().encode())?;
        own_keys::save(tx, What::Card, self.card.get().encoded())
    }

    /// The keys that envelopes to us are opened with.
    pub(crate) const fn mailbox(&self) -> &MailboxPool {
        self.mailbox.get()
    }

    /// The card that others are given.
    pub(crate) const fn card(&self) -> &KeyCard {
        self.card.get()
    }

    /// The prekeys.
    pub(crate) const fn prekeys(&self) -> &PrekeyPool {
        self.prekeys.get()
    }

    /// The newest mailbox key of one's own, signed.
    pub(crate) fn current_mailbox(&self, identity: &Identity) -> Option<SignedKey> {
        self.mailbox.get().current(identity)
    }

    /// A copy of the prekeys to change; [`Self::save_prekeys`] takes it.
    pub(crate) fn prekeys_copy(&self) -> Option<PrekeyPool> {
        PrekeyPool::decode(&self.prekeys.get().encode()).ok()
    }

    /// Takes prekeys without those that were used or had their time: what they were is to be gone from
    /// the files as well.
    pub(crate) fn save_prekeys(
        &mut self,
        turn: &mut Turn<'_>,
        prekeys: PrekeyPool,
    ) -> Result<(), StoreError> {
        turn.erase = true;
        self.save_handed(turn, prekeys)
    }

    /// Takes prekeys of which some were given away.
    pub(crate) fn save_handed(
        &mut self,
        turn: &Turn<'_>,
        prekeys: PrekeyPool,
    ) -> Result<(), StoreError> {
        own_keys::save(turn.tx, What::Prekeys, &prekeys.encode())?;
        self.prekeys.set(prekeys);
        Ok(())
    }

    /// Makes a bundle for one person, with the prekeys as they are then.
    pub(crate) fn bundle(
        &self,
        identity: &Identity,
        asker: &Asker,
        now: Now,
    ) -> Option<(Bundle, PrekeyPool)> {
        let mut prekeys = self.prekeys_copy()?;
        let (card, mailbox) = (self.card.get(), self.mailbox.get());
        let bundle = Bundle::hand_out(card, identity, asker, &mut prekeys, mailbox, now.unix())?;
        Some((bundle, prekeys))
    }

    /// When to look again, ms of the steady clock.
    pub(crate) const fn look_at(&self) -> u64 {
        self.look_at
    }

    /// Replaces, refills and erases what is due.
    pub(crate) fn look(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        self.look_at = turn.now.after(LOOK_EVERY_MS);
        let copies = (
            self.prekeys_copy(),
            MailboxPool::decode(&self.mailbox.get().encode()).ok(),
        );
        let (Some(mut prekeys), Some(mut mailbox)) = copies else {
            return Ok(());
        };
        let (at, rng) = (turn.now.unix(), &mut turn.rng());
        // Both, whatever the first says.
        let changed = prekeys.maintain(rng, at) | mailbox.maintain(rng, at);
        if changed {
            own_keys::save(turn.tx, What::Mailbox, &mailbox.encode())?;
            self.mailbox.set(mailbox);
            self.save_prekeys(turn, prekeys)?;
        }
        Ok(())
    }

    /// Makes the card anew if it no longer says where we are.
    pub(crate) fn renew_card(
        &mut self,
        turn: &Turn<'_>,
        identity: &Identity,
        relays: &[RelayHint],
    ) -> Result<(), StoreError> {
        if is_current(self.card.get(), identity, relays, turn.now) {
            return Ok(());
        }
        let incarnation = self.card.get().incarnation();
        let Ok(card) = sign_card(identity, relays, turn.now, incarnation) else {
            tracing::error!("the key card could not be made anew");
            return Ok(());
        };
        own_keys::save(turn.tx, What::Card, card.encoded())?;
        self.card.set(card);
        Ok(())
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.prekeys.commit();
        self.mailbox.commit();
        self.card.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.prekeys.rollback();
        self.mailbox.rollback();
        self.card.rollback();
    }
}

/// The incarnation of a history that makes its keys anew. One that another computer outranks stays
/// outranked, whatever copy of it is put back: nobody would know which of the two counts.
fn next_incarnation(known: u64, outranked_by: u64, now: Now) -> u64 {
    if outranked_by > known {
        return known;
    }
    now.unix().as_secs().max(known.saturating_add(1))
}

fn is_current(card: &KeyCard, identity: &Identity, relays: &[RelayHint], now: Now) -> bool {
    card.identity() == identity.public()
        && card.relays() == relays
        && card.check(now.unix()).is_ok()
        && now.unix().plus_days(CARD_LEFT_DAYS) < card.validity().expires
}

fn sign_card(
    identity: &Identity,
    relays: &[RelayHint],
    now: Now,
    incarnation: u64,
) -> Result<KeyCard, EngineError> {
    let validity = Validity::days(now.unix(), CARD_DAYS);
    // Relays with addresses that no card can hold are left out rather than having no card.
    KeyCard::sign_as(identity, relays, validity, incarnation)
        .or_else(|_| KeyCard::sign_as(identity, &[], validity, incarnation))
        .map_err(|_| ErrorCode::Internal.into())
}
