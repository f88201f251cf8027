//! What the program of an earlier commit wrote, read by this one: recorded from the real program
//! (`cargo xtask older-program --record`), with the keys that this side had at each step.
//!
//! Each step is a frame of the relay that brought something of the older program, with the state of
//! our side right before it. The ratchet draws its own keys, so that no run could meet the same frames
//! again otherwise.

use super::older_recording::{self, FOLDER};
use super::relay_model::user;
use super::world::item;
use crate::api::KeyStorage;
use crate::core::{About, ConnectionEvent, Engine, Now};
use crate::rollback_guard::CounterState;
use data_encoding::HEXLOWER;
use serde_json::Value;
use sotto_protocol::{
    Body, Bundle, CardHash, Content, Features, Fingerprint, KeyCard, MailboxKeyId, SessionId,
    SharedBox, envelope, tag,
};
use sotto_store::contacts::{self, NewContact, Origin};
use sotto_store::own_keys::{self, What};
use sotto_store::received::{self, Digest};
use sotto_store::{Store, StoreError, messages, peers, profile, relays, settings};
use sotto_wire::{PublicKey, RelayFrame};
use zeroize::Zeroizing;

/// Whose identity our side had.
pub(super) const OUR_SEED: u8 = 7;

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn recordings() -> Vec<(String, Value)> {
    let mut all: Vec<_> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (
                path.display().to_string(),
                serde_json::from_str(&text).unwrap(),
            )
        })
        .collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert!(all.len() >= 2, "the recordings are not there");
    all
}

fn now_of(step: &Value) -> Now {
    Now {
        wall: step["now"].as_i64().unwrap(),
        mono: 1_000,
    }
}

/// Our history as it stood before a step, as far as what comes from the older program needs it.
fn history(recording: &Value, step: &Value) -> Store {
    let mut store = Store::open_in_memory().unwrap();
    let card = KeyCard::decode(&bytes(&recording["their_card"])).unwrap();
    let theirs = card.identity();
    let own = usize::try_from(step["own"].as_u64().unwrap()).unwrap();
    let own = &recording["owns"][own];
    let filled = store.transaction(|tx| {
        profile::create(
            tx,
            &profile::Profile {
                name: "bob".to_owned(),
                user_id: "bob".to_owned(),
                created_at: 0,
            },
        )?;
        relays::add(tx, relays::Place::Custom, "ws://relay0.lan/", 0)?;
        // Nothing is to be told first.
        settings::set(tx, "told_features", &Features::OWN.bits().to_string())?;
        let account_id = theirs.account_id().to_string();
        contacts::add(
            tx,
            &NewContact {
                public_id: &account_id,
                user_id: "ada",
                name: "Ada",
                box_key: Some(theirs.box_key),
                fingerprint: Some(theirs.fingerprint()),
                added_at: 0,
                origin: Origin::Added,
            },
        )?;
        for (what, name) in [
            (What::Prekeys, "prekeys"),
            (What::Mailbox, "mailbox"),
            (What::Card, "card"),
        ] {
            own_keys::save(tx, what, &bytes(&own[name]))?;
        }
        let Some(peer) = step["peer"].as_object() else {
            return Ok::<_, StoreError>(());
        };
        let opt = |name: &str| Some(&peer[name]).filter(|value| !value.is_null());
        peers::save(
            tx,
            &peers::Peer {
                fingerprint: theirs.fingerprint(),
                card: bytes(&peer["card"]),
                card_hash: CardHash::from_bytes(array(&peer["card_hash"])),
                mailbox: opt("mailbox").map(bytes),
                knows_card: opt("knows_card").map(|hash| CardHash::from_bytes(array(hash))),
                knows_mailbox: opt("knows_mailbox").map(|id| MailboxKeyId::from_bytes(array(id))),
                generation: peer["generation"].as_u64().unwrap(),
                features: Features::NONE,
            },
        )?;
        if let Some(session) = step["session"].as_object() {
            let session = peers::Session {
                session: SessionId::from_bytes(array(&session["id"])),
                fingerprint: theirs.fingerprint(),
                generation: session["generation"].as_u64().unwrap(),
                confirmed_by_peer: session["confirmed_by_peer"].as_bool().unwrap(),
                made_at: step["now"].as_i64().unwrap(),
                state: Zeroizing::new(bytes(&session["state"])),
            };
            peers::save_session(tx, &session, 4)?;
        }
        Ok(())
    });
    filled.unwrap();
    store
}

