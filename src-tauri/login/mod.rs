//! Starting at login: quietly, in the tray, if the person wants it. The system's own list of such
//! programs is what decides; nothing else remembers it.

#[cfg(target_os = "linux")]
mod entry;
#[cfg(not(target_os = "linux"))]
#[path = "entry_elsewhere.rs"]
mod entry;

use entry::Entry;
use sotto_engine::api::ErrorCode;
use std::io;
use tauri::{AppHandle, Manager as _};

/// What an entry of this program's profile is called, and what it starts the program with.
pub(crate) struct Login {
    name: String,
    arguments: Vec<String>,
}

impl Login {
    /// Each profile has an entry of its own.
    pub(crate) fn of(profile: &str) -> Self {
        let arguments: &[&str] = match profile {
            "" => &["--hidden"],
            named => &["--hidden", "--profile", named],
        };
        Self {
            name: match profile {
                "" => "Sotto".to_owned(),
                named => format!("Sotto-{named}"),
            },
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
        }
    }
}

/// Whether the program starts at login.
pub(crate) fn starts(app: &AppHandle) -> Result<bool, ErrorCode> {
    entry(app)
        .and_then(|entry| entry.starts())
        .map_err(|error| refused(&error))
}

/// Has it started at login, or not any more.
pub(crate) fn set_starts(app: &AppHandle, start: bool) -> Result<(), ErrorCode> {
    let entry = entry(app).map_err(|error| refused(&error))?;
    let changed = if start { entry.add() } else { entry.remove() };
    changed.map_err(|error| refused(&error))
}

fn entry(app: &AppHandle) -> io::Result<Entry> {
    let login = app.state::<Login>();
    Entry::new(app, &login.name, &login.arguments)
}

fn refused(error: &io::Error) -> ErrorCode {
    tracing::warn!(kind = %error.kind(), "the programs that start at login");
    ErrorCode::LoginRefused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_an_entry_of_its_own_that_starts_it() {
        let (usual, work) = (Login::of(""), Login::of("work"));
        assert_eq!(usual.name, "Sotto");
        assert_eq!(usual.arguments, ["--hidden"]);
        assert_eq!(work.name, "Sotto-work");
        assert_eq!(work.arguments, ["--hidden", "--profile", "work"]);
    }
}
