//! Packages of the operating system that a build or a test run needs.
//!
//! On Debian and its relatives what is missing is installed; elsewhere it is looked for and
//! named, because package names there are not checked by our CI.

use crate::child;
use crate::failure::{Failure, Outcome};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::Path;
use std::process::Command;

/// Debian packages for building and starting: a C compiler and OpenSSL's libcrypto for SQLCipher,
/// and the WebKit that draws the window.
const RUN: &[&str] = &[
    "build-essential",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "pkg-config",
];
/// What is linked with, as pkg-config knows it, and how people call it.
const LIBRARIES: &[(&str, &str)] = &[
    ("libcrypto >= 3", "OpenSSL 3 with its headers"),
    ("webkit2gtk-4.1", "WebKitGTK 4.1 with its headers"),
];
/// Debian packages for the tests: a screen in memory and what moves its mouse, the driver of
/// the window, a real keyring and a server of notifications, Python for the guide's client, and the tools that open packages.
const TEST: &[&str] = &[
    "cpio",
    "dbus",
    "dunst",
    "fonts-dejavu-core",
    "fonts-noto-color-emoji",
    "gir1.2-gtk-3.0",
    "gnome-keyring",
    "imagemagick",
    "iproute2",
    // Found by what makes the packages, and what draws the tray.
    "libayatana-appindicator3-dev",
    "libsecret-tools",
    "openbox",
    "python3",
    "python3-gi",
    "python3-venv",
    "rpm",
    "rpm2cpio",
    "webkit2gtk-driver",
    "x11-utils",
    "xdotool",
    "xvfb",
];
/// The programs of those packages that the tests start.
const TEST_PROGRAMS: &[&str] = &[
    "Xvfb",
    "WebKitWebDriver",
    "convert",
    "cpio",
    "dbus-daemon",
    "dunst",
    "gnome-keyring-daemon",
    "import",
    "ip",
    "openbox",
    "python3",
    "rpm",
    "rpm2cpio",
    "secret-tool",
    "xdotool",
    "xprop",
];
/// What the system's Python has to be able to do, and how one sees whether it can.
const TEST_PYTHON: &[(&str, &str)] = &[
    ("Python's venv", "import ensurepip, venv"),
    (
        "PyGObject with GTK 3",
        "import gi; gi.require_version('Gtk', '3.0')",
    ),
];

/// What the packages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and starting the app.
    Run,
    /// Every test, which includes building and starting.
    Test,
}

/// Makes sure that the packages are there, or says which are missing and how to get them.
pub(crate) fn ensure(purpose: Purpose) -> Outcome {
    if cfg!(target_os = "linux") {
        if child::works(Command::new("dpkg-query").arg("--version")) {
            ensure_debian(purpose)
        } else {
            look_for_programs(purpose)
        }
    } else if cfg!(target_os = "macos") {
        ensure_macos()
    } else {
        ensure_windows()
    }
}

fn ensure_debian(purpose: Purpose) -> Outcome {
    let mut wanted: Vec<&str> = RUN.to_vec();
    if purpose == Purpose::Test {
        wanted.extend(TEST);
    }
    let installed = installed_packages()?;
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|package| !installed.contains(*package))
        .collect();
    if missing.is_empty() {
        println!("    all {} are installed", wanted.len());
        return Ok(());
    }
    println!("    missing: {}", missing.join(" "));
    let Some(prefix) = as_root()? else {
        return Err(Failure::new(format!(
            "these packages are missing and only root may install them. Ask an administrator for\n\n    \
             apt-get install --no-install-recommends {}\n\nand start the command again.",
            missing.join(" ")
        )));
    };
    child::run(&mut apt(&prefix, &["update"]))?;
    let mut install = apt(&prefix, &["install", "--yes", "--no-install-recommends"]);
    child::run(install.args(&missing))
}

