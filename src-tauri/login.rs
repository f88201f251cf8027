//! Starting at login: quietly, in the tray, if the person wants it. The system's own list of such
//! programs is what decides; nothing else remembers it.

use sotto_engine::api::ErrorCode;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};
use tauri_plugin_autostart::{Builder, ManagerExt as _};

/// The way to that list, with an entry of its own for each profile.
pub(crate) fn plugin(profile: &str) -> TauriPlugin<Wry> {
    let builder = Builder::new().arg("--hidden");
    match profile {
        "" => builder.app_name("Sotto").build(),
        named => builder
            .args(["--profile", named])
            .app_name(format!("Sotto-{named}"))
            .build(),
    }
}

/// Whether the program starts at login.
pub(crate) fn starts(app: &AppHandle) -> Result<bool, ErrorCode> {
    app.autolaunch().is_enabled().map_err(|error| {
        tracing::warn!(%error, "the programs that start at login cannot be read");
        ErrorCode::LoginRefused
    })
}

/// Has it started at login, or not any more.
pub(crate) fn set_starts(app: &AppHandle, start: bool) -> Result<(), ErrorCode> {
    let list = app.autolaunch();
    let changed = if start { list.enable() } else { list.disable() };
    changed.map_err(|error| {
        tracing::warn!(%error, "the programs that start at login cannot be changed");
        ErrorCode::LoginRefused
    })
}
