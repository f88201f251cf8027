//! The way of a windowed program to an open profile.

use crate::common::{PASSPHRASE, PATIENCE, begun, files, folders, item, keys, new_profile};
use sotto_engine::api::{
    ErrorCode, Event, Phase, ProfileView, RelayChoice, StartProblem, StartStep, TakeSnapshot,
    Update,
};
use sotto_engine::driver::Launcher;
use sotto_engine::profile::ProfileFolder;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

fn launcher(dir: &Path) -> Arc<Launcher> {
    let home = ProfileFolder::at(dir.join("home"));
    let lock = home.lock().ok();
    let folders = folders(dir);
    let runtime = Handle::current();
    Launcher::new(home, lock, folders, String::new(), "0".to_owned(), runtime)
}

/// A finished profile whose relay is one that nobody runs.
fn finished(dir: &Path) -> ProfileFolder {
    let home = begun(dir, 1);
    let new = new_profile("alice", Some("ws://127.0.0.1:9"));
    drop(home.create(home.lock().unwrap(), &keys(), &new, 1).unwrap());
    home
}

fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

async fn profile(launcher: &Launcher) -> ProfileView {
    launcher.request(TakeSnapshot).await.unwrap().profile
}

async fn public_key(launcher: &Launcher) -> String {
    profile(launcher).await.public_key
}

fn problem(launcher: &Launcher) -> StartProblem {
    match launcher.phase() {
        Phase::Problem { problem } => problem,
        phase => panic!("{phase:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_costs_a_wait_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path());
    let before = files(home.dir());
    let launcher = launcher(dir.path());
    launcher.start().await;
    assert!(matches!(
        launcher.phase(),
        Phase::Passphrase { wrong: false, .. }
    ));
    let not_yet = launcher.request(TakeSnapshot).await.unwrap_err();
    assert_eq!(not_yet.code(), ErrorCode::NotReady);

    let refused = launcher.unlock_passphrase(passphrase("wrong one")).await;
    assert_eq!(refused, Err(ErrorCode::WrongPassphrase));
    let Phase::Passphrase {
        wrong: true,
        wait_ms,
    } = launcher.phase()
    else {
        panic!("{:?}", launcher.phase())
    };
    assert!(wait_ms >= 1_000);
    // Even the right one is not tried before the wait is over.
    let early = launcher.unlock_passphrase(passphrase(PASSPHRASE)).await;
    assert_eq!(early, Err(ErrorCode::WrongPassphrase));
    assert!(before == files(home.dir()));

    let opened = async {
        while launcher
            .unlock_passphrase(passphrase(PASSPHRASE))
            .await
            .is_err()
        {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, opened).await.unwrap();
    assert_eq!(launcher.phase(), Phase::Ready);
    let expected = item(1).identity.public().box_key.to_base64();
    assert_eq!(public_key(&launcher).await, expected);
    launcher.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_history_can_be_moved_aside_for_a_new_start() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path());
    fs::write(home.dir().join("history.db"), [0x5a; 9_000]).unwrap();
    let before: Vec<Vec<u8>> = files(home.dir()).into_values().collect();
    let launcher = launcher(dir.path());
    launcher.start().await;
    launcher
        .unlock_passphrase(passphrase(PASSPHRASE))
        .await
        .unwrap();
    assert_eq!(problem(&launcher), StartProblem::HistoryDamaged);
    launcher.start_new().await.unwrap();
    assert!(matches!(launcher.phase(), Phase::Onboarding { .. }));
    let aside = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let aside: Vec<_> = aside
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("home.old-")
        })
        .collect();
    assert_eq!(aside.len(), 1);
    let after: Vec<Vec<u8>> = files(&aside[0]).into_values().collect();
    assert!(before == after, "every file is still there");

    let relay = RelayChoice::Custom {
        url: "ws://127.0.0.1:9".to_owned(),
    };
    for (name, phrase, code) in [
        ("", PASSPHRASE, ErrorCode::BadName),
        ("\u{202e}", PASSPHRASE, ErrorCode::BadName),
        ("Alice", "1234567", ErrorCode::WeakPassphrase),
    ] {
        let made = launcher
            .create_profile(name, Some(passphrase(phrase)), &relay)
            .await;
        assert_eq!(made, Err(code));
    }
    let outside = RelayChoice::Custom {
        url: "ws://relay.example.org".to_owned(),
    };
    let made = launcher
        .create_profile("Alice", Some(passphrase(PASSPHRASE)), &outside)
        .await;
    assert_eq!(made, Err(ErrorCode::BadAddress));
    launcher
        .create_profile("Alice", Some(passphrase(PASSPHRASE)), &relay)
        .await
        .unwrap();
    assert_eq!(launcher.phase(), Phase::Ready);
    let old = item(1).identity.public().box_key.to_base64();
    assert_ne!(public_key(&launcher).await, old);
    assert_eq!(
        launcher.start_new().await,
        Err(ErrorCode::AlreadyInitialised)
    );
    launcher.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_history_gone_the_keys_can_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path());
    let history = home.dir().join("history.db");
    fs::remove_file(&history).unwrap();
    let launcher = launcher(dir.path());
    launcher.start().await;
    let early = launcher.start_same_keys("Alice Moss").await;
    assert_eq!(early, Err(ErrorCode::NotReady));
    launcher
        .unlock_passphrase(passphrase(PASSPHRASE))
        .await
        .unwrap();
    assert_eq!(problem(&launcher), StartProblem::HistoryGone);
    // What fails can be tried again.
    for name in ["", " ", "\u{202e}", &"n".repeat(41)] {
        let refused = launcher.start_same_keys(name).await;
        assert_eq!(refused, Err(ErrorCode::BadName));
        assert!(!history.exists());
    }
    fs::create_dir(&history).unwrap();
    let refused = launcher.start_same_keys("Alice Moss").await.unwrap_err();
    assert_ne!(refused, ErrorCode::NotReady);
    fs::remove_dir(&history).unwrap();
    launcher.start_same_keys("Alice Moss").await.unwrap();
    assert_eq!(launcher.phase(), Phase::Ready);
    assert_eq!(profile(&launcher).await.name, "Alice Moss");
    let expected = item(1).identity.public().box_key.to_base64();
    assert_eq!(public_key(&launcher).await, expected);
    launcher.stop().await;
}

