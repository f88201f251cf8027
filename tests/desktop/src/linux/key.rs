//! Keys of a keyboard as WebDriver presses them (section 17.4.2).

use serde_json::{Value, json};

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Tab.
    Tab,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Shift, held down in a chord.
    Shift,
    /// Control, held down in a chord.
    Control,
    /// Alt, held down in a chord.
    Alt,
    /// Arrow up.
    Up,
    /// Arrow to the right.
    Right,
    /// Arrow down.
    Down,
    /// F3, which goes to the next result.
    F3,
    /// F6, which goes to the next pane.
    F6,
    /// A character.
    Char(char),
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Tab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Shift => '\u{e008}',
            Self::Control => '\u{e009}',
            Self::Alt => '\u{e00a}',
            Self::Escape => '\u{e00c}',
            Self::Up => '\u{e013}',
            Self::Right => '\u{e014}',
            Self::Down => '\u{e015}',
            Self::F3 => '\u{e033}',
            Self::F6 => '\u{e036}',
            Self::Char(character) => character,
        }
    }
}

/// One movement of a key: `keyDown` or `keyUp`.
pub(crate) fn stroke(kind: &str, key: Key) -> Value {
    json!({ "type": kind, "value": key.code().to_string() })
}