fn engine(recording: &Value, step: &Value) -> Engine {
    let about = About {
        profile: String::new(),
        storage: KeyStorage::Passphrase,
        version: "0".to_owned(),
    };
    let mut n = 0_u64;
    let random = Box::new(move |out: &mut [u8]| {
        for byte in out {
            n = n
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            *byte = n.to_be_bytes()[0];
        }
    });
    let (item, at) = (item(OUR_SEED), now_of(step));
    let store = history(recording, step);
    Engine::new(store, item, about, CounterState::Missing, at, random).unwrap()
}

/// The relay's frame as this program takes it from a connection.
fn give(engine: &mut Engine, recording: &Value, step: &Value) {
    let now = now_of(step);
    engine.tick(now);
    let relay = relays::list(engine.store.reader()).unwrap()[0].id;
    let epoch = engine.rooms.outbound.sessions.relays.connection(relay);
    let epoch = epoch.unwrap().epoch;
    let user = |name: &str, key| user(name, PublicKey(key));
    let theirs = *KeyCard::decode(&bytes(&recording["their_card"]))
        .unwrap()
        .identity();
    let own = item(OUR_SEED).identity.public().box_key.to_bytes();
    let list = RelayFrame::UserList {
        users: vec![user("bob", own), user("ada", theirs.box_key.to_bytes())],
        skipped: 0,
        truncated: false,
    };
    let frame = RelayFrame::decode(step["frame"].as_str().unwrap()).unwrap();
    for event in [
        ConnectionEvent::Up,
        ConnectionEvent::Frame(list),
        ConnectionEvent::Frame(frame),
    ] {
        engine.connection_event(now, relay, epoch, &event).unwrap();
    }
}

/// The texts in the only chat.
fn texts(engine: &Engine) -> Vec<String> {
    let reader = engine.store.reader();
    let chat = engine.contacts.all().next().unwrap().chat;
    let page = messages::page(reader, chat, messages::Anchor::Newest, 400).unwrap();
    let came = page.messages.into_iter();
    let came = came.filter(|message| message.direction == messages::Direction::In);
    came.map(|message| message.text).collect()
}

/// What the older program wrote in a plain box: a request or an answer, as it stood there.
fn exchange(recording: &Value, encrypted: &str) -> Content {
    let theirs = *KeyCard::decode(&bytes(&recording["their_card"]))
        .unwrap()
        .identity();
    let own = item(OUR_SEED);
    let (own, hers) = (own.identity.box_key(), theirs.box_key);
    let opened = SharedBox::new(own, &hers).open(encrypted).unwrap();
    let text = str::from_utf8(&opened.plaintext).unwrap();
    let stripped = tag::strip(text, &hers, &own.public_key(), &opened.nonce);
    assert!(stripped.tagged);
    let content = Content::from_exchange_text(&stripped.text)
        .unwrap()
        .unwrap();
    // It is what we would have written of the same.
    assert_eq!(content.to_exchange_text().unwrap(), stripped.text);
    content
}

