//! The process that reads the frames of a camera for as long as a scan is open.

use crate::{LINK, PATIENCE, PROCESS, ended, until};
use sotto_engine::api::ErrorCode;
use sotto_engine::driver::{FrameReader, Scan};
use sotto_engine::qr::{self, Frame, FrameView};
use sotto_pictures::{Code, held_up};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Frame `number` of a code that is held in front of a camera.
fn held(text: &str, number: u32) -> Frame {
    let matrix = qr::matrix(text).unwrap();
    let picture = held_up(&Code::drawn(matrix.side, &matrix.path), number);
    Frame::new(640, 480, picture.into_raw()).unwrap()
}

fn grey(value: u8) -> Frame {
    Frame::new(640, 480, vec![value; 640 * 480]).unwrap()
}

fn found(link: &str) -> FrameView {
    FrameView::Found {
        link: link.to_owned(),
    }
}

/// The real process.
fn real() -> FrameReader {
    FrameReader::new(PROCESS, &["--read-frames"]).with_limit(PATIENCE)
}

/// A process that does this.
fn played_by(script: &str) -> FrameReader {
    FrameReader::new("/bin/sh", &["-c", script]).with_limit(PATIENCE)
}

/// The real process, which leaves its number first.
fn noted(note: &Path) -> FrameReader {
    let script = format!(
        "echo $$ > '{0}.new'; mv '{0}.new' '{0}'; exec '{PROCESS}' --read-frames",
        note.display()
    );
    played_by(&script)
}

async fn look(scan: &Scan, frame: Frame) -> Result<FrameView, ErrorCode> {
    timeout(PATIENCE, scan.look(frame)).await.unwrap()
}

#[tokio::test]
async fn one_process_answers_frame_after_frame() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("process");
    let scan = noted(&note).open();
    assert_eq!(look(&scan, grey(90)).await, Ok(FrameView::Nothing));
    let first = std::fs::read_to_string(&note).unwrap();
    assert_eq!(look(&scan, held(LINK, 0)).await, Ok(found(LINK)));
    let foreign = held("https://example.org/a", 1);
    assert_eq!(look(&scan, foreign).await, Ok(FrameView::Foreign));
    for number in 2..5 {
        assert_eq!(look(&scan, held(LINK, number)).await, Ok(found(LINK)));
    }
    let small = Frame::new(1, 1, vec![0]).unwrap();
    assert_eq!(look(&scan, small).await, Ok(FrameView::Nothing));
    assert_eq!(std::fs::read_to_string(&note).unwrap(), first);
}

/// Some cameras, and some pages, turn the picture as a mirror does.
#[tokio::test]
async fn a_mirrored_picture_is_read() {
    let frame = held(LINK, 0);
    let mut pixels = frame.pixels().to_vec();
    pixels.chunks_exact_mut(640).for_each(<[u8]>::reverse);
    let mirrored = Frame::new(640, 480, pixels).unwrap();
    assert_eq!(look(&real().open(), mirrored).await, Ok(found(LINK)));
}

#[tokio::test]
async fn closing_ends_the_process_at_once_whatever_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("process");
    // It never reads what it is given.
    let script = format!(
        "echo $$ > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 1000",
        note.display()
    );
    let scan = Arc::new(played_by(&script).open());
    let asked = {
        let scan = Arc::clone(&scan);
        tokio::spawn(async move { look(&scan, grey(0)).await })
    };
    timeout(PATIENCE, until(|| note.exists())).await.unwrap();
    scan.close();
    assert_eq!(asked.await.unwrap(), Ok(FrameView::Passed));
    ended(&note).await;
    assert_eq!(look(&scan, grey(1)).await, Ok(FrameView::Passed));
}

#[tokio::test]
async fn a_scan_that_is_dropped_leaves_no_process() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("process");
    let scan = noted(&note).open();
    assert_eq!(look(&scan, grey(7)).await, Ok(FrameView::Nothing));
    drop(scan);
    ended(&note).await;
}

/// Frames come faster than they are read: only the newest of those that wait is looked at.
#[tokio::test]
async fn a_newer_frame_takes_the_place_of_the_one_that_waits() {
    let dir = tempfile::tempdir().unwrap();
    let (seen, go) = (dir.path().join("seen"), dir.path().join("go"));
    // Has read the first frame and waits for a word; then it is the real process.
    let script = format!(
        "head -c 5 >'{0}.new'; mv '{0}.new' '{0}'; \
         until [ -e '{1}' ]; do sleep 0.02; done; \
         printf '\\000\\000\\000'; exec '{PROCESS}' --read-frames",
        seen.display(),
        go.display()
    );
    let scan = Arc::new(played_by(&script).open());
    let ask = |frame: Frame| {
        let scan = Arc::clone(&scan);
        tokio::spawn(async move { look(&scan, frame).await })
    };
    let first = ask(Frame::new(1, 1, vec![3]).unwrap());
    timeout(PATIENCE, until(|| seen.exists())).await.unwrap();
    let older = ask(grey(4));
    // It has taken its place once the task had its turn: the runtime of the test has one thread.
    tokio::task::yield_now().await;
    let newer = ask(held(LINK, 0));
    assert_eq!(older.await.unwrap(), Ok(FrameView::Passed));
    std::fs::write(&go, "").unwrap();
    assert_eq!(first.await.unwrap(), Ok(FrameView::Nothing));
    assert_eq!(newer.await.unwrap(), Ok(found(LINK)));
}

