//! `demo`: two people side by side on this computer who know each other.
//!
//! They are the profiles `alice` and `bob`, made by `sotto-cli` the first time and kept. They talk
//! through the relay inside the app.

use crate::child::Running;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::run;
use crate::system::{self, Purpose};
use crate::workspace::{self, Profile, text};
use serde_json::Value;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Profile and name of each.
const PEOPLE: [(&str, &str); 2] = [("alice", "Alice"), ("bob", "Bob")];

/// Builds what is missing, prepares the two profiles and opens both windows.
pub(crate) fn command(words: &[String]) -> Outcome {
    if let Some(word) = words.first() {
        return Err(Failure::new(format!("`demo` takes no `{word}`")));
    }
    println!("[1/5] System packages");
    system::ensure(Purpose::Run)?;
    println!("[2/5] Packages and build of the window");
    npm::packages()?;
    npm::build()?;
    println!("[3/5] The app and sotto-cli");
    run::build(&run::PROGRAMS, Profile::Debug)?;
    println!("[4/5] Alice and Bob");
    introduce()?;
    println!("[5/5] Two windows; the demo ends when both are closed");
    let app = workspace::program("sotto", Profile::Debug);
    let mut windows = Vec::new();
    for (profile, _) in PEOPLE {
        windows.push(Running::start(
            Command::new(&app).args(["--profile", profile]),
        )?);
    }
    windows.into_iter().try_for_each(Running::wait)
}

/// Makes the profiles that are missing and adds each to the other's contacts.
fn introduce() -> Outcome {
    let folder = profiles()?;
    let mut ids = Vec::new();
    for (profile, name) in PEOPLE {
        let home = folder.join(profile);
        if !home.join("profile.json").is_file() {
            cli(&home, &["init", "--name", name, "--relay", "this-computer"])?;
        }
        let id = cli(&home, &["id"])?;
        let id: Value = serde_json::from_str(&id)
            .map_err(|_| Failure::new("sotto-cli id did not print JSON"))?;
        ids.push((home, name, id));
    }
    for (home, own_name, _) in &ids {
        let known = cli(home, &["contacts"])?;
        for (_, name, id) in ids.iter().filter(|(_, name, _)| name != own_name) {
            let [user, key] = ["userId", "publicKey"].map(|field| text(id, field));
            if known.contains(user) {
                continue;
            }
            cli(
                home,
                &[
                    "add",
                    "--user-id",
                    user,
                    "--public-key",
                    key,
                    "--name",
                    name,
                ],
            )?;
            println!("    {own_name} knows {name}");
        }
    }
    Ok(())
}

fn cli(home: &Path, words: &[&str]) -> Outcome<String> {
    let program = workspace::program("sotto-cli", Profile::Debug);
    let mut command = Command::new(&program);
    command.arg("--home").arg(home).args(words);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::io(program.display()))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let last = printed.lines().last().unwrap_or_default();
    let error: Value = serde_json::from_str(last).unwrap_or_default();
    Err(Failure::new(format!(
        "sotto-cli {} with {}: {}. {}",
        words.first().unwrap_or(&""),
        home.display(),
        text(&error, "message"),
        advice(&error)
    )))
}

/// What a person can do about an error of sotto-cli (docs/cli.md).
fn advice(error: &Value) -> &'static str {
    match text(error, "error") {
        "in_use" => "Close the windows of Alice and Bob first.",
        "keychain_missing" => {
            "Start one that speaks the Secret Service, for instance gnome-keyring or KWallet, and \
             try again; `cargo xtask run` goes without one, with a passphrase."
        }
        "keychain_locked" => "Unlock it and try again.",
        "keychain_refused" => "Allow it in the settings of your keychain and try again.",
        "key_gone" | "wrong_key" | "history_gone" | "history_damaged" => {
            "Delete this folder to begin anew with this person."
        }
        _ => "",
    }
}

/// The folder of the app's profiles, where `sotto_engine::folders` puts it.
fn profiles() -> Outcome<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let data = if cfg!(windows) {
        set("APPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("chat.sotto.desktop/profiles"))
        .ok_or_else(|| Failure::new("there is no home folder (HOME is not set)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn advice_fits_the_error() {
        let said = |code: &str| advice(&json!({ "error": code }));
        assert!(said("keychain_missing").contains("Secret Service"));
        assert!(said("in_use").contains("windows"));
        assert_eq!(said("internal"), "");
    }
}
