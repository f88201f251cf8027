//! A program that macOS or Windows starts at login.

use auto_launch::{AutoLaunch, AutoLaunchBuilder, Error, WindowsEnableMode};
use std::{env, io};
use tauri::AppHandle;

/// The entry of this program, whether it is there or not.
pub(super) struct Entry(AutoLaunch);

impl Entry {
    /// The entry of this name, which starts the program with these arguments.
    pub(super) fn new(_app: &AppHandle, name: &str, arguments: &[String]) -> io::Result<Self> {
        let program = program()?;
        let built = AutoLaunchBuilder::new()
            .set_app_name(name)
            .set_app_path(&program)
            .set_args(arguments)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .build();
        built.map(Self).map_err(of_system)
    }

    /// Whether the program is started.
    pub(super) fn starts(&self) -> io::Result<bool> {
        self.0.is_enabled().map_err(of_system)
    }

    /// Puts it there.
    pub(super) fn add(&self) -> io::Result<()> {
        self.0.enable().map_err(of_system)
    }

    /// Takes it away.
    pub(super) fn remove(&self) -> io::Result<()> {
        match self.0.disable().map_err(of_system) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The path of the program as the library, which writes it as it is, has to get it: a word of a
/// command line on Windows, where no path has a quotation mark; what stands in XML on macOS.
fn program() -> io::Result<String> {
    let program = env::current_exe()?;
    let program = if cfg!(target_os = "macos") {
        program.canonicalize()?
    } else {
        program
    };
    let program = program.to_str().map(ToOwned::to_owned);
    let program = program.filter(|path| cfg!(windows) || !path.contains(['&', '<']));
    let program = program.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(if cfg!(windows) {
        format!("\"{program}\"")
    } else {
        program
    })
}

fn of_system(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    }
}
