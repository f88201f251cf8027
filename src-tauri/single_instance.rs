//! A second start of the same profile: it asks the first to come to the front, hands it the link
//! that it was started with, and ends.

use crate::shell::hand_over;
use crate::window::focus;
use serde_json::json;
use sotto_engine::driver::{ProfileSocket, ProfileStream, profile_socket};
use sotto_engine::folders::Folders;
use sotto_engine::profile::ProfileFolder;
use sotto_engine::qr;
use std::process::ExitCode;
use std::time::Duration;
use tauri::AppHandle;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

/// The longest request that is read, bytes.
const MAX_REQUEST: u64 = 64 * 1024;
/// How long the other side may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Asks the program that has the profile open to come to the front, with a link or without.
pub(crate) async fn ask_first(
    home: &ProfileFolder,
    folders: &Folders,
    link: Option<&str>,
) -> ExitCode {
    let request = json!({ "focus": true, "link": link });
    let asked = timeout(LIMIT, async {
        let mut stream = profile_socket::connect(home, folders).await?;
        stream.write_all(format!("{request}\n").as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    })
    .await;
    match asked {
        Ok(Ok(answer)) if answer.contains("\"focused\"") => ExitCode::SUCCESS,
        _ => crate::refuse("another program has this profile open"),
    }
}

/// Answers every later start, until the program ends.
pub(crate) async fn answer(socket: ProfileSocket, app: AppHandle) {
    loop {
        match socket.accept().await {
            Ok(stream) => {
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    // Whoever does not finish in time gets no answer.
                    let _ = timeout(LIMIT, one(stream, app)).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a second start will not find this window");
                return;
            }
        }
    }
}

async fn one(stream: ProfileStream, app: AppHandle) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(MAX_REQUEST).read_line(&mut line).await?;
    let request: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
    let answer = if request.get("focus") == Some(&json!(true)) {
        let link = request.get("link").and_then(serde_json::Value::as_str);
        match link.and_then(qr::link) {
            Some(link) => hand_over(&app, Ok(link.to_owned())),
            None => focus(&app),
        }
        json!({ "focused": true })
    } else {
        json!({ "error": "in_use", "message": "the window of this profile is open; close it first" })
    };
    let mut stream = stream.into_inner();
    stream.write_all(format!("{answer}\n").as_bytes()).await?;
    stream.flush().await
}
