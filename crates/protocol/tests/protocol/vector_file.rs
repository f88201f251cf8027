//! The files of `tests/vectors`: how they are read, and written on purpose.

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;

/// 32 bytes that are nothing special.
pub(crate) fn bytes32(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

pub(crate) fn bytes64(name: &str) -> [u8; 64] {
    let both = [bytes32(name), bytes32(&format!("{name} again"))].concat();
    both.try_into().unwrap()
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    HEXLOWER.encode(bytes.as_ref())
}

pub(crate) fn unhex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    unhex(value).try_into().unwrap()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/vectors")
        .join(name)
}

pub(crate) fn load(name: &str) -> Value {
    serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap()
}

/// Compares with the file, or writes it on purpose.
pub(crate) fn check(name: &str, computed: &Value) {
    if std::env::var_os("SOTTO_BLESS").is_some_and(|value| value == "1") {
        let text = serde_json::to_string_pretty(computed).unwrap() + "\n";
        fs::write(path(name), text).unwrap();
    }
    assert_eq!(&load(name), computed, "{name}");
}