/// Everything that the older program wrote is read: requests and bundles, handshakes, and each
/// envelope of the conversation, with the texts that it brought then.
#[test]
fn what_the_older_program_wrote_is_read() {
    older_recording::record_if_asked();
    let (mut envelopes, mut handshakes, mut answers, mut requests) = (0, 0, 0, 0);
    for (path, recording) in recordings() {
        let card = KeyCard::decode(&bytes(&recording["their_card"])).unwrap();
        assert_eq!(card.incarnation(), 0, "{path}");
        let theirs = card.identity().fingerprint();
        let ours = item(OUR_SEED).identity.public().fingerprint();
        for (n, step) in recording["steps"].as_array().unwrap().iter().enumerate() {
            let RelayFrame::Message { encrypted, .. } =
                RelayFrame::decode(step["frame"].as_str().unwrap()).unwrap()
            else {
                panic!("{path}: {n} is no message")
            };
            let mut engine = engine(&recording, step);
            if envelope::is_envelope(&encrypted) {
                let address = envelope::address(&encrypted).unwrap();
                assert_eq!(address.recipient, envelope::recipient_tag(&ours));
                let keys = &engine.rooms.outbound.sessions.identity.keys;
                let inside = envelope::open(&encrypted, &ours, keys.mailbox()).unwrap();
                handshakes += usize::from(inside.header.is_some());
                envelopes += 1;
                give(&mut engine, &recording, step);
                let digest = Digest::from_bytes(inside.digest());
                let read = received::by_digest(engine.store.reader(), &theirs, &digest);
                assert!(read.unwrap().is_some(), "{path}: {n} was not read");
                let expected: Vec<&str> = step["texts"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|text| text.as_str().unwrap())
                    .collect();
                assert_eq!(texts(&engine), expected, "{path}: {n}");
                continue;
            }
            let content = exchange(&recording, &encrypted);
            if let Body::BundleAnswer(answer) = &content.body {
                let at = now_of(step).unix();
                let bundle = Bundle::open(&answer.bundle, &theirs, at).unwrap();
                assert_eq!(bundle.encoded(), answer.bundle);
                assert_eq!(bundle.card().encoded(), card.encoded());
                answers += 1;
            } else if let Body::BundleRequest(request) = &content.body {
                let asker = request.asker.map(Fingerprint::from_bytes);
                assert_eq!(asker, Some(theirs), "{path}: {n}");
                requests += 1;
            } else {
                panic!("{path}: {n} is something else");
            }
            give(&mut engine, &recording, step);
        }
    }
    let all = [envelopes, handshakes, answers, requests];
    assert!(
        envelopes >= 8 && handshakes >= 1 && answers >= 1 && requests >= 1,
        "too little was recorded: {all:?}"
    );
}

/// A recording that was changed anywhere in an envelope is not read: the check above can fail.
#[test]
fn a_changed_recording_is_not_read() {
    let (_, recording) = recordings().remove(0);
    let steps = recording["steps"].as_array().unwrap();
    let sealed = steps.iter().find(|step| {
        let frame = step["frame"].as_str().unwrap();
        frame.contains("sotto1.") && !step["session"].is_null()
    });
    let mut step = sealed.unwrap().clone();
    let state = step["session"]["state"].as_str().unwrap().to_owned();
    let mut engine_before = engine(&recording, &step);
    give(&mut engine_before, &recording, &step);
    let theirs = KeyCard::decode(&bytes(&recording["their_card"])).unwrap();
    let count = |engine: &Engine| {
        let row = peers::best_session(engine.store.reader(), &theirs.identity().fingerprint());
        row.unwrap().map(|row| row.state)
    };
    // It has moved on.
    assert_ne!(
        count(&engine_before).map(|s| HEXLOWER.encode(&s)),
        Some(state.clone())
    );
    let frame = step["frame"].as_str().unwrap().to_owned();
    let at = frame.find("sotto1.").unwrap() + 1_700;
    let mut changed = frame.into_bytes();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    step["frame"] = String::from_utf8(changed).unwrap().into();
    let mut engine = engine(&recording, &step);
    give(&mut engine, &recording, &step);
    assert_eq!(count(&engine).map(|s| HEXLOWER.encode(&s)), Some(state));
}
