//! Where the program keeps things on this computer. Profiles share only the relay of this
//! computer; each has a folder of its own.

use directories::BaseDirs;
use std::path::PathBuf;

/// The id of the program: folder names, D-Bus, keychain service.
pub const APP_ID: &str = "chat.sotto.desktop";

/// The name of the usual profile's folder.
const USUAL_PROFILE: &str = "default";

/// The folders of the program for this person.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Profiles and the data of the relay of this computer.
    pub data: PathBuf,
    /// Sockets and the address of the relay of this computer; emptied at logout where the system
    /// has such a folder.
    pub runtime: PathBuf,
    /// Logs.
    pub logs: PathBuf,
}

impl Folders {
    /// The folders for the person who runs the program, by the platform's conventions
    /// (XDG Base Directory Specification on Linux). None if the person has no home folder.
    #[must_use]
    pub fn of_person() -> Option<Self> {
        let base = BaseDirs::new()?;
        let data = base.data_dir().join(APP_ID);
        let runtime = match base.runtime_dir() {
            Some(dir) => dir.join(APP_ID),
            None => data.join("run"),
        };
        let logs = match base.state_dir() {
            Some(dir) => dir.join(APP_ID).join("log"),
            None => data.join("log"),
        };
        Some(Self {
            data,
            runtime,
            logs,
        })
    }

    /// The folder of a profile; the empty name is the usual one. None if the name cannot be one:
    /// 1 to 32 letters, digits, `-` and `_`.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<PathBuf> {
        profile_name(name).map(|name| self.data.join("profiles").join(name))
    }

    /// The folder in which the web view of a profile's window keeps what it keeps: the widths of
    /// the columns. None as of [`Self::profile`].
    #[must_use]
    pub fn webview(&self, name: &str) -> Option<PathBuf> {
        profile_name(name).map(|name| self.data.join("webview").join(name))
    }

    /// The folder of the data of the relay of this computer.
    #[must_use]
    pub fn relay(&self) -> PathBuf {
        self.data.join("relay")
    }
}

fn profile_name(name: &str) -> Option<&str> {
    let name = match name {
        "" => USUAL_PROFILE,
        named => named,
    };
    let fits = name.len() <= 32
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_name_cannot_leave_its_folder() {
        let folders = Folders {
            data: "/d".into(),
            runtime: "/r".into(),
            logs: "/l".into(),
        };
        assert_eq!(
            folders.profile("").unwrap(),
            PathBuf::from("/d/profiles/default")
        );
        assert_eq!(
            folders.profile("bob-2").unwrap(),
            PathBuf::from("/d/profiles/bob-2")
        );
        for name in ["..", "a/b", "a\\b", "ü", "a b", &"x".repeat(33)] {
            assert!(folders.profile(name).is_none(), "{name}");
        }
    }
}
