//! How it starts and how it ends.

use crate::client::Client;
use crate::{Program, command};
use std::path::Path;
use std::process::Output;

fn output(address: &str, data: &Path) -> Output {
    command(address, data).output().unwrap()
}

#[tokio::test]
async fn it_serves_and_ends_well_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let mut client = Client::connect(&program).await;
    program.signal("TERM");
    assert_eq!(client.closed().await.0, 1012);
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn it_says_in_one_line_why_it_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let other = tempfile::tempdir().unwrap();
    let in_use = output(&program.address.to_string(), other.path());
    let locked = output("127.0.0.1:0", folder.path());
    let file = output("127.0.0.1:0", Path::new("/dev/null"));
    let foreign = output("192.0.2.1:8080", other.path());
    for (result, words) in [
        (in_use, "already in use"),
        (locked, "in use by another relay"),
        (file, "data folder"),
        (foreign, "cannot listen"),
    ] {
        let error = String::from_utf8(result.stderr).unwrap();
        assert!(!result.status.success());
        assert!(
            error.starts_with("sotto-relay: ") && error.contains(words),
            "{error}"
        );
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        assert!(result.stdout.is_empty());
    }
}

#[test]
fn a_killed_relay_leaves_no_lock_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    program.signal("KILL");
    program.child.wait().unwrap();
    let again = Program::start(folder.path());
    assert_ne!(again.address.port(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn it_never_dumps_core() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"]
    );
}
