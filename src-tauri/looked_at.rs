//! Whether somebody can see the window: the engine meets relays that are away sooner then.

use crate::shell::Shell;
use crate::window;
use sotto_engine::api::SetLookedAt;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager as _, WindowEvent};

/// What the engine was told last.
#[derive(Default)]
pub(crate) struct LookedAt(AtomicBool);

impl LookedAt {
    /// The window did something after which it may be seen, or no more.
    pub(crate) fn follow(app: &AppHandle, event: &WindowEvent) {
        let telling = match event {
            WindowEvent::Focused(_) | WindowEvent::Resized(_) => true,
            // It still stands in the list of windows then.
            WindowEvent::Destroyed => return Self::tell(app, false),
            _ => false,
        };
        let seen = seen(app);
        if telling && app.state::<Shell>().looked_at.0.load(Ordering::Relaxed) != seen {
            Self::tell(app, seen);
        }
    }

    /// The engine has begun and knows nothing of the window.
    pub(crate) fn tell_anew(app: &AppHandle) {
        Self::tell(app, seen(app));
    }

    fn tell(app: &AppHandle, seen: bool) {
        app.state::<Shell>().notifications.set_in_sight(seen);
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let shell = app.state::<Shell>();
            shell.looked_at.0.store(seen, Ordering::Relaxed);
            tracing::debug!(seen, "whether the window is in sight");
            // An engine that is not there yet is told when it begins.
            let _ = shell.launcher.request(SetLookedAt(seen)).await;
        });
    }
}

/// A window manager that does not say how a window stands leaves it in sight.
fn seen(app: &AppHandle) -> bool {
    window::current(app).is_some_and(|window| {
        window.is_visible().unwrap_or(true) && !window.is_minimized().unwrap_or(false)
    })
}
