//! A program that a Linux desktop starts at login (Desktop Application Autostart Specification 0.5).
//!
//! Written here and not by a library: those that there are put the path of the program into the
//! command line as it is, where a space ends it.

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};
use tauri::{AppHandle, Manager as _};

/// Lines by which a desktop's settings switch an entry off and leave it where it is.
const SWITCHED_OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// The entry of this program, whether it is there or not.
pub(super) struct Entry {
    file: PathBuf,
    /// The line that starts the program.
    exec: String,
}

impl Entry {
    /// The entry of this name, which starts the program with these arguments.
    pub(super) fn new(app: &AppHandle, name: &str, arguments: &[String]) -> io::Result<Self> {
        // The program inside of an AppImage is gone when that ends.
        let program = match app.env().appimage {
            Some(image) => PathBuf::from(image),
            None => env::current_exe()?,
        };
        let folder = app.path().config_dir().map_err(io::Error::other)?;
        Self::at(&folder.join("autostart"), name, &program, arguments)
    }

    fn at(folder: &Path, name: &str, program: &Path, arguments: &[String]) -> io::Result<Self> {
        let program = program.to_str().and_then(quoted);
        let program = program.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(Self {
            file: folder.join(format!("{name}.desktop")),
            exec: format!("Exec={}", [&[program], arguments].concat().join(" ")),
        })
    }

    /// Whether the program is started: by an entry that is not switched off and leads to it.
    pub(super) fn starts(&self) -> io::Result<bool> {
        let entry = match fs::read(&self.file) {
            Ok(entry) => entry,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let entry = String::from_utf8_lossy(&entry);
        let has = |wanted: &str| entry.lines().any(|line| line == wanted);
        Ok(has(&self.exec) && !SWITCHED_OFF.iter().any(|line| has(line)))
    }

    /// Puts it there, in place of what stands there: whole or not at all.
    pub(super) fn add(&self) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Sotto\nIcon=sotto\n{}\n\
             StartupNotify=false\nTerminal=false\n",
            self.exec
        );
        sotto_private_files::replace(&self.file, entry.as_bytes())
    }

    /// Takes it away.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A word of the line that starts a program (Desktop Entry Specification 1.5, "The Exec key"): it is
/// unescaped as a value of the file, then as a quoted argument, and `%` begins a field code.
fn quoted(word: &str) -> Option<String> {
    let mut line = String::from('"');
    for char in word.chars() {
        match char {
            '"' | '`' | '$' => line.extend(["\\\\", char.encode_utf8(&mut [0; 4])]),
            '\\' => line.push_str("\\\\\\\\"),
            '%' => line.push_str("%%"),
            char if char.is_control() => return None,
            char => line.push(char),
        }
    }
    line.push('"');
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtk::glib;
    use std::process;

    /// A folder of its own, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("sotto-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    /// What GLib, which GNOME starts programs with, reads out of an entry.
    fn read_by_glib(file: &Path) -> Vec<String> {
        let entry = glib::KeyFile::new();
        let content = fs::read_to_string(file).unwrap();
        let flags = glib::KeyFileFlags::NONE;
        entry.load_from_data(&content, flags).unwrap();
        assert_eq!(
            entry.string("Desktop Entry", "Type").unwrap(),
            "Application"
        );
        let line = entry.string("Desktop Entry", "Exec").unwrap();
        let words = glib::shell_parse_argv(line.replace("%%", "%")).unwrap();
        let words = words.into_iter().map(|word| word.into_string().unwrap());
        words.collect()
    }

    #[test]
    fn program_is_started_whatever_its_path_is() {
        let folder = folder("login-paths");
        for path in [
            "/usr/bin/sotto",
            "/home/ada/My Programs/Sotto 0.1.AppImage",
            r#"/srv/a "quoted" one/sotto"#,
            r"/srv/back\slash\\es/sotto",
            "/srv/$HOME/`id`/100%u/sotto",
            "/srv/it's #1; a & b | c > d/sotto~*?",
            "/srv/تجربة/Ünïcode/sotto",
        ] {
            let arguments = ["--hidden".to_owned()];
            let entry = Entry::at(&folder, "Sotto", Path::new(path), &arguments).unwrap();
            entry.add().unwrap();
            assert_eq!(read_by_glib(&entry.file), [path, "--hidden"]);
            assert!(entry.starts().unwrap(), "{path}");
        }
        let files = fs::read_dir(&folder).unwrap().count();
        assert_eq!(files, 1, "nothing else is left there");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn path_that_no_line_can_hold_is_refused() {
        let broken = Path::new("/srv/two\nlines/sotto");
        let refused = Entry::at(Path::new("/tmp"), "Sotto", broken, &[]).err();
        assert_eq!(refused.unwrap().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn entry_that_is_switched_off_or_leads_elsewhere_does_not_start_the_program() {
        let folder = folder("login-off");
        let at = |program: &str| Entry::at(&folder, "Sotto", Path::new(program), &[]).unwrap();
        let entry = at("/usr/bin/sotto");
        assert!(!entry.starts().unwrap());
        entry.remove().unwrap();
        for line in SWITCHED_OFF {
            entry.add().unwrap();
            assert!(entry.starts().unwrap());
            let content = fs::read_to_string(&entry.file).unwrap();
            fs::write(&entry.file, format!("{content}{line}\n")).unwrap();
            assert!(!entry.starts().unwrap(), "{line}");
        }
        at("/home/ada/old/sotto").add().unwrap();
        assert!(!entry.starts().unwrap());
        entry.add().unwrap();
        assert!(entry.starts().unwrap());
        entry.remove().unwrap();
        assert!(!entry.starts().unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }
}
