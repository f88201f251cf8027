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
    SecretItem::decode(&bytes(field(json, "secret_item"))).unwrap()
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

/// P-24: what others computed (`tests/vectors/passphrase-file.json`), with the passphrase exactly as
/// it was typed.
#[test]
fn files_that_were_made_elsewhere_open() {
    let json = include_str!("../../../../tests/vectors/passphrase-file.json");
    let mut files = 0;
    for case in json.split("\"name\":").skip(1) {
        let content = bytes(field(case, "file"));
        let passphrase = unescaped(field(case, "passphrase"));
        let item = PassphraseFile::open(&content, &passphrase).unwrap();
        assert_eq!(*item.encode(), bytes(field(case, "item")));
        let trimmed = passphrase.trim_end();
        let other = if trimmed == passphrase { "" } else { trimmed };
        let error = PassphraseFile::open(&content, other).unwrap_err();
        assert_eq!(error, VaultError::WrongPassphrase);
        files += 1;
    }
    assert_eq!(files, 2);
}

/// P-24: in the order in which the rule has them.
#[test]
fn what_is_wrong_with_a_file_is_said_in_the_order_of_the_rule() {
    let json = include_str!("../../../../tests/vectors/passphrase-file.json");
    let good = bytes(field(json, "file"));
    let with = |at: usize, new: &[u8]| {
        let mut file = good.clone();
        file[at..at + new.len()].copy_from_slice(new);
        file
    };
    let number = |number: u32| number.to_be_bytes();
    let long = [&good[..57], &[0; 2_017]].concat();
    let cases = [
        (with(0, b"X"), VaultError::Damaged),
        (b"SOTP".to_vec(), VaultError::Damaged),
        (with(4, &[0]), VaultError::Damaged),
        (with(4, &[2]), VaultError::Newer),
        (b"SOTP\x02".to_vec(), VaultError::Newer),
        (good[..57 + 16].to_vec(), VaultError::Damaged),
        (long, VaultError::Damaged),
        (with(5, &number(8_191)), VaultError::Damaged),
        (with(5, &number(1_048_577)), VaultError::Damaged),
        (with(9, &number(0)), VaultError::Damaged),
        (with(9, &number(17)), VaultError::Damaged),
        (with(13, &number(0)), VaultError::Damaged),
        (with(13, &number(9)), VaultError::Damaged),
        (with(9, &number(2)), VaultError::WrongPassphrase),
        (with(17, &[0; 16]), VaultError::WrongPassphrase),
        (with(33, &[0; 24]), VaultError::WrongPassphrase),
        (with(57, &[0]), VaultError::WrongPassphrase),
        (good[..57 + 17].to_vec(), VaultError::WrongPassphrase),
    ];
    for (at, (file, error)) in cases.into_iter().enumerate() {
        let found = PassphraseFile::open(&file, "correct horse").unwrap_err();
        assert_eq!(found, error, "{at}");
    }
}

/// The first value of a name, as it stands in JSON.
fn field<'a>(json: &'a str, name: &str) -> &'a str {
    let (_, rest) = json.split_once(&format!("\"{name}\": \"")).unwrap();
    rest.split_once('"').unwrap().0
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The text of JSON whose only escapes are `\uXXXX`.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(4);
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}
