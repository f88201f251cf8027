//! Profiles in temporary folders, and a client whose events can be waited for.

use sotto_engine::api::{
    AddContact, ChatId, Direction, Event, MessageId, NewContact, PageAnchor, PageQuery,
    ReadHistory, RelayChoice, SendText, Snapshot, TakeSnapshot,
};
use sotto_engine::driver::{Client, Options};
use sotto_engine::folders::Folders;
use sotto_engine::home::{Home, Keys, NewProfile, OpenProfile};
use sotto_keychain::{Argon2Cost, KeyVault as _, PassphraseFile};
use sotto_protocol::{Identity, SecretItem};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// Longer than anything that should happen on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const PASSPHRASE: &str = "correct horse";

pub(crate) fn keys() -> Keys {
    Keys::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()))
}

pub(crate) fn folders(dir: &Path) -> Folders {
    Folders {
        data: dir.join("data"),
        runtime: dir.join("run"),
        logs: dir.join("log"),
    }
}

pub(crate) fn item(seed: u8) -> SecretItem {
    SecretItem {
        identity: Identity::from_seeds(&[seed; 32], &[seed ^ 0xaa; 32], &[seed ^ 0x55; 32]),
        database_key: Zeroizing::new([seed; 32]),
    }
}

/// Writes a secret item under the passphrase as cheaply as is allowed.
pub(crate) fn write_keys(home: &Path, item: &SecretItem) {
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    let file = PassphraseFile::new(home.join("keys.sealed"), passphrase);
    file.with_cost(Argon2Cost::LEAST).store(item).unwrap();
}

pub(crate) fn write_profile(home: &Path, finished: bool) {
    let id = "0123456789abcdef0123456789abcdef";
    let text = format!(r#"{{"version":1,"id":"{id}","keys":"passphrase","finished":{finished}}}"#);
    std::fs::write(home.join("profile.json"), text).unwrap();
}

/// A folder with cheap keys, in which a first start was cut off.
pub(crate) fn begun(dir: &Path, seed: u8) -> Home {
    let folder = dir.join("home");
    std::fs::create_dir_all(&folder).unwrap();
    write_profile(&folder, false);
    write_keys(&folder, &item(seed));
    Home::at(folder)
}

/// What a new profile of this name begins with.
pub(crate) fn new_profile(name: &str, relay: Option<&str>) -> NewProfile {
    let relay = match relay {
        Some(url) => RelayChoice::Custom {
            url: url.to_owned(),
        },
        None => RelayChoice::ThisComputer,
    };
    NewProfile::new(name, Some(name), &relay).unwrap()
}

/// A finished profile.
pub(crate) fn profile(dir: &Path, seed: u8, name: &str, relay: Option<&str>) -> OpenProfile {
    let home = begun(dir, seed);
    let new = new_profile(name, relay);
    let lock = home.lock().unwrap();
    home.create(lock, &keys(), &new, 1_700_000_000_000).unwrap()
}

/// Every file below a folder but the lock, with its content.
pub(crate) fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "lock") {
            all.insert(path.clone(), std::fs::read(path).unwrap());
        }
    }
    all
}

/// A running client of one person.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) events: mpsc::UnboundedReceiver<Event>,
    dir: TempDir,
}

impl Person {
    pub(crate) async fn start(seed: u8, name: &str, relay: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let opened = profile(dir.path(), seed, name, Some(relay));
        Self::open(dir, opened).await
    }

    /// A client of the opened profile in this folder.
    pub(crate) async fn open(dir: TempDir, opened: OpenProfile) -> Self {
        Self::open_with(dir, opened, options()).await
    }

    /// The same, with the relay of this computer or without.
    pub(crate) async fn open_with(dir: TempDir, opened: OpenProfile, options: Options) -> Self {
        let client = Client::start(opened, options, Handle::current())
            .await
            .unwrap();
        let events = listen(&client).await;
        Self {
            client,
            events,
            dir,
        }
    }

    /// Ends the client; gives the folder.
    pub(crate) async fn stop(self) -> TempDir {
        self.client.stop().await;
        self.dir
    }

    /// Writes over the history behind the client's back.
    pub(crate) fn spoil_history(&self) {
        for name in ["history.db", "history.db-wal"] {
            let path = self.dir.path().join("home").join(name);
            let length = std::fs::metadata(&path).unwrap().len();
            let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
            std::io::copy(&mut std::io::repeat(0xaa).take(length), &mut file).unwrap();
        }
    }

    pub(crate) async fn snapshot(&self) -> Snapshot {
        *self.client.request(TakeSnapshot).await.unwrap()
    }

    pub(crate) async fn add(&self, name: &str, seed: u8) -> ChatId {
        let public_key = item(seed).identity.public().box_key.to_base64();
        let contact = NewContact {
            user_id: name.to_owned(),
            public_key,
            name: String::new(),
        };
        self.client.request(AddContact(contact)).await.unwrap()
    }

    pub(crate) async fn send(&self, chat: ChatId, text: &str) -> MessageId {
        let text = text.to_owned();
        let sent = self.client.request(SendText { chat, text }).await;
        sent.unwrap()
    }

    /// Waits for an event.
    pub(crate) async fn sees<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let wait = async {
            loop {
                let event = self.events.recv().await.expect("the client ended");
                if let Some(found) = wanted(&event) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, wait).await.expect("it never happened")
    }

    /// The texts received in a chat.
    pub(crate) async fn received(&self, chat: ChatId) -> Vec<String> {
        let query = PageQuery {
            chat,
            anchor: PageAnchor::Newest,
            limit: 400,
        };
        let lines = self.client.request(ReadHistory(query)).await.unwrap();
        lines
            .into_iter()
            .filter(|line| line.direction == Direction::In)
            .map(|line| line.text)
            .collect()
    }
}

pub(crate) fn options() -> Options {
    Options {
        profile: String::new(),
        version: "0".to_owned(),
        local_relay: None,
    }
}

pub(crate) fn came(text: &str) -> impl Fn(&Event) -> Option<()> {
    let text = text.to_owned();
    move |event| match event {
        Event::MessageAdded { message } if message.state.is_none() => {
            let found = matches!(&message.body,
                sotto_engine::api::Body::Text { text: found, .. } if *found == text);
            found.then_some(())
        }
        _ => None,
    }
}

pub(crate) async fn listen(client: &Client) -> mpsc::UnboundedReceiver<Event> {
    let (tell, events) = mpsc::unbounded_channel();
    let subscriber = Box::new(move |event| tell.send(event).is_ok());
    client.subscribe(subscriber).await.unwrap();
    events
}
