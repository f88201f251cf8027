//! The passphrase file as its users see it.

use sotto_keychain::{Argon2Cost, KeyVault, PassphraseFile, VaultError};
use sotto_protocol::SecretItem;
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

fn vault(path: &Path, passphrase: &str) -> PassphraseFile {
    PassphraseFile::new(path, Zeroizing::new(passphrase.to_owned())).with_cost(Argon2Cost::LEAST)
}

/// A fixed item: that of the first identity of `tests/vectors/identity.json`.
fn item() -> SecretItem {
    let json = include_str!("../../../../tests/vectors/identity.json");
    let (_, rest) = json.split_once("\"secret_item\": \"").unwrap();
    let (hex, _) = rest.split_once('"').unwrap();
    let bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    SecretItem::decode(&bytes).unwrap()
}

#[test]
fn item_is_read_back_with_the_passphrase_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let file = vault(&path, "correct horse");
    assert!(!file.exists().unwrap());
    assert_eq!(file.load().unwrap_err(), VaultError::Missing);
    file.store(&item()).unwrap();
    assert!(file.exists().unwrap());
    assert_eq!(file.load().unwrap().encode(), item().encode());
    let error = vault(&path, "battery staple").load().unwrap_err();
    assert_eq!(error, VaultError::WrongPassphrase);
}

#[test]
fn file_with_the_recommended_cost_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let passphrase = Zeroizing::new("correct horse".to_owned());
    PassphraseFile::new(&path, passphrase)
        .store(&item())
        .unwrap();
    let read = vault(&path, "correct horse").load().unwrap();
    assert_eq!(read.encode(), item().encode());
}

#[test]
fn nothing_secret_stands_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    vault(&path, "correct horse").store(&item()).unwrap();
    let content = fs::read(&path).unwrap();
    let secret = item().encode();
    for piece in secret.windows(8).chain([b"correct ".as_slice()]) {
        assert!(!content.windows(8).any(|window| window == piece));
    }
}

#[test]
fn no_two_files_are_sealed_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    vault(&path, "correct horse").store(&item()).unwrap();
    let first = fs::read(&path).unwrap();
    vault(&path, "correct horse").store(&item()).unwrap();
    let second = fs::read(&path).unwrap();
    // Salt and nonce, bytes 17 to 57.
    assert_ne!(first[17..33], second[17..33]);
    assert_ne!(first[33..57], second[33..57]);
}

#[test]
fn damaged_file_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    for content in [b"".as_slice(), b"SOTP", b"something else", &[0; 5_000]] {
        fs::write(&path, content).unwrap();
        let error = vault(&path, "correct horse").load().unwrap_err();
        assert_eq!(error, VaultError::Damaged);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn deleted_file_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let file = vault(&path, "correct horse");
    file.store(&item()).unwrap();
    file.delete().unwrap();
    assert_eq!(file.load().unwrap_err(), VaultError::Missing);
    assert_eq!(file.delete().unwrap_err(), VaultError::Missing);
}

#[test]
fn folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = vault(&folder.path().join("no/keys"), "correct horse");
    assert_eq!(
        file.store(&item()).unwrap_err(),
        VaultError::Io(std::io::ErrorKind::NotFound)
    );
}

#[test]
fn debug_shows_nothing() {
    let file = vault(Path::new("/somewhere/keys"), "correct horse");
    assert_eq!(format!("{file:?}"), "PassphraseFile { .. }");
}

#[test]
fn counter_is_kept_in_a_file_beside_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let counter = vault(&folder.path().join("keys.sealed"), "correct horse").counter();
    let key = &item().database_key;
    // P-25: a history of an older program has none.
    assert_eq!(counter.read(key), Ok(None));
    for value in [1, 2, u64::MAX] {
        counter.write(value, key).unwrap();
        assert_eq!(counter.read(key), Ok(Some(value)));
    }
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["keys.counter"]);
}

/// P-25.
#[test]
fn damaged_or_foreign_counter_is_found_and_left_until_the_next_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.counter");
    let counter = vault(&folder.path().join("keys.sealed"), "correct horse").counter();
    let key = &item().database_key;
    counter.write(7, key).unwrap();
    assert_eq!(counter.read(&[9; 32]), Err(VaultError::Damaged));

    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(counter.read(key), Err(VaultError::Damaged));
        assert_eq!(fs::read(&path).unwrap(), changed);
    }
    for content in [b"".as_slice(), &whole[..28], &[7; 5_000]] {
        fs::write(&path, content).unwrap();
        assert_eq!(counter.read(key), Err(VaultError::Damaged));
    }
    counter.write(8, key).unwrap();
    assert_eq!(counter.read(key), Ok(Some(8)));
}

#[test]
fn counter_that_cannot_be_written_says_why_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let counter = vault(&folder.path().join("keys.sealed"), "correct horse").counter();
    let key = &item().database_key;
    counter.write(7, key).unwrap();
    // A folder in the place of the new file makes the write fail.
    fs::create_dir(folder.path().join("keys.counter.new")).unwrap();
    assert!(matches!(counter.write(8, key), Err(VaultError::Io(_))));
    assert_eq!(counter.read(key), Ok(Some(7)));
}
