//! Lines of JSON on this process's stdout, and the text of help and version.

use serde_json::Value;
use std::io::{self, Write as _};

/// Writes one line to stdout and flushes it.
pub(crate) fn write_line(line: &Value) -> io::Result<()> {
    let mut text = one_line(line);
    text.push('\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes a text for a person to stdout. Whoever has read enough and closed the pipe is no fault.
pub(crate) fn write_text(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a value as JSON on one line that does nothing to a terminal.
///
/// JSON itself escapes only U+0000 to U+001F; texts and names come from anybody.
fn one_line(value: &Value) -> String {
    let text = value.to_string();
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmful(character) {
            // None of them lies beyond the first plane, so one escape says it.
            safe.extend(format!("\\u{:04x}", u32::from(character)).chars());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Controls that terminals obey, ends of lines that some readers see, and changes of direction.
const fn is_harmful(character: char) -> bool {
    matches!(
        character,
        '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn controls_and_changes_of_direction_are_escaped() {
        let value = json!({ "text": "a\u{1b}[2J\u{9b}2J\u{7f}\u{2028}\u{202e}b\u{200d}é😀" });
        let line = one_line(&value);
        assert_eq!(
            line,
            r#"{"text":"a\u001b[2J\u009b2J\u007f\u2028\u202eb"#.to_owned() + "\u{200d}é😀\"}"
        );
    }

    proptest! {
        #[test]
        fn every_text_reads_back_from_one_harmless_line(text: String) {
            let value = json!({ "text": text, "list": [text] });
            let line = one_line(&value);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
        }
    }
}
