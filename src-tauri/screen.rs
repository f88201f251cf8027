//! What is on the screen, to read a code that another window shows: all of it under X11, what the
//! person chooses in the portal under Wayland. Elsewhere it is not offered.

use sotto_engine::api::ErrorCode;
use tauri::AppHandle;

/// Whether a code can be read from the screen here.
pub(crate) const OFFERED: bool = cfg!(target_os = "linux");

/// What is on the screen, as the bytes of a picture file; none if the person would rather not.
///
/// # Errors
/// `ScreenRefused` if the system does not show it.
#[cfg(target_os = "linux")]
pub(crate) async fn picture(app: &AppHandle) -> Result<Option<Vec<u8>>, ErrorCode> {
    if std::env::var_os("WAYLAND_DISPLAY").is_some() {
        return portal::picture().await.map_err(|error| {
            tracing::warn!(%error, "the portal shows no screen");
            ErrorCode::ScreenRefused
        });
    }
    let (tell, told) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || drop(tell.send(of_x11())))
        .map_err(|_| ErrorCode::ScreenRefused)?;
    let picture = told.await.ok().flatten();
    picture.map(Some).ok_or(ErrorCode::ScreenRefused)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn picture(_app: &AppHandle) -> Result<Option<Vec<u8>>, ErrorCode> {
    Err(ErrorCode::ScreenRefused)
}

/// All of the screen under X11. To be called on the thread of the window.
#[cfg(target_os = "linux")]
fn of_x11() -> Option<Vec<u8>> {
    use gtk::gdk::prelude::*;
    let root = gtk::gdk::Window::default_root_window();
    let pixels = root.pixbuf(0, 0, root.width(), root.height())?;
    pixels.save_to_bufferv("png", &[]).ok()
}

/// The desktop portal, which asks the person what to show.
/// Source: <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html>
#[cfg(target_os = "linux")]
mod portal {
    use futures_util::StreamExt as _;
    use std::collections::HashMap;
    use std::path::PathBuf;
    use std::time::Duration;
    use tauri::Url;
    use tokio::time::timeout;
    use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
    use zbus::{Connection, Proxy};

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    /// What the portal answers when the person has chosen.
    const CHOSEN: u32 = 0;
    /// And when they would rather not.
    const LEFT: u32 = 1;

    /// For how long the portal may ask.
    const PATIENCE: Duration = Duration::from_mins(2);

    type Words<'a> = HashMap<&'a str, Value<'a>>;

    /// What the person chose, as the bytes of a file, which is then deleted.
    pub(super) async fn picture() -> zbus::Result<Option<Vec<u8>>> {
        let session = Connection::session().await?;
        let token = "sotto_screen";
        let sender = session.unique_name().map(ToString::to_string);
        let sender = sender.unwrap_or_default();
        let sender = sender.trim_start_matches(':').replace('.', "_");
        // Listened to before anything is asked: the answer may come at once.
        let request = format!("{PATH}/request/{sender}/{token}");
        let request =
            Proxy::new(&session, PORTAL, request, "org.freedesktop.portal.Request").await?;
        let mut answers = request.receive_signal("Response").await?;
        let portal =
            Proxy::new(&session, PORTAL, PATH, "org.freedesktop.portal.Screenshot").await?;
        let options: Words<'_> =
            HashMap::from([("handle_token", token.into()), ("interactive", true.into())]);
        let _handle: OwnedObjectPath = portal.call("Screenshot", &("", options)).await?;
        let failed = || zbus::Error::Failure("no picture came".to_owned());
        // The person looks for what to show; a portal that ends meanwhile says nothing.
        let answer = timeout(PATIENCE, answers.next()).await.ok().flatten();
        let answer = answer.ok_or_else(failed)?;
        let (code, results): (u32, HashMap<String, OwnedValue>) = answer.body().deserialize()?;
        match code {
            CHOSEN => {}
            LEFT => return Ok(None),
            _ => return Err(failed()),
        }
        let place = results.get("uri").and_then(file_of).ok_or_else(failed)?;
        let picture = tokio::fs::read(&place).await;
        if let Err(error) = tokio::fs::remove_file(&place).await {
            tracing::warn!(%error, "the picture of the screen stays where the portal put it");
        }
        picture
            .map(Some)
            .map_err(|error| zbus::Error::InputOutput(error.into()))
    }

    fn file_of(uri: &OwnedValue) -> Option<PathBuf> {
        let text = <&str>::try_from(uri).ok()?;
        Url::parse(text).ok()?.to_file_path().ok()
    }
}
