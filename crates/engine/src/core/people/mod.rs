//! The people that the person knows: contacts, requests of strangers, invites, and what is believed
//! of whose keys are whose.
//!
//! - [`contacts`]: added, named, blocked, deleted
//! - [`requests`]: what strangers wrote, accepted or not
//! - [`key_changes`]: another key under a contact's name
//! - [`invites`]: invites and the contact card, made here
//! - [`links`]: links of others, read and used; [`link_text`] finds them in what was sent
//! - [`trust`]: what marks a contact as verified, and what takes the mark back
//! - [`verification`]: comparing keys by digits and codes; [`compared`]: which keys that are

pub(crate) mod compared;
pub(crate) mod contacts;
pub(crate) mod invites;
pub(crate) mod key_changes;
mod link_text;
pub(crate) mod links;
mod new_contact;
pub(crate) mod requests;
mod seen_key;
pub(crate) mod trust;
pub(crate) mod verification;

use crate::core::staged::Staged;
use data_encoding::HEXLOWER;
use sotto_store::{Reader, StoreError, settings};

pub(crate) use invites::MAX_SHOWN_INVITES;
pub(crate) use trust::{InviteClaim, Used};
use verification::Verification;

/// The key of the contact card's delivery token in the table of settings.
const CARD_TOKEN: &str = "card_token";

/// The people.
#[derive(Debug)]
pub(crate) struct People {
    /// The delivery token of the contact card in use, if the person ever gave one away.
    card_token: Staged<Option<[u8; 16]>>,
    verification: Verification,
}

impl People {
    /// Reads what is kept in memory.
    pub(crate) fn load(reader: &Reader) -> Result<Self, StoreError> {
        let stored = settings::value(reader, CARD_TOKEN)?;
        let bytes = stored.and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
        let token = bytes.and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            card_token: Staged::new(token),
            verification: Verification::default(),
        })
    }

    /// The delivery token of the contact card in use.
    pub(crate) const fn card_token(&self) -> Option<[u8; 16]> {
        *self.card_token.get()
    }

    /// When something that is shown ends, ms of the steady clock.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.verification.deadline()
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.card_token.commit();
        self.verification.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.card_token.rollback();
        self.verification.rollback();
    }
}