/// Something that happens to a profile's folder.
type Damage = fn(&Path);

#[tokio::test(flavor = "multi_thread")]
async fn each_problem_is_a_phase_of_its_own() {
    let damages: [(Damage, StartProblem); 3] = [
        (
            |home| fs::remove_file(home.join("profile.json")).unwrap(),
            StartProblem::KeyGone,
        ),
        (
            |home| fs::write(home.join("profile.json"), "{").unwrap(),
            StartProblem::ProfileDamaged,
        ),
        (
            |home| {
                let text = fs::read_to_string(home.join("profile.json")).unwrap();
                let newer = text.replace("\"version\":1", "\"version\":9");
                fs::write(home.join("profile.json"), newer).unwrap();
            },
            StartProblem::HistoryNewer,
        ),
    ];
    for (damage, expected) in damages {
        let dir = tempfile::tempdir().unwrap();
        let home = finished(dir.path());
        damage(home.dir());
        let before = files(home.dir());
        let launcher = launcher(dir.path());
        launcher.start().await;
        assert_eq!(problem(&launcher), expected);
        assert!(before == files(home.dir()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fronts_get_numbered_updates_that_begin_with_the_phase() {
    let dir = tempfile::tempdir().unwrap();
    finished(dir.path());
    let launcher = launcher(dir.path());
    let (tell, mut updates) = mpsc::unbounded_channel::<Update>();
    launcher
        .subscribe(move |update| tell.send(update).is_ok())
        .await;
    launcher.start().await;
    launcher
        .unlock_passphrase(passphrase(PASSPHRASE))
        .await
        .unwrap();
    let mut last = None;
    let ready = async {
        for expected in 0.. {
            let update = updates.recv().await.unwrap();
            assert_eq!(update.seq, expected);
            if let Event::Phase { phase } = &update.event {
                last = Some(phase.clone());
            }
            if let Event::Snapshot { snapshot } = update.event {
                assert_eq!(snapshot.profile.name, "alice");
                assert_eq!(last, Some(Phase::Ready));
                return;
            }
        }
    };
    timeout(PATIENCE, ready).await.unwrap();

    // A front that comes later begins at 0 too, and one that wants no more is told no more.
    let (tell, mut updates) = mpsc::unbounded_channel::<Update>();
    let mut left = 2;
    launcher
        .subscribe(move |update| {
            left -= 1;
            tell.send(update).is_ok() && left > 0
        })
        .await;
    let first = updates.recv().await.unwrap();
    assert_eq!(first.seq, 0);
    assert_eq!(
        first.event,
        Event::Phase {
            phase: Phase::Ready
        }
    );
    assert!(matches!(
        updates.recv().await.unwrap().event,
        Event::Snapshot { .. }
    ));
    assert!(updates.recv().await.is_none());
    launcher.stop().await;
}

/// The keys are there long before a large history is open.
#[tokio::test(flavor = "multi_thread")]
async fn opening_the_history_is_told_before_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path());
    fs::write(home.dir().join("history.db"), vec![7; 100_000]).unwrap();
    let launcher = launcher(dir.path());
    let phases = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&phases);
    let front = move |update: Update| {
        if let Event::Phase { phase } = update.event {
            told.lock().unwrap().push(phase);
        }
        true
    };
    launcher.subscribe(front).await;
    launcher.start().await;
    let unlocked = launcher.unlock_passphrase(passphrase(PASSPHRASE)).await;
    unlocked.unwrap();
    let problem = StartProblem::HistoryDamaged;
    let [.., before, after] = &phases.lock().unwrap()[..] else {
        panic!("too few phases");
    };
    let step = StartStep::History;
    assert_eq!(*before, Phase::Starting { step });
    assert_eq!(*after, Phase::Problem { problem });
}
