//! Looking for planted secrets in files, in all the forms in which a program might write them.
//!
//! Called by the canary test, which first shows on a control file that every form is found, and by
//! the test of what a relay sees.

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A secret with the name under which a find is told.
#[derive(Clone)]
pub struct Canary {
    name: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A text, looked for as UTF-8 and UTF-16 and as hex and base64 of its UTF-8.
    pub fn text(name: &str, text: &str) -> Self {
        let mut canary = Self::bytes(name, text.as_bytes());
        let units = || text.encode_utf16();
        let little = units().flat_map(u16::to_le_bytes).collect();
        let big = units().flat_map(u16::to_be_bytes).collect();
        canary.forms.push(("UTF-16LE", little));
        canary.forms.push(("UTF-16BE", big));
        // As a program that escapes for JSON would write it.
        let escaped: String = text.encode_utf16().map(escape).collect();
        if escaped != text {
            canary.forms.push(("JSON escapes", escaped.into_bytes()));
        }
        canary
    }

    /// Bytes, looked for as they are and as hex and base64, in both alphabets and at each of the
    /// three places at which they can start in a group.
    ///
    /// # Panics
    /// Where there are fewer than 8 bytes: chance would find them.
    pub fn bytes(name: &str, bytes: &[u8]) -> Self {
        assert!(bytes.len() >= 8, "{name} is too short to look for");
        let hex = HEXLOWER.encode(bytes);
        let mut forms = vec![
            ("raw", bytes.to_vec()),
            ("hex", hex.clone().into_bytes()),
            ("upper-case hex", hex.to_uppercase().into_bytes()),
        ];
        for (form, encoded) in ["base64", "base64 + 1", "base64 + 2"]
            .into_iter()
            .zip(alignments(bytes))
        {
            let url = encoded.replace('+', "-").replace('/', "_");
            if url != encoded {
                forms.push(("base64url", url.into_bytes()));
            }
            forms.push((form, encoded.into_bytes()));
        }
        Self {
            name: name.to_owned(),
            forms,
        }
    }

    /// The name of the canary.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every form of it with its name.
    pub fn forms(&self) -> &[(&'static str, Vec<u8>)] {
        &self.forms
    }
}

/// Something found: canary, form, file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Find {
    /// The canary's name.
    pub canary: String,
    /// The form that it had.
    pub form: &'static str,
    /// Where it lay.
    pub file: PathBuf,
}

/// What a search saw.
#[derive(Default)]
pub struct Search {
    /// Each canary found, once for each form and file.
    pub finds: Vec<Find>,
    /// How many files were read, by their total size.
    pub files: BTreeMap<PathBuf, u64>,
}

/// Reads every regular file below the folder, and looks at the file names, too.
///
/// # Errors
/// Where a folder or file cannot be read; a file that is gone meanwhile is no error.
pub fn search(folder: &Path, canaries: &[Canary]) -> io::Result<Search> {
    let mut result = Search::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let kind = fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                look_into(&path, canaries, &mut result)?;
            }
        }
    }
    Ok(result)
}

fn look_into(path: &Path, canaries: &[Canary], result: &mut Search) -> io::Result<()> {
    let mut content = match fs::read(path) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    result.files.insert(path.to_owned(), content.len() as u64);
    content.push(0);
    content.extend_from_slice(path.as_os_str().as_encoded_bytes());
    result.finds.extend(look(&content, path, canaries));
    Ok(())
}

/// Looks for every form of every canary in one content.
pub fn look(content: &[u8], file: &Path, canaries: &[Canary]) -> Vec<Find> {
    let forms = canaries
        .iter()
        .flat_map(|canary| canary.forms.iter().map(move |form| (canary, form)));
    forms
        .filter(|(_, (_, needle))| contains(content, needle))
        .map(|(canary, (form, _))| Find {
            canary: canary.name.clone(),
            form,
            file: file.to_owned(),
        })
        .collect()
}

fn contains(content: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(content, needle).is_some()
}

/// The part of the base64 text that only these bytes decide, for each place in a group of three.
fn alignments(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|shift| {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(bytes);
        let encoded = BASE64_NOPAD.encode(&shifted);
        // The first characters depend on the bytes before, the last on those behind.
        let from = [0, 2, 3][shift];
        let whole = shifted.len() * 8 / 6;
        encoded.chars().take(whole).skip(from).collect()
    })
}

fn escape(unit: u16) -> String {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::{BASE64, BASE64URL};

    #[test]
    fn every_form_is_found_wherever_it_starts() {
        let secret = "Grüße an den Reiher";
        let canary = [Canary::text("secret", secret)];
        for before in 0..7 {
            let mut plain = vec![b'x'; before];
            plain.extend_from_slice(secret.as_bytes());
            plain.extend_from_slice(b"yz");
            let written = [
                plain.clone(),
                HEXLOWER.encode(&plain).into_bytes(),
                HEXLOWER.encode(&plain).to_uppercase().into_bytes(),
                BASE64.encode(&plain).into_bytes(),
                BASE64URL.encode(&plain).into_bytes(),
                String::from_utf8_lossy(&plain)
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect(),
                String::from_utf8_lossy(&plain)
                    .encode_utf16()
                    .flat_map(u16::to_be_bytes)
                    .collect(),
            ];
            for content in written {
                assert!(
                    !look(&content, Path::new("x"), &canary).is_empty(),
                    "{content:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        let canary = [Canary::text("secret", "Grüße an den Reiher")];
        assert!(look(&[b'G'; 4096], Path::new("x"), &canary).is_empty());
    }
}
