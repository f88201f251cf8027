//! Who the person is: the keys, the profile, the preferences, and what was checked of the
//! statements of others. It knows no relay and no contact.
//!
//! - [`own_keys`]: prekeys, mailbox keys and the key card
//! - [`moved`]: whether another computer has the identity now
//! - [`statements`]: key cards and mailbox keys of others that were checked
//! - [`rollback_guard`]: whether the history is older than it should be
//! - [`preferences`]: the profile and the preferences

pub(crate) mod moved;
pub(crate) mod own_keys;
pub(crate) mod preferences;
pub(crate) mod rollback_guard;
pub(crate) mod statements;

use crate::api::{ErrorCode, KeyStorage, SettingsView};
use crate::core::effect::Randomness;
use crate::core::staged::Staged;
use crate::core::time::Now;
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::rollback_guard::CounterState;
use moved::Moved;
use own_keys::OwnKeys;
use rollback_guard::RollbackGuard;
use sotto_protocol::{AccountId, BoxPublicKey, Fingerprint, KeyCard, SecretItem};
use sotto_store::profile::Profile;
use sotto_store::{Store, StoreError};
use statements::Statements;

/// What the engine is told about its surroundings, only to show it.
#[derive(Clone, Debug)]
pub struct About {
    /// The name of the profile on this computer, empty for the usual one.
    pub profile: String,
    /// Where the private keys lie.
    pub storage: KeyStorage,
    /// The version of the program.
    pub version: String,
}

/// The person.
pub(crate) struct Identity {
    pub(crate) item: SecretItem,
    pub(crate) about: About,
    pub(crate) keys: OwnKeys,
    /// What was checked of the keys of others.
    pub(crate) statements: Statements,
    pub(crate) guard: RollbackGuard,
    moved: Moved,
    profile: Staged<Profile>,
    settings: Staged<SettingsView>,
}

impl Identity {
    /// Reads everything of an opened history. A history that is behind the keychain's counter was
    /// restored: its sessions are given up here, before anything else happens.
    pub(crate) fn open(
        store: &mut Store,
        item: SecretItem,
        about: About,
        counter: CounterState,
        now: Now,
        random: &mut Randomness,
    ) -> Result<Self, EngineError> {
        let guard = RollbackGuard::open(store, counter, now, random)?;
        let moved = Moved::load(store.reader())?;
        let outranked_by = moved.incarnation();
        let keys = OwnKeys::open(store, &item.identity, outranked_by, now, random)?;
        let reader = store.reader();
        let profile = sotto_store::profile::load(reader)?.ok_or(ErrorCode::NotInitialised)?;
        let settings = preferences::load(reader)?;
        Ok(Self {
            item,
            about,
            keys,
            statements: Statements::default(),
            guard,
            moved,
            profile: Staged::new(profile),
            settings: Staged::new(settings),
        })
    }

    /// The person's profile.
    pub(crate) const fn profile(&self) -> &Profile {
        self.profile.get()
    }

    /// The preferences.
    pub(crate) const fn settings(&self) -> &SettingsView {
        self.settings.get()
    }

    /// One's own fingerprint.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.item.identity.public().fingerprint()
    }

    /// One's own account id.
    pub(crate) fn account_id(&self) -> AccountId {
        self.item.identity.public().account_id()
    }

    /// One's own box key.
    pub(crate) fn box_key(&self) -> BoxPublicKey {
        self.item.identity.public().box_key
    }

    /// Since when it is known that the identity moved to another computer, ms since 1970 (P-55).
    pub(crate) fn moved_at(&self) -> Option<i64> {
        self.moved.since(self.keys.card().incarnation())
    }

    /// Takes a key card that somebody showed to us as that of a newer copy of us; gives whether it is
    /// one. Its dates do not matter: that it was made once is enough.
    pub(crate) fn shown_card(&mut self, turn: &Turn<'_>, card: &[u8]) -> Result<bool, StoreError> {
        let shown = KeyCard::decode(card).ok();
        let Some(newer) = shown.filter(|shown| shown.outranks(self.keys.card())) else {
            return Ok(false);
        };
        self.moved.learn(turn, newer.incarnation())?;
        Ok(true)
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.keys.commit();
        self.guard.commit();
        self.moved.commit();
        self.profile.commit();
        self.settings.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.keys.rollback();
        self.guard.rollback();
        self.moved.rollback();
        self.profile.rollback();
        self.settings.rollback();
    }
}
