//! The crate against values that other implementations made (`tests/vectors`).

use data_encoding::HEXLOWER;
use serde_json::Value;
use sotto_protocol::{
    BoxPublicKey, BoxSecretKey, CounterItemError, DbCheck, Fingerprint, Identity, PublicIdentity,
    SafetyNumber, SecretItem, SecretItemError, counter_item, db_check, plain_box, tag,
};

const PLAIN_BOX: &str = include_str!("../../../../tests/vectors/plain-box.json");
const IDENTITY: &str = include_str!("../../../../tests/vectors/identity.json");
const SAFETY_NUMBER: &str = include_str!("../../../../tests/vectors/safety-number.json");
const TAG: &str = include_str!("../../../../tests/vectors/tag.json");

fn load(json: &str, list: &str) -> Vec<Value> {
    let root: Value = serde_json::from_str(json).unwrap();
    let cases = root[list].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{field}"))
}

fn hex(case: &Value, field: &str) -> Vec<u8> {
    HEXLOWER.decode(text(case, field).as_bytes()).unwrap()
}

fn hex_array<const N: usize>(case: &Value, field: &str) -> [u8; N] {
    hex(case, field).try_into().unwrap()
}

fn public_key(case: &Value, field: &str) -> BoxPublicKey {
    BoxPublicKey::from_base64(text(case, field)).unwrap()
}

/// P-30, P-31: with the same key either way, so that only its nonce tells one's own box from the
/// other side's.
#[test]
fn boxes_are_those_of_libsodium_in_both_directions() {
    for case in load(PLAIN_BOX, "boxes") {
        let name = text(&case, "name");
        let sender = BoxSecretKey::from_bytes(&hex_array(&case, "sender_secret"));
        let recipient = BoxSecretKey::from_bytes(&hex_array(&case, "recipient_secret"));
        let (sender_public, recipient_public) = (
            public_key(&case, "sender_public"),
            public_key(&case, "recipient_public"),
        );
        assert_eq!(sender.public_key(), sender_public, "{name}");
        assert_eq!(recipient.public_key(), recipient_public, "{name}");

        let nonce = hex_array(&case, "nonce");
        let plaintext = hex(&case, "plaintext");
        let encoded = text(&case, "encoded");
        let sealed = plain_box::seal(&sender, &recipient_public, nonce, &plaintext);
        assert_eq!(sealed, encoded, "{name}");

        let opened = plain_box::open(&recipient, &sender_public, encoded).unwrap();
        assert_eq!(*opened.plaintext, plaintext, "{name}");
        assert_eq!(opened.nonce, nonce, "{name}");
        assert_eq!(plain_box::peek_nonce(encoded), Ok(nonce), "{name}");

        let handed_back = plain_box::open(&sender, &recipient_public, encoded).unwrap();
        assert_eq!(*handed_back.plaintext, plaintext, "{name}");
        assert_eq!(handed_back.nonce, nonce, "{name}");
    }
}

/// P-10.
#[test]
fn weak_and_ambiguous_keys_are_refused() {
    for key in load(PLAIN_BOX, "refused_keys") {
        let key = key.as_str().unwrap();
        assert!(BoxPublicKey::from_base64(key).is_err(), "{key}");
    }
}

/// P-11, P-12.
#[test]
fn identities_have_the_keys_and_names_computed_elsewhere() {
    for case in load(IDENTITY, "identities") {
        let identity = Identity::from_seeds(
            &hex_array(&case, "signing_seed"),
            &hex_array(&case, "box_secret"),
            &hex_array(&case, "agreement_secret"),
        );
        let public = identity.public();
        assert_eq!(public.ed25519, hex_array(&case, "ed25519"));
        assert_eq!(public.box_key.to_base64(), text(&case, "box_key"));
        assert_eq!(public.agreement, hex_array(&case, "agreement"));
        assert_eq!(public.fingerprint().to_hex(), text(&case, "fingerprint"));
        assert_eq!(public.account_id().to_string(), text(&case, "account_id"));
        assert_eq!(
            Fingerprint::of_box_key(&public.box_key).to_hex(),
            text(&case, "box_key_fingerprint")
        );
    }
}

