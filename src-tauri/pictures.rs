//! Pictures of codes: chosen in the system's dialog, dropped onto the window, pasted, saved. The
//! window gets the text of a code or the reason why there is none, and never names a path.

use crate::commands::Answer;
use crate::shell::Shell;
use crate::words::words;
use sotto_engine::api::ErrorCode;
use sotto_engine::qr;
use std::path::{Path, PathBuf};
use tauri::{Manager as _, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder};
use tokio::sync::oneshot;

/// The endings of the files that are read.
const ENDINGS: &[&str] = &["png", "jpg", "jpeg", "webp", "gif", "bmp"];

/// Lets the person choose a picture; none if they would rather not.
pub(crate) async fn choose(window: &WebviewWindow) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    dialog(window)
        .set_title(words().choose_picture.as_str())
        .add_filter(words().pictures.as_str(), ENDINGS)
        .pick_file(move |chosen| drop(tell.send(chosen)));
    told.await.ok()??.into_path().ok()
}

/// Lets the person name a file for the picture of a code; none if they would rather not.
pub(crate) async fn place_to_save(window: &WebviewWindow) -> Answer<Option<PathBuf>> {
    let (tell, told) = oneshot::channel();
    dialog(window)
        .set_title(words().save_picture.as_str())
        .set_file_name(words().picture_name.as_str())
        .add_filter(words().picture_kind.as_str(), &["png"])
        .save_file(move |chosen| drop(tell.send(chosen)));
    let chosen = told.await.ok().flatten();
    let path = chosen.map(|chosen| chosen.into_path().map_err(|_| ErrorCode::NotSaved));
    Ok(path.transpose()?)
}

/// Writes a picture.
pub(crate) async fn save(path: &Path, picture: Vec<u8>) -> Result<(), ErrorCode> {
    let written = tokio::fs::write(path, picture).await;
    written.map_err(|_| ErrorCode::NotSaved)
}

/// Reads the code in a file.
pub(crate) async fn read_file(shell: &Shell, path: PathBuf) -> Result<String, ErrorCode> {
    let bytes = tokio::task::spawn_blocking(move || qr::picture_file(&path)).await;
    let bytes = bytes.map_err(|_| ErrorCode::Internal)??;
    shell.pictures.read(&bytes).await
}

fn dialog(window: &WebviewWindow) -> FileDialogBuilder<tauri::Wry> {
    window.app_handle().dialog().file().set_parent(window)
}
