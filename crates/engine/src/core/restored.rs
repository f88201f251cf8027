//! Whether this history is older than it should be: a backup, or a disk that was set back.
//!
//! A counter stands in the history and in the keychain. It is raised at each start, at each clean
//! stop and before the first message of each hour: in the history first, then in the keychain, and
//! nothing that a session made leaves before the keychain has it. A history that is behind the
//! keychain was restored. Its sessions are never used again, because their keys may have been used
//! since (P-84): whatever belongs to them is given up before anything goes to the network, and new
//! sessions are made with everybody.

use super::link::{Carried, WINDOW_TEXTS};
use super::{Effect, Engine, Now, Randomness};
use crate::api::{ChatId, RelayId, SystemLine};
use crate::counter::CounterState;
use sotto_store::{
    Reader, Store, StoreError, contacts, invites, outgoing, own_keys, peers, settings,
};
use sotto_wire::UserId;

/// The key of the counter in the table of settings.
const COUNTER: &str = "restore_counter";
/// The key that is there once the keychain has had a counter. Before that nothing of a session left,
/// and the programs of one command, which connect to nothing, raise only the history's.
const KEPT: &str = "restore_counter_kept";
/// How often it is raised while messages are sent, ms.
const RAISE_EVERY_MS: u64 = 3_600_000;

/// The counter while a profile is open.
#[derive(Debug)]
pub(super) struct Counter {
    value: u64,
    due: u64,
    /// Whether the keychain has the value.
    raised: bool,
    /// Whether the history knows that the keychain has had one.
    kept: bool,
    /// Receipts that were made since it was to be raised.
    held: Vec<Held>,
}

/// A frame that nobody confirms and that waits for the keychain.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) relay: RelayId,
    /// The connection that it was made for; it is worth nothing on the next one.
    pub(super) epoch: u64,
    pub(super) chat: ChatId,
    pub(super) to: UserId,
    pub(super) encrypted: String,
}

impl Counter {
    /// Compares the history with the keychain, which may have no counter yet, and raises the
    /// history's. What has to be given up is given up in the same transaction.
    pub(super) fn open(
        store: &mut Store,
        keychain: CounterState,
        now: Now,
        random: &mut Randomness,
    ) -> Result<Self, StoreError> {
        let stored = stored(store.reader())?;
        let kept = settings::value(store.reader(), KEPT)?.is_some();
        let (is_restored, known) = match keychain {
            // What said whether the history is whole is lost, if it ever was there.
            CounterState::Missing => (kept, 0),
            CounterState::At(value) => (stored < value, value),
            // How far the history had come is not known: better once too often.
            CounterState::Damaged => (true, 0),
        };
        let value = known.max(stored).saturating_add(1);
        let mut ids = Vec::new();
        if is_restored {
            tracing::info!("the history was restored: its sessions are given up");
            for contact in contacts::list(store.reader())? {
                if contact.sealed && contact.box_key.is_some() {
                    let mut id = [0; 16];
                    random(&mut id);
                    ids.push((contact, id));
                }
            }
        }
        let raised = store.transaction(|tx| {
            if is_restored {
                peers::give_up_all(tx)?;
                own_keys::give_up(tx)?;
                outgoing::unseal_all(tx)?;
                invites::revoke_all(tx, now.wall)?;
                for (contact, id) in &ids {
                    let chat = ChatId(contact.id);
                    let what = SystemLine::HistoryRestored;
                    let key = contact.account.unwrap_or_default();
                    super::contacts::line(tx, now, chat, what, *id, key)?;
                }
            }
            settings::set(tx, COUNTER, &value.to_string())
        });
        match raised {
            Ok(()) => Ok(Self {
                value,
                due: now.mono.saturating_add(RAISE_EVERY_MS),
                raised: false,
                kept,
                held: Vec::new(),
            }),
            // A full disk does not keep anybody from reading: it is raised before the first message.
            Err(StoreError::DiskFull) if !is_restored => Ok(Self {
                value: stored,
                due: now.mono,
                raised: false,
                kept,
                held: Vec::new(),
            }),
            Err(error) => Err(error),
        }
    }

    pub(super) const fn value(&self) -> u64 {
        self.value
    }
}

fn stored(reader: &Reader) -> Result<u64, StoreError> {
    let stored = settings::value(reader, COUNTER)?;
    Ok(stored.and_then(|value| value.parse().ok()).unwrap_or(0))
}

impl Engine {
    /// Raises the counter before the first message of an hour. Gives whether what sessions make
    /// may leave: if not, it may once [`Self::counter_raised`].
    pub(super) fn before_sending(&mut self, now: Now) -> Result<bool, StoreError> {
        if now.mono >= self.counter.due {
            self.raise_counter(now)?;
        }
        Ok(self.counter.raised)
    }

    /// The keychain has this counter: what waited for that goes out.
    pub fn counter_raised(&mut self, now: Now, to: u64) {
        self.clock = now;
        if to < self.counter.value {
            return;
        }
        if !self.counter.kept {
            let noted = self.store.transaction(|tx| settings::set(tx, KEPT, "1"));
            match noted {
                Ok(()) => self.counter.kept = true,
                Err(error) => tracing::warn!(%error, "that there is a counter was not noted"),
            }
        }
        self.counter.raised = true;
        for held in std::mem::take(&mut self.counter.held) {
            let link = self.links.get(&held.relay);
            if link.is_some_and(|link| link.epoch == held.epoch && link.has_room(0)) {
                let Held {
                    relay, chat, to, ..
                } = held;
                self.write_message(now, relay, chat, to, held.encrypted, Carried::Loose);
            }
        }
        self.pump(now);
    }

    /// Keeps a frame until the keychain has the counter. There is room for as many as go through a
    /// connection at once: what a receipt confirms comes again, and is then answered again.
    pub(super) fn hold_until_raised(&mut self, held: Held) {
        if self.counter.held.len() < WINDOW_TEXTS {
            self.counter.held.push(held);
        }
    }

    /// Whether what sessions make may leave now.
    pub(super) const fn is_counted(&self) -> bool {
        self.counter.raised
    }

    /// Raises the counter: the history, then the keychain.
    pub(super) fn raise_counter(&mut self, now: Now) -> Result<(), StoreError> {
        let value = self.counter.value.saturating_add(1);
        self.store
            .transaction(|tx| settings::set(tx, COUNTER, &value.to_string()))?;
        self.counter.value = value;
        self.counter.raised = false;
        self.counter.due = now.mono.saturating_add(RAISE_EVERY_MS);
        self.effects.push(Effect::RaiseCounter(value));
        Ok(())
    }
}