/// Names of the installed Debian packages; a package that provides another counts as both
/// (`pkgconf` provides `pkg-config`).
fn installed_packages() -> Outcome<BTreeSet<String>> {
    let format = "--showformat=${db:Status-Status}\t${Package}\t${Provides}\n";
    let list = child::output(Command::new("dpkg-query").args(["--show", format]))?;
    Ok(list
        .lines()
        .filter_map(|line| line.strip_prefix("installed\t"))
        .flat_map(|names| names.split(['\t', ',']))
        .filter_map(|name| name.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

/// The words to put before a command that needs root: none as root, `sudo` where it exists, and
/// `None` where there is no way.
pub(crate) fn as_root() -> Outcome<Option<Vec<&'static str>>> {
    if child::output(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Some(Vec::new()));
    }
    let can_ask = stdin().is_terminal() && child::works(Command::new("sudo").arg("--version"));
    if can_ask {
        println!("    sudo may ask for your password");
        return Ok(Some(vec!["sudo"]));
    }
    let needs_no_password = child::works(Command::new("sudo").args(["-n", "true"]));
    Ok(needs_no_password.then(|| vec!["sudo", "-n"]))
}

/// An `apt-get` call that asks nothing and waits for another one that is running.
pub(crate) fn apt(prefix: &[&str], words: &[&str]) -> Command {
    let mut all = prefix.to_vec();
    all.extend([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "Dpkg::Use-Pty=0",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]);
    all.extend(words);
    let mut words = all.into_iter();
    let mut command = Command::new(words.next().unwrap_or("apt-get"));
    command.args(words);
    command
}

/// Linux without dpkg: what is needed is looked for by its programs and libraries.
fn look_for_programs(purpose: Purpose) -> Outcome {
    let mut missing = Vec::new();
    if !child::works(Command::new("cc").arg("--version")) {
        missing.push("a C compiler (cc)");
    }
    if !child::works(Command::new("pkg-config").arg("--version")) {
        missing.push("pkg-config");
    }
    for (library, name) in LIBRARIES {
        if !child::works(Command::new("pkg-config").args(["--exists", library])) {
            missing.push(name);
        }
    }
    if purpose == Purpose::Test {
        missing.extend(TEST_PROGRAMS.iter().filter(|program| !is_there(program)));
        for (what, words) in TEST_PYTHON {
            if !child::works(Command::new("/usr/bin/python3").args(["-c", words])) {
                missing.push(what);
            }
        }
    }
    if missing.is_empty() {
        println!("    everything was found");
        return Ok(());
    }
    Err(Failure::new(format!(
        "missing: {}.\nPackages are only installed by themselves on Debian and its relatives. {}",
        missing.join(", "),
        hint(purpose)
    )))
}

/// How the packages are called on the system at hand.
fn hint(purpose: Purpose) -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let family = |name: &str| {
        release
            .lines()
            .filter(|line| line.starts_with("ID=") || line.starts_with("ID_LIKE="))
            .any(|line| line.contains(name))
    };
    let command = if family("fedora") || family("rhel") {
        "sudo dnf install gcc openssl-devel pkgconf-pkg-config webkit2gtk4.1-devel"
    } else if family("arch") {
        "sudo pacman -S --needed base-devel openssl webkit2gtk-4.1"
    } else if family("suse") {
        "sudo zypper install gcc libopenssl-3-devel pkgconf-pkg-config webkit2gtk3-devel"
    } else {
        return "Please install them with your system's package manager.".to_owned();
    };
    let tests = match purpose {
        Purpose::Run => String::new(),
        Purpose::Test => format!(
            "\nThat is for `run`. What the tests need besides, Debian calls\n\n    {}\n",
            TEST.join(" ")
        ),
    };
    format!("Here they are probably called:\n\n    {command}\n{tests}")
}

/// Whether a program is on the search path, or where services keep theirs.
fn is_there(program: &str) -> bool {
    let folders = ["/usr/libexec", "/usr/lib", "/usr/sbin"];
    on_path(program)
        || folders
            .iter()
            .any(|folder| Path::new(folder).join(program).is_file())
}

fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn ensure_macos() -> Outcome {
    if child::works(Command::new("xcode-select").arg("-p")) {
        println!("    the command line tools of Xcode are installed");
        return Ok(());
    }
    Err(Failure::new(
        "the command line tools of Xcode are missing: run `xcode-select --install`",
    ))
}

fn ensure_windows() -> Outcome {
    if child::works(Command::new("perl").arg("-v")) {
        println!("    Perl is installed; WebView2 is part of Windows 10 and 11");
        return Ok(());
    }
    Err(Failure::new(
        "Perl is missing, which builds the database's cryptography: `winget install StrawberryPerl.StrawberryPerl`",
    ))
}