/// P-20.
#[test]
fn secret_items_are_written_and_read_as_computed_elsewhere() {
    for case in load(IDENTITY, "identities") {
        let bytes = hex(&case, "secret_item");
        let item = SecretItem::decode(&bytes).unwrap();
        assert_eq!(*item.database_key, hex_array(&case, "database_key"));
        let fingerprint = item.identity.public().fingerprint();
        assert_eq!(fingerprint.to_hex(), text(&case, "fingerprint"));
        assert_eq!(*item.encode(), bytes);
    }
}

/// P-20.
#[test]
fn secret_item_of_a_later_version_is_not_called_damaged() {
    let root: Value = serde_json::from_str(IDENTITY).unwrap();
    let error = SecretItem::decode(&hex(&root, "newer_secret_item")).unwrap_err();
    assert_eq!(error, SecretItemError::Newer { version: 2 });
}

/// P-25.
#[test]
fn counter_items_are_written_and_read_as_computed_elsewhere() {
    for case in load(IDENTITY, "counters") {
        let key = hex_array(&case, "database_key");
        let counter = text(&case, "counter").parse().unwrap();
        let item = hex(&case, "item");
        assert_eq!(counter_item::encode(counter, &key), item);
        assert_eq!(counter_item::decode(&item, &key), Ok(counter));
    }
}

/// P-25.
#[test]
fn counter_item_of_a_later_version_is_not_called_damaged() {
    let root: Value = serde_json::from_str(IDENTITY).unwrap();
    let newer = &root["newer_counter_item"];
    let found = counter_item::decode(&hex(newer, "item"), &hex_array(newer, "database_key"));
    assert_eq!(found, Err(CounterItemError::Newer { version: 2 }));
}

/// P-22.
#[test]
fn database_check_values_are_those_computed_elsewhere() {
    for case in load(IDENTITY, "identities") {
        let key = hex_array(&case, "database_key");
        let check: [u8; 16] = hex_array(&case, "db_check");
        assert_eq!(db_check(&key).to_bytes(), check);
        assert!(DbCheck::from_bytes(check).matches(&key));
    }
}

/// P-40, P-41, P-42.
#[test]
fn tags_are_written_and_removed_as_computed_elsewhere() {
    for case in load(TAG, "tags") {
        let name = text(&case, "name");
        let (sender, recipient) = (public_key(&case, "sender"), public_key(&case, "recipient"));
        let nonce = hex_array(&case, "nonce");
        let (plain, tagged) = (text(&case, "text"), text(&case, "tagged"));

        let stripped = tag::strip(tagged, &sender, &recipient, &nonce);
        assert_eq!(stripped.text, plain, "{name}");
        assert!(stripped.tagged, "{name}");
        if case["version"] == 1 {
            let appended = tag::append(plain, &sender, &recipient, &nonce);
            assert_eq!(appended, tagged, "{name}");
        }
    }
}

/// P-130.
#[test]
fn safety_numbers_are_those_computed_elsewhere() {
    for case in load(SAFETY_NUMBER, "numbers") {
        let [one, other] = ["one", "other"].map(|who| PublicIdentity {
            ed25519: hex_array(&case[who], "ed25519"),
            box_key: BoxPublicKey::from_bytes(hex_array(&case[who], "box_key")).unwrap(),
            agreement: hex_array(&case[who], "agreement"),
        });
        let whole = SafetyNumber::of_identities(&one, &other);
        assert_eq!(whole.digits(), text(&case, "identities"));
        let boxes = SafetyNumber::of_box_keys(&other.box_key, &one.box_key);
        assert_eq!(boxes.digits(), text(&case, "box_keys"));
    }
}
