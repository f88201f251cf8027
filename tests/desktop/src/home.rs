//! A computer's folders for one person: everything that a program of ours may write lies below
//! one temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Variables that would lead out of the home or into the session of whoever runs the tests.
const FOREIGN: [&str; 11] = [
    "GNOME_KEYRING_CONTROL",
    "XDG_CURRENT_DESKTOP",
    "WAYLAND_DISPLAY",
    "DISPLAY",
    "SOTTO_PASSPHRASE",
    "RUST_LOG",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// One person's folders, removed when dropped.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// Makes the folders.
    ///
    /// # Panics
    /// Where the temporary folder is not writable.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("sotto-test-")
            .tempdir()
            .expect("the temporary folder is writable");
        let home = Self { folder };
        for (_, path) in home.variables() {
            fs::create_dir_all(&path).expect("a folder can be made in a fresh one");
            #[cfg(unix)]
            private(&path);
        }
        home
    }

    /// The folder that holds all the others.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the app's usual profile.
    pub fn profile(&self) -> PathBuf {
        let data = self.path().join("home/.local/share");
        data.join("chat.sotto.desktop/profiles/default")
    }

    /// Every socket file below.
    ///
    /// # Panics
    /// Where a folder cannot be read.
    #[cfg(unix)]
    pub fn sockets(&self) -> Vec<PathBuf> {
        use std::os::unix::fs::FileTypeExt;
        let mut folders = vec![self.path().to_owned()];
        let mut sockets = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)
                .expect("an own folder can be read")
                .flatten()
            {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_socket() => sockets.push(entry.path()),
                    _ => {}
                }
            }
        }
        sockets
    }

    /// A command whose programs know only these folders.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        self.furnish(&mut command);
        command
    }

    /// Makes a command know only these folders.
    pub fn furnish(&self, command: &mut Command) {
        for name in FOREIGN {
            command.env_remove(name);
        }
        // A bus that is not there: without any address, GTK would start one and leave it behind.
        let no_bus = format!("unix:path={}", self.path().join("no-bus").display());
        command
            .env("DBUS_SESSION_BUS_ADDRESS", no_bus)
            .envs(self.variables())
            .current_dir(self.path());
    }

    /// The variables by which programs of a desktop find their folders, for a program that needs
    /// whatever else lies in the person's own home (cargo does).
    pub fn desktop_folders(&self) -> [(&'static str, PathBuf); 5] {
        [
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("XDG_STATE_HOME", "home/.local/state"),
            // Sockets of the desktop must lie in a short path (108 bytes).
            ("XDG_RUNTIME_DIR", "run"),
        ]
        .map(|(name, path)| (name, self.path().join(path)))
    }

    fn variables(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        let own = [("HOME", "home"), ("TMPDIR", "tmp")];
        let own = own.map(|(name, path)| (name, self.path().join(path)));
        own.into_iter().chain(self.desktop_folders())
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(unix)]
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .expect("the permissions of an own folder can be set");
}
