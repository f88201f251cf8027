//! Notifications on macOS and Windows, through Tauri's plugin: there they cannot be withdrawn, and
//! nothing tells when one has left the screen.

use super::desk::Notice;
use super::{Fault, Subject};
use sotto_engine::api::ChatId;
use tauri::AppHandle;
use tauri_plugin_notification::{ActiveNotification, NotificationExt as _};

/// What the plugin calls what is about no chat; chats have positive numbers.
const REQUESTS: u32 = u32::MAX;
const TRIAL: u32 = u32::MAX - 1;
const PAUSED: u32 = u32::MAX - 2;

/// What the person did.
#[allow(
    dead_code,
    reason = "the same events as on Linux, of which these systems tell one"
)]
pub(super) enum Happened {
    /// A notification has left the screen.
    Closed {
        /// Which one.
        id: u32,
    },
    /// One was clicked.
    Clicked {
        /// Which one.
        id: u32,
    },
    /// The system's notifications began anew.
    AnotherServer,
}

/// The way to the system.
pub(super) struct Server {
    app: AppHandle,
}

impl Server {
    /// The way to the system, with clicks told.
    pub(super) fn new(app: AppHandle, listener: impl Fn(Happened) + Send + Sync + 'static) -> Self {
        let registered = app.notification().on_action(move |action| {
            let id = action.notification().map(ActiveNotification::id);
            if let Some(id) = id {
                listener(Happened::Clicked {
                    id: id.cast_unsigned(),
                });
            }
        });
        if let Err(error) = registered {
            tracing::warn!(%error, "clicks on notifications will not be seen");
        }
        Self { app }
    }

    /// Shows a notification and gives its id.
    #[allow(clippy::unused_async, reason = "it takes its time on Linux")]
    pub(super) async fn show(
        &self,
        subject: Subject,
        notice: &Notice,
        _replaces: Option<u32>,
    ) -> Result<u32, Fault> {
        let id = match subject {
            Subject::Chat(ChatId(chat)) => u32::try_from(chat).unwrap_or(TRIAL),
            Subject::Requests => REQUESTS,
            Subject::Trial => TRIAL,
            Subject::Paused => PAUSED,
        };
        let builder = self.app.notification().builder();
        let builder = builder.title(&notice.title).body(&notice.body);
        let shown = builder.id(id.cast_signed()).show();
        shown.map(|()| id).map_err(|error| {
            tracing::debug!(%error, "a notification could not be shown");
            Fault::Refused
        })
    }

    /// Does nothing: neither system lets a program take one back.
    #[allow(clippy::unused_async, reason = "it takes its time on Linux")]
    pub(super) async fn withdraw(&self, _id: u32) {}
}