/// Whatever ends the process or keeps it: the frame is lost, the next one is read.
#[tokio::test]
async fn a_lost_frame_costs_that_frame_alone() {
    let frame = held(LINK, 3);
    for fault in [
        "head -c 5 >/dev/null; kill -9 $$",
        "exit 1",
        // Says that it sees something, and more than it was asked.
        "head -c 5 >/dev/null; printf '\\000\\000\\000\\000'; cat >/dev/null",
        "head -c 5 >/dev/null; printf '\\011\\000\\000'; cat >/dev/null",
        "yes",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let note = dir.path().join("second");
        let scan = played_by(&at_first(fault, &note)).open();
        let pixel = Frame::new(1, 1, vec![0]).unwrap();
        assert_eq!(look(&scan, pixel).await, Ok(FrameView::Passed), "{fault}");
        let next = look(&scan, frame.clone()).await;
        assert_eq!(next, Ok(found(LINK)), "{fault}");
    }
}

/// On a busy machine the next one may need longer than its limit, too, and is then lost as well.
#[tokio::test]
async fn a_process_that_never_answers_is_ended_and_another_one_reads() {
    let dir = tempfile::tempdir().unwrap();
    let script = at_first("exec sleep 1000", &dir.path().join("second"));
    let scan = played_by(&script).with_limit(Duration::from_secs(2)).open();
    let frame = held(LINK, 3);
    assert_eq!(look(&scan, frame.clone()).await, Ok(FrameView::Passed));
    let mut next = look(&scan, frame.clone()).await;
    while next == Ok(FrameView::Passed) {
        next = look(&scan, frame.clone()).await;
    }
    assert_eq!(next, Ok(found(LINK)));
}

/// Does this the first time, and is then the real process.
fn at_first(fault: &str, note: &Path) -> String {
    format!(
        "if [ -e '{0}' ]; then exec '{PROCESS}' --read-frames; fi; : > '{0}'; {fault}",
        note.display()
    )
}

/// A process that was taken over may say anything.
#[tokio::test]
async fn what_the_process_says_is_looked_at() {
    for text in ["https://a.b", "sotto:a b", "sotto:\\303\\244"] {
        let length = if text.ends_with("244") { 8 } else { text.len() };
        let script = format!(
            "head -c 5 >/dev/null; printf '\\001\\000\\{length:03o}{text}'; cat >/dev/null"
        );
        let pixel = Frame::new(1, 1, vec![0]).unwrap();
        let answer = look(&played_by(&script).open(), pixel).await;
        assert_eq!(answer, Ok(FrameView::Foreign), "{text}");
    }
}

#[tokio::test]
async fn a_scan_that_loses_frame_after_frame_is_given_up() {
    let scan = played_by("exit 1").open();
    let mut lost = 0;
    let end = loop {
        match look(&scan, grey(0)).await {
            Ok(FrameView::Passed) => lost += 1,
            end => break end,
        }
        assert!(lost < 100, "it goes on for ever");
    };
    assert_eq!(end, Err(ErrorCode::Internal));
    assert!(lost >= 5, "one bad frame or two are no reason: {lost}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_our_fault() {
    let scan = FrameReader::new("/nonexistent", &[]).open();
    let answer = look(&scan, grey(0)).await;
    assert_eq!(answer, Err(ErrorCode::Internal));
}

/// Bytes that can be no frame end the process itself, before it waits for more of them.
#[tokio::test]
async fn the_real_process_ends_at_garbage_and_at_the_end() {
    use std::process::Stdio;
    use tokio::io::AsyncWriteExt as _;
    for (bytes, fine) in [
        (&b""[..], true),
        (&[0, 1, 0, 1, 200], true),
        (&[0, 1, 0, 1], false),
        (&[0, 2], false),
        (&[2, 129, 1, 224], false),
        (&[0, 0, 0, 0], false),
        (&[255; 4_096], false),
    ] {
        let mut child = tokio::process::Command::new(PROCESS)
            .arg("--read-frames")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have ended before it has read all of it.
        let mut input = child.stdin.take().unwrap();
        let _ = input.write_all(bytes).await;
        drop(input);
        let output = timeout(PATIENCE, child.wait_with_output()).await.unwrap();
        let output = output.unwrap();
        assert_eq!(output.status.success(), fine, "{bytes:?}");
        let answers: &[u8] = if bytes.len() == 5 { &[0, 0, 0] } else { &[] };
        assert_eq!(output.stdout, answers, "{bytes:?}");
    }
}
