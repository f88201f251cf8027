//! What strangers wrote.

use super::message::shown_time;
use super::{Views, fingerprint_and_hue, of_box_key};
use crate::api::{RequestText, RequestView};
use crate::core::contact_cache::MAX_SHOWN_NAME;
use crate::text::{clean, clean_name};
use data_encoding::BASE64;
use sotto_protocol::tag;
use sotto_store::requests;

/// How much of a stranger's text a front is given, in characters.
const MAX_REQUEST_CHARS: usize = 2_000;

impl Views<'_> {
    pub(super) fn request(&self, request: &requests::Request) -> RequestView {
        let (fingerprint, hue) = match &request.fingerprint {
            Some(identity) => fingerprint_and_hue(identity),
            None => of_box_key(&request.key),
        };
        let own = self.identity().box_key();
        let text = |held: &requests::Text| match held.via {
            requests::Via::Box(nonce) => tag::strip(&held.text, &request.key, &own, &nonce).text,
            requests::Via::Session(_) => held.text.clone(),
        };
        let mut claims = self.contacts.by_name(&request.user_id);
        let claims = claims.find(|contact| contact.box_key != Some(request.key));
        RequestView {
            id: request.id,
            user_id: clean_name(&request.user_id, MAX_SHOWN_NAME),
            public_key: BASE64.encode(request.key.as_bytes()),
            fingerprint,
            hue,
            texts: request
                .texts
                .iter()
                .map(|held| RequestText {
                    text: beginning(clean(&text(held))),
                    at: shown_time(held.received_at, held.relay_at),
                })
                .collect(),
            first_at: request.first_at,
            last_at: request.last_at,
            claims: claims.map(|contact| contact.chat),
        }
    }
}

/// The beginning of a stranger's text: enough to decide, and no load for a front.
fn beginning(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_REQUEST_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}
