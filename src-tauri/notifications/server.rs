//! The notification server of a Linux desktop (Desktop Notifications Specification 1.2), over the
//! session bus.
//!
//! Directly, not through a library for all systems: what is shown has to be replaced, withdrawn and
//! clicked, in whatever order, while the server may be slow or be replaced by another.

use super::desk::Notice;
use super::{Fault, Subject};
use crate::words::words;
use futures_util::StreamExt as _;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use tauri::AppHandle;
use tokio::sync::Mutex;
use zbus::message::Type;
use zbus::zvariant::{DynamicType, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Who the notifications are from.
const PROGRAM: &str = "Sotto";

/// The program's icon in the theme, and the file by which the system knows the program, without
/// its ending.
const ICON: &str = "sotto";
const DESKTOP_ENTRY: &str = "Sotto";

/// How long one stays is for the server to choose.
const SERVERS_CHOICE: i32 = -1;

/// The action of a click on the notification itself.
const DEFAULT_ACTION: &str = "default";

/// What the server or the person did.
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
    /// Another server came, or the last one left.
    AnotherServer,
}

type Listener = Arc<dyn Fn(Happened) + Send + Sync>;

/// The way to the server.
pub(super) struct Server {
    listener: Listener,
    /// Kept for as long as it works: some servers close what a program showed when its connection
    /// ends.
    bus: Mutex<Option<Bus>>,
}

/// A connection that is listened to.
#[derive(Clone)]
struct Bus {
    connection: Connection,
    /// Whether the server reads markup in a body; unknown before it was asked.
    reads_markup: Arc<Mutex<Option<bool>>>,
}

impl Server {
    /// A way to the server that is not entered yet.
    pub(super) fn new(
        _app: AppHandle,
        listener: impl Fn(Happened) + Send + Sync + 'static,
    ) -> Self {
        Self {
            listener: Arc::new(listener),
            bus: Mutex::default(),
        }
    }

    /// Shows a notification and gives its id.
    pub(super) async fn show(
        &self,
        _subject: Subject,
        notice: &Notice,
        replaces: Option<u32>,
    ) -> Result<u32, Fault> {
        let bus = self.bus().await?;
        let shown = bus.show(notice, replaces).await;
        self.judge(shown).await
    }

    /// Takes a notification off the screen.
    pub(super) async fn withdraw(&self, id: u32) {
        if let Ok(bus) = self.bus().await {
            // It may be gone already, which some servers call an error.
            let _ = bus.call("CloseNotification", &id).await;
        }
    }

    async fn bus(&self) -> Result<Bus, Fault> {
        let mut kept = self.bus.lock().await;
        if let Some(bus) = &*kept {
            return Ok(bus.clone());
        }
        let bus = Bus::connect(&self.listener).await;
        let bus = bus.map_err(|error| {
            tracing::debug!(%error, "there is no session bus");
            Fault::Missing
        })?;
        Ok(kept.insert(bus).clone())
    }

    /// Tells apart who is to blame, and leaves a connection that has ended.
    async fn judge<T>(&self, answer: zbus::Result<T>) -> Result<T, Fault> {
        let error = match answer {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        tracing::debug!(%error, "the notification server");
        match error {
            zbus::Error::MethodError(name, ..) => Err(match name.as_str() {
                "org.freedesktop.DBus.Error.ServiceUnknown"
                | "org.freedesktop.DBus.Error.NameHasNoOwner" => Fault::Missing,
                "org.freedesktop.DBus.Error.NoReply" => Fault::Silent,
                _ => Fault::Refused,
            }),
            zbus::Error::InputOutput(_) => {
                *self.bus.lock().await = None;
                (self.listener)(Happened::AnotherServer);
                Err(Fault::Missing)
            }
            _ => Err(Fault::Refused),
        }
    }
}

impl Bus {
    async fn connect(listener: &Listener) -> zbus::Result<Self> {
        let connection = Connection::session().await?;
        let reads_markup = Arc::<Mutex<Option<bool>>>::default();
        let signals = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(NAME)?
            .path(PATH)?
            .build();
        let signals = MessageStream::for_match_rule(signals, &connection, None).await?;
        let owners = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.DBus")?
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, NAME)?
            .build();
        let owners = MessageStream::for_match_rule(owners, &connection, None).await?;
        let (heard, known) = (Arc::clone(listener), Arc::clone(&reads_markup));
        tauri::async_runtime::spawn(hear(signals, heard));
        tauri::async_runtime::spawn(watch(owners, known, Arc::clone(listener)));
        Ok(Self {
            connection,
            reads_markup,
        })
    }

