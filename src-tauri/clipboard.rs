//! The clipboard, where the web view keeps it from the page: WebKitGTK refuses to read it when a
//! button is pressed and to write it once the engine was asked for what to write, and pastes no
//! pictures. Elsewhere the page does it itself.

use sotto_engine::api::ErrorCode;
#[cfg(target_os = "linux")]
use sotto_engine::qr::MAX_PICTURE_BYTES;
#[cfg(target_os = "linux")]
use sotto_engine::zeroize::Zeroizing;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(target_os = "linux")]
use std::time::Duration;
use tauri::AppHandle;

/// How many texts were copied briefly: only the last one takes itself off again.
#[cfg(target_os = "linux")]
static COPIED_BRIEFLY: AtomicU64 = AtomicU64::new(0);

/// For how long a text that is copied briefly stays there.
#[cfg(target_os = "linux")]
const BRIEFLY: Duration = Duration::from_mins(1);

/// The longest text that is passed on to the page, characters: more than any link, id or key has.
#[cfg(target_os = "linux")]
const LONGEST_TEXT: usize = 4_096;

/// The text on the clipboard, empty if there is none or it is too long to be one that is read here.
/// `None` where the page reads it itself.
#[cfg(target_os = "linux")]
pub(crate) async fn text(app: &AppHandle) -> Option<String> {
    use gtk::gdk::SELECTION_CLIPBOARD;
    let text = ask(app, |tell| {
        gtk::Clipboard::get(&SELECTION_CLIPBOARD).request_text(move |_, text| {
            let short = text.filter(|text| text.chars().nth(LONGEST_TEXT).is_none());
            tell(short.unwrap_or_default().to_owned());
        });
    });
    Some(text.await.unwrap_or_default())
}

/// The picture on the clipboard as the bytes of a PNG file, as whoever copied it gives them; empty
/// if there is none. `None` where the page reads it itself.
///
/// # Errors
/// `PictureTooLarge`, before it is copied.
#[cfg(target_os = "linux")]
pub(crate) async fn picture(app: &AppHandle) -> Result<Option<Vec<u8>>, ErrorCode> {
    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    let picture = ask(app, |tell| {
        gtk::Clipboard::get(&SELECTION_CLIPBOARD).request_contents(
            &Atom::intern("image/png"),
            move |_, found| {
                let length = usize::try_from(found.length()).unwrap_or_default();
                tell(if length > MAX_PICTURE_BYTES {
                    Err(ErrorCode::PictureTooLarge)
                } else {
                    Ok(found.data())
                });
            },
        );
    });
    picture.await.unwrap_or(Ok(Vec::new())).map(Some)
}

/// Puts a text on the clipboard; tells whether that was done.
#[cfg(target_os = "linux")]
pub(crate) async fn copy(app: &AppHandle, text: String) -> bool {
    let done = ask(app, move |tell| {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).set_text(&text);
        tell(());
    });
    done.await.is_some()
}

/// Puts a text on the clipboard for a minute: what somebody else copied meanwhile stays. Tells whether
/// that was done; the page does it itself where it was not.
#[cfg(target_os = "linux")]
pub(crate) async fn copy_briefly(app: &AppHandle, text: String) -> bool {
    let text = Zeroizing::new(text);
    if !copy(app, text.to_string()).await {
        return false;
    }
    let app = app.clone();
    let mine = COPIED_BRIEFLY.fetch_add(1, Ordering::SeqCst) + 1;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(BRIEFLY).await;
        // The same copied anew has its own minute.
        if COPIED_BRIEFLY.load(Ordering::SeqCst) == mine {
            clear_if_still(&app, text).await;
        }
    });
    true
}

/// Takes a text off the clipboard if it is still there.
#[cfg(target_os = "linux")]
async fn clear_if_still(app: &AppHandle, text: Zeroizing<String>) {
    let done = ask(app, |tell| {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).request_text(
            move |clipboard, found| {
                if found == Some(text.as_str()) {
                    // Whoever keeps what programs leave behind keeps nothing of it either.
                    clipboard.set_text("");
                }
                tell(());
            },
        );
    });
    if done.await.is_none() {
        tracing::debug!("nobody was there to clear the clipboard: the program ends");
    }
}

/// Asks on the thread of the window, and waits for what whoever has the clipboard gives. GTK gives
/// up by itself if that is nothing.
#[cfg(target_os = "linux")]
async fn ask<T: Send + 'static>(
    app: &AppHandle,
    question: impl FnOnce(Box<dyn FnOnce(T)>) + Send + 'static,
) -> Option<T> {
    let (tell, told) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || question(Box::new(move |answer| drop(tell.send(answer)))))
        .ok()?;
    told.await.ok()
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn copy(_app: &AppHandle, _text: String) -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn copy_briefly(_app: &AppHandle, _text: String) -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn text(_app: &AppHandle) -> Option<String> {
    None
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn picture(_app: &AppHandle) -> Result<Option<Vec<u8>>, ErrorCode> {
    Ok(None)
}
