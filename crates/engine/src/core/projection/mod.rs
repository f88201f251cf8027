//! What fronts see: rows of the history and the state of the relays, made into views. Only the
//! dispatcher calls it, once a turn, for what the turn touched.
//!
//! - [`chat`], [`contact`], [`message`], [`relay`], [`request`], [`profile`]: the views
//! - [`safety_number`]: what two people compare, and the keys there were
//! - [`told`]: the events of a turn

mod chat;
mod contact;
mod message;
mod profile;
mod relay;
mod request;
mod safety_number;
mod told;

use super::contact_cache::ContactCache;
use super::inbound::Inbound;
use super::time::Now;
use crate::api::Snapshot;
use sotto_protocol::{BoxPublicKey, Fingerprint};
use sotto_store::{Reader, StoreError, chats, requests};

pub(crate) use told::Told;

/// How many colours avatars have.
const HUES: u8 = 12;

/// Everything that views are made of.
#[derive(Clone, Copy)]
pub(crate) struct Views<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) contacts: &'a ContactCache,
    pub(crate) rooms: &'a Inbound,
    pub(crate) now: Now,
}

impl Views<'_> {
    /// Everything, for a front that starts to listen.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let chats = chats::list(self.reader)?;
        let requests = requests::list(self.reader)?;
        let mut relays = Vec::new();
        for relay in self.relays().order() {
            relays.extend(self.relay(*relay)?);
        }
        Ok(Snapshot {
            profile: self.profile(),
            settings: self.identity().settings().clone(),
            chats: chats.into_iter().filter_map(|c| self.chat(c)).collect(),
            requests: requests.iter().map(|r| self.request(r)).collect(),
            invites: self.invites()?,
            relays,
            people: self.people(),
        })
    }

    fn identity(&self) -> &super::identity::Identity {
        &self.rooms.outbound.sessions.identity
    }

    fn relays(&self) -> &super::relay::Relays {
        &self.rooms.outbound.sessions.relays
    }
}

/// A fingerprint in hexadecimal digits, and the colour that follows from it.
fn fingerprint_and_hue(fingerprint: &Fingerprint) -> (String, u8) {
    (fingerprint.to_hex(), hue_of(fingerprint))
}

/// The colour of somebody who was first known by this.
fn hue_of(fingerprint: &Fingerprint) -> u8 {
    fingerprint.as_bytes().first().copied().unwrap_or(0) % HUES
}

/// The fingerprint of a box key in hexadecimal digits, and the colour that follows from it.
fn of_box_key(key: &BoxPublicKey) -> (String, u8) {
    fingerprint_and_hue(&Fingerprint::of_box_key(key))
}
