//! The KEMs and HPKE against the vectors of their specifications (`tests/vectors/kem.json`, which
//! says where each is from): what a crate of another version computes otherwise would part us from
//! everybody.

use crate::support::FixedRng;
use crate::vector_file::{array, load, unhex};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use ml_kem::ml_kem_768::{Ciphertext, DecapsulationKey};
use ml_kem::{Decapsulate, Encapsulate, KeyExport, Seed};
use serde_json::Value;

type PrivateKey = <XWing as Kem>::PrivateKey;
type Encapped = <XWing as Kem>::EncappedKey;

fn cases(list: &str) -> Vec<Value> {
    let cases = load("kem.json")[list].as_array().unwrap().clone();
    assert!(!cases.is_empty(), "{list}");
    cases
}

fn drawn(case: &Value) -> FixedRng {
    FixedRng::new(unhex(&case["randomness"]))
}

fn x_wing(case: &Value) -> PrivateKey {
    PrivateKey::from_bytes(&unhex(&case["seed"])).unwrap()
}

fn ml_kem(case: &Value) -> DecapsulationKey {
    DecapsulationKey::from_seed(Seed::from(array::<64>(&case["seed"])))
}

fn x_wing_secret(key: &PrivateKey, ciphertext: &Value) -> Vec<u8> {
    let ciphertext = Encapped::from_bytes(&unhex(ciphertext)).unwrap();
    XWing::decap(key, None, &ciphertext).unwrap().0.to_vec()
}

fn ml_kem_secret(key: &DecapsulationKey, ciphertext: &Value) -> Vec<u8> {
    let ciphertext = Ciphertext::from(array::<1_088>(ciphertext));
    key.decapsulate(&ciphertext).to_vec()
}

/// P-53, P-95.
#[test]
fn x_wing_is_that_of_its_draft() {
    for case in cases("x_wing") {
        let key = x_wing(&case);
        let public = XWing::sk_to_pk(&key);
        assert_eq!(public.to_bytes().to_vec(), unhex(&case["public"]));
        let (secret, ciphertext) = XWing::encap_with_rng(&public, None, &mut drawn(&case)).unwrap();
        assert_eq!(ciphertext.to_bytes().to_vec(), unhex(&case["ciphertext"]));
        assert_eq!(secret.0.to_vec(), unhex(&case["secret"]));
        assert_eq!(
            x_wing_secret(&key, &case["ciphertext"]),
            unhex(&case["secret"])
        );
    }
}

/// P-53, P-70.
#[test]
fn ml_kem_is_that_of_the_standard() {
    for case in cases("ml_kem_768") {
        let key = ml_kem(&case);
        let public = key.encapsulation_key();
        assert_eq!(public.to_bytes().to_vec(), unhex(&case["public"]));
        let (ciphertext, secret) = public.encapsulate_with_rng(&mut drawn(&case));
        assert_eq!(ciphertext.to_vec(), unhex(&case["ciphertext"]));
        assert_eq!(secret.to_vec(), unhex(&case["secret"]));
        assert_eq!(
            ml_kem_secret(&key, &case["ciphertext"]),
            unhex(&case["secret"])
        );
    }
}

/// FIPS 203, algorithm 18: a ciphertext that was changed gives another secret, always the same, and
/// no error that would tell anybody something.
#[test]
fn changed_ciphertext_gives_the_secret_of_implicit_rejection() {
    for case in cases("implicit_rejection") {
        let (list, found) = match case["kem"].as_str().unwrap() {
            "X-Wing" => ("x_wing", x_wing_secret(&x_wing(&case), &case["ciphertext"])),
            "ML-KEM-768" => (
                "ml_kem_768",
                ml_kem_secret(&ml_kem(&case), &case["ciphertext"]),
            ),
            other => panic!("{other}"),
        };
        assert_eq!(found, unhex(&case["secret"]));
        let good = cases(list);
        let good = good
            .iter()
            .find(|good| good["seed"] == case["seed"])
            .unwrap();
        assert_ne!(case["secret"], good["secret"]);
        assert_ne!(case["ciphertext"], good["ciphertext"]);
    }
}

/// P-98.
#[test]
fn hpke_is_that_of_its_draft() {
    for case in cases("hpke") {
        let key = x_wing(&case);
        let public = XWing::sk_to_pk(&key);
        assert_eq!(public.to_bytes().to_vec(), unhex(&case["public"]));
        let [info, aad, plaintext] = ["info", "aad", "plaintext"].map(|field| unhex(&case[field]));
        let (encapped, ciphertext) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
                &OpModeS::Base,
                &public,
                &info,
                &plaintext,
                &aad,
                &mut drawn(&case),
            )
            .unwrap();
        assert_eq!(encapped.to_bytes().to_vec(), unhex(&case["encapsulated"]));
        assert_eq!(ciphertext, unhex(&case["ciphertext"]));
        let open = |ciphertext: &[u8]| {
            hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
                &OpModeR::Base,
                &key,
                &encapped,
                &info,
                ciphertext,
                &aad,
            )
        };
        assert_eq!(open(&ciphertext).unwrap(), plaintext);
        let mut changed = ciphertext.clone();
        changed[0] ^= 1;
        assert!(open(&changed).is_err());
    }
}
