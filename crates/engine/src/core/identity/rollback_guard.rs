//! Whether this history is older than it should be: a backup, or a disk that was set back.
//!
//! A counter stands in the history and in the keychain. It is raised at each start, at each clean
//! stop and before the first message of each hour: in the history first, then in the keychain, and
//! nothing that a session made leaves before the keychain has it. A history that is behind the
//! keychain was restored. Its sessions are never used again, because their keys may have been used
//! since (P-84): whatever belongs to them is given up before anything goes to the network, and new
//! sessions are made with everybody.

use crate::api::SystemLine;
use crate::core::effect::{Effect, Randomness};
use crate::core::staged::Staged;
use crate::core::system_line;
use crate::core::time::Now;
use crate::core::turn::Turn;
use crate::rollback_guard::CounterState;
use sotto_protocol::ContentId;
use sotto_store::messages::{self, PeerKey};
use sotto_store::{
    Reader, Store, StoreError, Tx, contacts, invites, older_copies, own_keys, peers,
    session_outbox, settings,
};

/// The key of the counter in the table of settings.
const COUNTER: &str = "restore_counter";
/// The key that is there once the keychain has had a counter. Before that nothing of a session left,
/// and the programs of one command, which connect to nothing, raise only the history's.
const KEPT: &str = "restore_counter_kept";
/// How often it is raised while messages are sent, ms.
const RAISE_EVERY_MS: u64 = 3_600_000;

/// The counter while a profile is open.
#[derive(Debug)]
pub(crate) struct RollbackGuard(Staged<Counter>);

#[derive(Clone, Copy, Debug)]
struct Counter {
    value: u64,
    /// When it is raised before the next message, ms of the steady clock.
    due: u64,
    /// Whether the keychain has the value.
    raised: bool,
    /// Whether the history knows that the keychain has had one.
    kept: bool,
}

impl RollbackGuard {
    /// Compares the history with the keychain, which may have no counter yet, and raises the
    /// history's. What has to be given up is given up in the same transaction.
    pub(crate) fn open(
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
        let raised = store.transaction(|tx| {
            if is_restored {
                tracing::info!("the history was restored: its sessions are given up");
                give_up_sessions(tx, now, random)?;
            }
            settings::set(tx, COUNTER, &value.to_string())
        });
        let counter = Counter {
            value,
            due: now.after(RAISE_EVERY_MS),
            raised: false,
            kept,
        };
        match raised {
            Ok(()) => Ok(Self(Staged::new(counter))),
            // A full disk does not keep anybody from reading: it is raised before the first message.
            Err(StoreError::DiskFull) if !is_restored => Ok(Self(Staged::new(Counter {
                value: stored,
                due: now.mono,
                ..counter
            }))),
            Err(error) => Err(error),
        }
    }

    /// The counter as it stands in the history.
    pub(crate) const fn value(&self) -> u64 {
        self.0.get().value
    }

    /// Whether what sessions make may leave now.
    pub(crate) const fn is_counted(&self) -> bool {
        self.0.get().raised
    }

    /// Raises the counter before the first message of an hour. Gives whether what sessions make
    /// may leave: if not, it may once [`Self::raised`].
    pub(crate) fn before_sending(&mut self, turn: &mut Turn<'_>) -> Result<bool, StoreError> {
        if turn.now.mono >= self.0.get().due {
            self.raise(turn)?;
        }
        Ok(self.is_counted())
    }

    /// The keychain has this counter. Gives whether it is the one that is waited for: what waited
    /// goes out then.
    pub(crate) fn raised(&mut self, to: u64) -> bool {
        let counter = *self.0.get();
        let is_awaited = to >= counter.value;
        if is_awaited {
            self.0.set(Counter {
                raised: true,
                ..counter
            });
        }
        is_awaited
    }

    /// Notes in the history, once, that the keychain has had a counter.
    pub(crate) fn note_kept(&mut self, turn: &Turn<'_>) -> Result<(), StoreError> {
        let counter = *self.0.get();
        if !counter.kept {
            settings::set(turn.tx, KEPT, "1")?;
            self.0.set(Counter {
                kept: true,
                ..counter
            });
        }
        Ok(())
    }

    /// Raises the counter: the history, then the keychain.
    pub(crate) fn raise(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        let counter = *self.0.get();
        let value = counter.value.saturating_add(1);
        settings::set(turn.tx, COUNTER, &value.to_string())?;
        self.0.set(Counter {
            value,
            raised: false,
            due: turn.now.after(RAISE_EVERY_MS),
            ..counter
        });
        turn.effect(Effect::RaiseCounter(value));
        Ok(())
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.0.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.0.rollback();
    }
}

/// Gives up whatever belongs to sessions, and says so in the chats that had them.
fn give_up_sessions(tx: &Tx<'_>, now: Now, random: &mut Randomness) -> Result<(), StoreError> {
    peers::give_up_all(tx)?;
    older_copies::give_up_all(tx)?;
    own_keys::give_up(tx)?;
    session_outbox::unseal_all(tx)?;
    invites::revoke_all(tx, now.wall)?;
    for contact in contacts::list(tx)? {
        if !contact.sealed || contact.box_key.is_none() {
            continue;
        }
        let mut id = [0; 16];
        random(&mut id);
        let line = messages::Line {
            chat: contact.chat,
            content: ContentId::from_bytes(id),
            system_line: system_line::code(SystemLine::HistoryRestored),
            created_at: now.wall,
            key: contact
                .fingerprint
                .map_or(PeerKey::Unknown, PeerKey::Identity),
        };
        messages::line(tx, &line)?;
    }
    Ok(())
}

fn stored(reader: &Reader) -> Result<u64, StoreError> {
    let stored = settings::value(reader, COUNTER)?;
    Ok(stored.and_then(|value| value.parse().ok()).unwrap_or(0))
}
