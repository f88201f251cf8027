//! The one window: how it is made, brought to the front and taken away while the program goes on.

use crate::looked_at::LookedAt;
use crate::navigation;
use crate::shell::{Shell, dropped};
use sotto_engine::api::SettingsView;
use std::path::PathBuf;
use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionKind, PermissionResponse};
use tauri::{
    AppHandle, DragDropEvent, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    Window, WindowEvent,
};

/// The label of the one window.
pub(crate) const WINDOW: &str = "main";

/// What every window of this program is made with.
pub(crate) struct Frame {
    /// The title, without a count.
    pub(crate) title: String,
    /// Where the web view keeps what it keeps.
    pub(crate) storage: PathBuf,
}

/// The window, if there is one.
pub(crate) fn current(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(WINDOW)
}

/// Opens the window.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let development = navigation::development_server(app.config());
    let asked = app.clone();
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .on_navigation(move |to| navigation::is_own(to, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            // A page that is loaded anew has no camera any more.
            if load.event() == PageLoadEvent::Started {
                window.state::<Shell>().scanning.close_any();
            }
        })
        .on_permission_request(move |_, kind| {
            let answer = answer(kind, asked.state::<Shell>().scanning.is_open());
            tracing::debug!(?kind, ?answer, "the page asks for a part of the computer");
            answer
        })
        .title(shell.title())
        .inner_size(1120.0, 760.0)
        .min_inner_size(480.0, 560.0)
        .zoom_hotkeys_enabled(false)
        .data_directory(shell.frame.storage.clone())
        .build()?;
    shell.closing.window_came();
    if let Some(settings) = shell.notifications.settings() {
        zoom(app, &settings);
    }
    shell.refresh();
    quiet_scrolling(&window)?;
    #[cfg(all(target_os = "linux", debug_assertions))]
    stage_camera(&window)?;
    Ok(())
}

/// What the page may have of the computer: a camera for as long as a scan is open, and nothing else.
/// Whether it may read the clipboard is between the system and the person, where it asks.
const fn answer(kind: PermissionKind, scanning: bool) -> PermissionResponse {
    match kind {
        PermissionKind::Camera if scanning => PermissionResponse::Allow,
        PermissionKind::ClipboardRead => PermissionResponse::Default,
        _ => PermissionResponse::Deny,
    }
}

/// Brings the window to the front; makes it where there is none.
pub(crate) fn focus(app: &AppHandle) {
    let Some(window) = current(app) else {
        let opening = app.clone();
        let asked = app.run_on_main_thread(move || {
            // Two may have asked at once.
            if current(&opening).is_none()
                && let Err(error) = open(&opening)
            {
                tracing::error!(%error, "the window cannot be opened");
            }
        });
        if let Err(error) = asked {
            tracing::warn!(%error, "the window cannot be opened: the program ends");
        }
        return;
    };
    // Each may be refused by the window manager; there is nothing else to try.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

/// What happens to the window.
pub(crate) fn happened(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    LookedAt::follow(app, event);
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => dropped(app, paths),
        WindowEvent::CloseRequested { api, .. } if app.state::<Shell>().closing.asked(app) => {
            api.prevent_close();
        }
        WindowEvent::Destroyed => {
            app.state::<Shell>().window_went();
            Shell::rest(app);
        }
        _ => {}
    }
}

/// Gives everything in the window the size of the settings.
pub(crate) fn zoom(app: &AppHandle, settings: &SettingsView) {
    if let Some(window) = current(app)
        && let Err(error) = window.set_zoom(f64::from(settings.zoom) / 100.0)
    {
        tracing::warn!(%error, "the window keeps its size of text");
    }
}

/// Turns WebKitGTK's smooth scrolling off: its animation ends whenever a list corrects its place,
/// and more than half of the wheel's travel is lost then. It obeys only where the page's own thread
/// scrolls; the list of messages takes care of itself where the compositor does
/// (`ui/src/features/conversation/motion.ts`).
#[cfg(target_os = "linux")]
fn quiet_scrolling(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        use webkit2gtk::{SettingsExt as _, WebViewExt as _};
        if let Some(settings) = webview.inner().settings() {
            settings.set_enable_smooth_scrolling(false);
        }
    })
}

/// Lets the page have WebKit's own made-up camera where a test asks for it: a fixed picture, for
/// computers that have none. Not in a release build.
#[cfg(all(target_os = "linux", debug_assertions))]
fn stage_camera(window: &WebviewWindow) -> tauri::Result<()> {
    if std::env::var_os("SOTTO_STAGED_CAMERA").is_none() {
        return Ok(());
    }
    window.with_webview(|webview| {
        use webkit2gtk::{SettingsExt as _, WebViewExt as _};
        if let Some(settings) = webview.inner().settings() {
            settings.set_enable_mock_capture_devices(true);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn quiet_scrolling(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_camera_while_a_scan_is_open_and_nothing_else() {
        let kinds = [
            PermissionKind::Camera,
            PermissionKind::Microphone,
            PermissionKind::Geolocation,
            PermissionKind::Notifications,
            PermissionKind::DisplayCapture,
            PermissionKind::Other,
        ];
        for kind in kinds {
            assert_eq!(answer(kind, false), PermissionResponse::Deny, "{kind:?}");
            let open = if kind == PermissionKind::Camera {
                PermissionResponse::Allow
            } else {
                PermissionResponse::Deny
            };
            assert_eq!(answer(kind, true), open, "{kind:?}");
        }
    }
}
