//! Packages for this system, and on Linux the proof that they install and start.
//!
//! `test` makes them of the debug programs that it has anyway: what is in them, where it lands and
//! what it needs is the same. Those that are shipped are made and tried by `packages --release`, and
//! by the public CI.

use crate::child;
use crate::deb_depends;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::system::{self, Purpose};
use crate::window;
use crate::workspace::{self, Profile};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The largest .deb and .rpm that we ship, in bytes.
const LARGEST: u64 = 15_000_000;

/// What the .rpm needs, one line each, as `rpm -qpR` prints it.
const RPM_REQUIRES: &str = "packaging/rpm-requires.txt";

/// What [`test`] looks into. The AppImage is left to the public CI: its tool is downloaded.
const TESTED: [&str; 2] = ["deb", "rpm"];
/// The scheme of the links that the system hands to the app.
const SCHEME: &str = "sotto";

/// `package`: builds the packages for this system; words go to `tauri build`.
pub(crate) fn build(words: &[String]) -> Outcome {
    system::ensure(Purpose::Run)?;
    npm::packages()?;
    if cfg!(target_os = "linux") && words.is_empty() {
        return make(Profile::Release);
    }
    child::run(tauri_build().args(words))
}

/// `packages`: makes those that [`test`] looks into, and does that.
pub(crate) fn command(words: &[String]) -> Outcome {
    let profile = match words {
        [] => Profile::Debug,
        [word] if word == "--release" => Profile::Release,
        _ => return Err(Failure::new("`packages` takes only --release")),
    };
    system::ensure(Purpose::Test)?;
    npm::packages()?;
    make(profile)?;
    test(profile)
}

/// Makes the packages that [`test`] looks into.
pub(crate) fn make(profile: Profile) -> Outcome {
    for kind in TESTED {
        let old = bundles(profile).join(kind);
        if old.exists() {
            fs::remove_dir_all(&old).map_err(Failure::io(old.display()))?;
        }
    }
    let mut command = tauri_build();
    if profile == Profile::Debug {
        command.arg("--debug");
    }
    child::run(command.args(["--bundles", &TESTED.join(",")]))
}

fn tauri_build() -> Command {
    let mut command = npm::npm();
    command.args(["--prefix", "ui", "exec", "--", "tauri", "build"]);
    command
}

/// Where `tauri build` leaves packages.
fn bundles(profile: Profile) -> PathBuf {
    let program = workspace::program("sotto", profile);
    program.with_file_name("bundle")
}

/// Looks into the packages that [`make`] left, installs and starts them. Linux only.
pub(crate) fn test(profile: Profile) -> Outcome {
    let deb = package("deb", profile)?;
    let rpm = package("rpm", profile)?;
    if profile == Profile::Release {
        for file in [&deb, &rpm] {
            check_size(file)?;
        }
    }
    compare_requires(&rpm)?;
    if child::works(Command::new("apt-cache").arg("--version")) {
        deb_depends::check(&deb, &workspace::program("sotto", profile))?;
    }
    start_deb(&deb)?;
    start_rpm(&rpm)
}

/// Whether the desktop file below a folder makes the system hand links to the app.
fn check_links(root: &Path) -> Outcome {
    let file = root.join("usr/share/applications/Sotto.desktop");
    let text = fs::read_to_string(&file).map_err(Failure::io(file.display()))?;
    if registers_links(&text) {
        println!("    {SCHEME}: links are handed to the app");
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} takes no {SCHEME}: links\n{text}",
        file.display()
    )))
}

/// Whether a desktop file names the scheme, and its program takes the link as an argument
/// (Desktop Entry Specification 1.5).
fn registers_links(desktop_file: &str) -> bool {
    let value = |key: &str| {
        let mut lines = desktop_file.lines();
        lines.find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))
    };
    let handler = format!("x-scheme-handler/{SCHEME}");
    let takes_links =
        value("MimeType").is_some_and(|types| types.split(';').any(|t| t.trim() == handler));
    let with_argument = value("Exec").is_some_and(|line| line.trim() == "sotto %u");
    takes_links && with_argument
}

/// The one package of a kind that the build left.
fn package(kind: &str, profile: Profile) -> Outcome<PathBuf> {
    let folder = bundles(profile).join(kind);
    let entries = fs::read_dir(&folder).map_err(Failure::io(folder.display()))?;
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == kind))
        .ok_or_else(|| Failure::new(format!("no .{kind} in {}", folder.display())))
}

