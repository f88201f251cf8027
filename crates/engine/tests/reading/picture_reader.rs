//! The process that reads a picture, played by a shell: whole answers, none, and what never ends.

use crate::{PATIENCE, ended, until};
use sotto_engine::api::ErrorCode;
use sotto_engine::driver::PictureReader;
use std::time::Duration;
use tokio::time::timeout;

/// A reader whose process does this.
fn played_by(script: &str) -> PictureReader {
    PictureReader::new("/bin/sh", &["-c", script]).with_limit(PATIENCE)
}

async fn answer(script: &str) -> Result<String, ErrorCode> {
    played_by(script).read(b"a picture").await
}

#[tokio::test]
async fn the_process_gets_the_picture_and_its_answer_comes_back() {
    let script = r#"read picture; printf '{"text":"sotto:%s"}' "${picture#a }""#;
    assert_eq!(answer(script).await.unwrap(), "sotto:picture");
}

#[tokio::test]
async fn a_refusal_comes_back_in_codes() {
    for (refusal, code) in [
        ("no_code", ErrorCode::NoCode),
        ("foreign_code", ErrorCode::ForeignCode),
        ("picture_too_large", ErrorCode::PictureTooLarge),
        ("picture_unreadable", ErrorCode::BadPicture),
    ] {
        let script = format!(r#"cat >&2; printf '{{"refused":"{refusal}"}}'"#);
        assert_eq!(answer(&script).await, Err(code));
    }
}

/// A decoder that was taken over may say anything.
#[tokio::test]
async fn what_the_process_says_is_looked_at() {
    for text in ["https://example.org/", "sotto:a b", "", "sotto:\\u202e"] {
        let script = format!(r#"cat >&2; printf '{{"text":"{text}"}}'"#);
        assert_eq!(answer(&script).await, Err(ErrorCode::ForeignCode), "{text}");
    }
}

#[tokio::test]
async fn a_process_that_ends_without_a_whole_answer_is_a_bad_picture() {
    for script in [
        "exit 1",
        "cat >&2; kill -9 $$",
        "cat >&2; printf '{\"text\":'",
        "cat >&2; printf '\\377'",
        "yes",
    ] {
        assert_eq!(answer(script).await, Err(ErrorCode::BadPicture), "{script}");
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_our_fault() {
    let reader = PictureReader::new("/nonexistent", &[]);
    assert_eq!(reader.read(b"").await, Err(ErrorCode::Internal));
}

#[tokio::test]
async fn too_many_bytes_start_no_process() {
    let reader = PictureReader::new("/nonexistent", &[]);
    let bytes = vec![0; 24 * 1024 * 1024 + 1];
    assert_eq!(reader.read(&bytes).await, Err(ErrorCode::PictureTooLarge));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_takes_too_long_is_ended_and_the_next_picture_read() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("process");
    // The first process names itself and never ends; the second finds the note.
    let script = format!(
        r#"if [ -e '{0}' ]; then printf '{{"text":"sotto:next"}}'; exit; fi
        echo $$ > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 1000"#,
        note.display()
    );
    let reader = PictureReader::new("/bin/sh", &["-c", &script]);
    // Long enough for a shell to start on a busy machine.
    let reader = reader.with_limit(Duration::from_secs(10));
    let first = reader.read(b"a picture");
    let second = async {
        until(|| note.exists()).await;
        reader.read(b"a picture").await
    };
    let (first, second) = timeout(PATIENCE, async { tokio::join!(first, second) })
        .await
        .unwrap();
    assert_eq!(first, Err(ErrorCode::NoCode));
    assert_eq!(second.unwrap(), "sotto:next");
    ended(&note).await;
}
