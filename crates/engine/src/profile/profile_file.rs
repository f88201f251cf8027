//! `profile.json`: which keys belong to a profile's folder, and whether the profile was finished.
//! Nothing in it is secret.

use super::error::ProfileError;
use crate::api::{KeyStorage, StartProblem};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io;
use std::path::Path;

/// The name of the file in its folder.
const NAME: &str = "profile.json";
/// The version that this program writes.
const VERSION: u32 = 1;
/// The longest file that is read, bytes.
const MAX_BYTES: u64 = 64 * 1024;
/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct ProfileFile {
    version: u32,
    /// The random id of the profile, 32 hexadecimal digits.
    pub(super) id: String,
    /// Where the keys lie.
    pub(super) keys: KeyStorage,
    /// Whether the profile was made to its end.
    pub(super) finished: bool,
}

impl ProfileFile {
    /// The file of a profile that is being made; `id` is that of a first start that was cut off.
    pub(super) fn unfinished(id: Option<String>, keys: KeyStorage) -> Result<Self, ProfileError> {
        Ok(Self {
            version: VERSION,
            id: match id {
                Some(id) => id,
                None => new_id()?,
            },
            keys,
            finished: false,
        })
    }

    /// Reads it; `None` if there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, ProfileError> {
        match sotto_private_files::read(&folder.join(NAME), MAX_BYTES) {
            Ok(Some(bytes)) => Ok(Some(Self::parse(&bytes)?)),
            Ok(None) => Err(StartProblem::ProfileDamaged.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads what stands in it. A newer version may have other keys and other places for them, so
    /// the number of the version counts before anything else.
    fn parse(bytes: &[u8]) -> Result<Self, StartProblem> {
        // Put there by some editors.
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let file: Value =
            serde_json::from_slice(bytes).map_err(|_| StartProblem::ProfileDamaged)?;
        let version = file.get("version").and_then(Value::as_u64);
        let place = file.get("keys").filter(|place| place.is_string());
        let is_newer = version.is_some_and(|version| version > u64::from(VERSION))
            || place.is_some_and(|place| KeyStorage::deserialize(place).is_err());
        if is_newer {
            return Err(StartProblem::HistoryNewer);
        }
        serde_json::from_value(file)
            .ok()
            .filter(|file: &Self| is_id(&file.id))
            .ok_or(StartProblem::ProfileDamaged)
    }

    /// Writes it: all of it or nothing.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ProfileError> {
        let bytes = serde_json::to_vec(self).map_err(|_| StartProblem::FolderUnusable)?;
        Ok(sotto_private_files::replace(&folder.join(NAME), &bytes)?)
    }
}

/// Whether it is 32 hexadecimal digits, as [`new_id`] makes them.
fn is_id(id: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    id.len() == 32 && id.bytes().all(is_digit)
}

fn new_id() -> Result<String, ProfileError> {
    let mut id = [0u8; 16];
    getrandom::fill(&mut id).map_err(|_| StartProblem::FolderUnusable)?;
    Ok(HEXLOWER.encode(&id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE: &str = r#"{"version":1,"id":"0123456789abcdef0123456789abcdef","keys":"passphrase","finished":true}"#;

    fn problem(text: &str) -> Option<StartProblem> {
        ProfileFile::parse(text.as_bytes()).err()
    }

    #[test]
    fn byte_order_mark_is_skipped() {
        assert_eq!(problem(WHOLE), None);
        assert_eq!(problem(&format!("\u{feff}{WHOLE}\r\n")), None);
    }

    #[test]
    fn what_was_not_written_whole_is_damaged() {
        for text in [
            "",
            " ",
            "\u{feff}",
            "\0\0\0\0",
            "{}",
            "null",
            "[1]",
            &WHOLE.replace("0123", "0X23"),
            &WHOLE.replace("0123", ""),
            &WHOLE.replace("true", "1"),
            &WHOLE.replace("\"passphrase\"", "7"),
            &WHOLE.replace(":1,", ":-1,"),
            &format!("{WHOLE}{WHOLE}"),
        ] {
            assert_eq!(problem(text), Some(StartProblem::ProfileDamaged), "{text}");
        }
        let utf_16: Vec<u8> = WHOLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(ProfileFile::parse(&utf_16).is_err());
    }

    #[test]
    fn what_a_newer_version_wrote_is_newer_whatever_else_it_says() {
        for text in [
            WHOLE.replace(":1,", ":2,"),
            WHOLE.replace(":1,", ":99999999999,"),
            WHOLE.replace("passphrase", "security_key"),
            r#"{"version":2}"#.to_owned(),
            r#"{"version":2,"keys":{"kind":"tpm"},"id":7}"#.to_owned(),
        ] {
            assert_eq!(problem(&text), Some(StartProblem::HistoryNewer), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_cut_of_it_is_read(end in 0..WHOLE.len()) {
            let cut = ProfileFile::parse(WHOLE.as_bytes().get(..end).unwrap());
            prop_assert_eq!(cut.err(), Some(StartProblem::ProfileDamaged));
        }
    }
}