fn check_size(file: &Path) -> Outcome {
    let size = fs::metadata(file)
        .map_err(Failure::io(file.display()))?
        .len();
    println!("    {}: {size} bytes", file.display());
    if size > LARGEST {
        return Err(Failure::new(format!(
            "{} is larger than {LARGEST} bytes",
            file.display()
        )));
    }
    Ok(())
}

/// Compares what the .rpm requires with the list that was reviewed.
fn compare_requires(rpm: &Path) -> Outcome {
    let printed = child::output(Command::new("rpm").arg("-qpR").arg(rpm))?;
    let mut found: Vec<&str> = printed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("rpmlib("))
        .collect();
    found.sort_unstable();
    found.dedup();
    let list = workspace::root().join(RPM_REQUIRES);
    let reviewed = fs::read_to_string(&list).map_err(Failure::io(list.display()))?;
    let reviewed: Vec<&str> = reviewed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if found == reviewed {
        println!("    the .rpm requires what {RPM_REQUIRES} lists");
        return Ok(());
    }
    Err(Failure::new(format!(
        "the .rpm requires\n{}\nbut {RPM_REQUIRES} lists\n{}",
        found.join("\n"),
        reviewed.join("\n")
    )))
}

/// In the CI the .deb is installed by apt; elsewhere nobody's system is changed and it is
/// unpacked.
fn start_deb(deb: &Path) -> Outcome {
    let prefix = system::as_root()?.filter(|_| env::var_os("CI").is_some());
    let Some(prefix) = prefix else {
        println!("    not in the CI as root: the .deb is unpacked, not installed");
        let folder = Unpacked::new("deb")?;
        child::run(
            Command::new("dpkg-deb")
                .arg("--extract")
                .arg(deb)
                .arg(&folder.0),
        )?;
        check_links(&folder.0)?;
        return start(&folder.0.join("usr/bin/sotto"), "package-deb");
    };
    child::run(system::apt(&prefix, &["install", "--yes", "--no-install-recommends"]).arg(deb))?;
    let started = check_links(Path::new("/"))
        .and_then(|()| start(Path::new("/usr/bin/sotto"), "package-deb"));
    let removed = child::run(&mut system::apt(&prefix, &["remove", "--yes", "sotto"]));
    started.and(removed)
}

fn start_rpm(rpm: &Path) -> Outcome {
    let folder = Unpacked::new("rpm")?;
    let mut archive = Command::new("rpm2cpio")
        .arg(rpm)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Failure::io("rpm2cpio"))?;
    let mut unpack = Command::new("cpio");
    unpack
        .args(["--extract", "--make-directories", "--quiet"])
        .current_dir(&folder.0);
    if let Some(stdout) = archive.stdout.take() {
        unpack.stdin(stdout);
    }
    child::run(&mut unpack)?;
    archive.wait().map_err(Failure::io("rpm2cpio"))?;
    check_links(&folder.0)?;
    start(&folder.0.join("usr/bin/sotto"), "package-rpm")
}

fn start(program: &Path, picture: &str) -> Outcome {
    let program = program.display().to_string();
    window::command(&["--picture", picture, "--", &program].map(str::to_owned))
}

/// A folder for the content of a package.
struct Unpacked(PathBuf);

impl Unpacked {
    fn new(kind: &str) -> Outcome<Self> {
        let folder = workspace::target()
            .join("xtask")
            .join(format!("unpacked-{kind}"));
        fs::create_dir_all(&folder).map_err(Failure::io(folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} stays behind: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn desktop_file_names_the_scheme_and_takes_a_link() {
        let file = |mime: &str, exec: &str| format!("[Desktop Entry]\n{mime}\n{exec}\n");
        let (mime, exec) = ("MimeType=x-scheme-handler/sotto;", "Exec=sotto %u");
        assert!(registers_links(&file(mime, exec)));
        assert!(registers_links(&file(
            "MimeType=a/b;x-scheme-handler/sotto",
            exec
        )));
        for (mime, exec) in [
            ("", exec),
            ("MimeType=x-scheme-handler/sottox;", exec),
            (mime, "Exec=sotto"),
            (mime, ""),
        ] {
            assert!(!registers_links(&file(mime, exec)), "{mime} {exec}");
        }
    }
}