    async fn show(&self, notice: &Notice, replaces: Option<u32>) -> zbus::Result<u32> {
        let body = if self.reads_markup().await? {
            escaped(&notice.body)
        } else {
            notice.body.clone()
        };
        let mut hints = HashMap::from([
            ("category", Value::from("im.received")),
            ("desktop-entry", Value::from(DESKTOP_ENTRY)),
        ]);
        if notice.sound {
            hints.insert("sound-name", Value::from("message-new-instant"));
        } else {
            hints.insert("suppress-sound", Value::from(true));
        }
        // A name of the action that servers show as a button if they cannot be clicked otherwise.
        let actions = [DEFAULT_ACTION, words().open.as_str()];
        let arguments = (
            PROGRAM,
            replaces.unwrap_or_default(),
            ICON,
            notice.title.as_str(),
            body.as_str(),
            actions.as_slice(),
            hints,
            SERVERS_CHOICE,
        );
        self.call("Notify", &arguments).await?.body().deserialize()
    }

    /// Whether the server reads markup in a body, as it says once.
    async fn reads_markup(&self) -> zbus::Result<bool> {
        let mut known = self.reads_markup.lock().await;
        if let Some(reads) = *known {
            return Ok(reads);
        }
        let answer = self.call("GetCapabilities", &()).await?;
        let capabilities: Vec<String> = answer.body().deserialize()?;
        let reads = capabilities.iter().any(|one| one == "body-markup");
        *known = Some(reads);
        Ok(reads)
    }

    async fn call<B>(&self, method: &str, arguments: &B) -> zbus::Result<Message>
    where
        B: Serialize + DynamicType + Sync,
    {
        let connection = &self.connection;
        connection
            .call_method(Some(NAME), PATH, Some(NAME), method, arguments)
            .await
    }
}

/// Hears what the server tells until the connection ends.
async fn hear(mut signals: MessageStream, listener: Listener) {
    while let Some(Ok(signal)) = signals.next().await {
        if let Some(happened) = meaning(&signal) {
            listener(happened);
        }
    }
}

fn meaning(signal: &Message) -> Option<Happened> {
    let header = signal.header();
    match header.member()?.as_str() {
        "NotificationClosed" => {
            let (id, _reason): (u32, u32) = signal.body().deserialize().ok()?;
            Some(Happened::Closed { id })
        }
        "ActionInvoked" => {
            let (id, action): (u32, String) = signal.body().deserialize().ok()?;
            (action == DEFAULT_ACTION).then_some(Happened::Clicked { id })
        }
        _ => None,
    }
}

/// Watches for another server, which has nothing on the screen and may be able to do other things.
async fn watch(mut owners: MessageStream, known: Arc<Mutex<Option<bool>>>, listener: Listener) {
    while let Some(Ok(_)) = owners.next().await {
        *known.lock().await = None;
        listener(Happened::AnotherServer);
    }
}

/// A text that a reader of markup shows as it is.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown_as_it_was_typed() {
        assert_eq!(escaped("a < b && c > d"), "a &lt; b &amp;&amp; c &gt; d");
        assert_eq!(escaped("&lt;"), "&amp;lt;");
    }
}
