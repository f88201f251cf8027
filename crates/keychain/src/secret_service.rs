//! The Secret Service of freedesktop.org: GNOME Keyring, KWallet, KeePassXC.
//!
//! Items lie in collections, and a collection can be locked. A search in a locked one may find
//! nothing, so "not found" is believed only while no collection is locked. Nothing here makes the
//! system ask the person anything except [`unlock`]. Attributes are those of the `keyring` crate
//! (`service`, `username`), so that other tools find the item under the same names.

use crate::error::VaultError;
use crate::item_kind::ItemKind;
use secret_service::blocking::{Collection, Item, SecretService};
use secret_service::{EncryptionType, Error};
use std::collections::HashMap;
use std::fs;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};
use zbus::blocking::{Connection, MessageIterator, fdo::DBusProxy};
use zbus::names::BusName;
use zbus::{MatchRule, fdo, message};
use zeroize::Zeroizing;

/// Some services ask the person before they let a program read an item.
pub(crate) const CALL_LIMIT: Duration = Duration::from_mins(1);

/// What the keychain is called when nothing better is known.
pub(crate) const NAME: &str = "the system keychain";
const SERVICE: &str = "org.freedesktop.secrets";
const CONTENT_TYPE: &str = "application/octet-stream";

/// Reads the item's bytes.
pub(crate) fn load(profile_id: &str, kind: ItemKind) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let service = connect()?;
    content_of(&items(&service, profile_id, kind)?)
}

/// Writes the item's bytes: over the item that there is, else beside the secret item or, if that is
/// new too, into the default collection. Of copies each is written, so that they stay copies.
pub(crate) fn store(profile_id: &str, kind: ItemKind, secret: &[u8]) -> Result<(), VaultError> {
    let service = connect()?;
    match items(&service, profile_id, kind) {
        Ok(items) if !items.is_empty() => return overwrite(&items, secret),
        // A locked collection elsewhere does not matter for an item that is new.
        Ok(_) | Err(VaultError::Locked) => {}
        Err(error) => return Err(error),
    }
    let beside = match kind {
        ItemKind::Secret => None,
        ItemKind::Counter => collection_of_secret(&service, profile_id)?,
    };
    let collection = match beside {
        Some(collection) => collection,
        None => default_collection(&service)?.ok_or(VaultError::NoCollection)?,
    };
    collection.ensure_unlocked().map_err(classify)?;
    let account = kind.account(profile_id);
    let attributes = attributes(&account);
    collection
        .create_item(label(kind), attributes, secret, true, CONTENT_TYPE)
        .map_err(classify)?;
    Ok(())
}

/// Removes the secret item.
pub(crate) fn delete(profile_id: &str) -> Result<(), VaultError> {
    let service = connect()?;
    let items = items(&service, profile_id, ItemKind::Secret)?;
    content_of(&items)?;
    items
        .iter()
        .try_for_each(|item| item.delete().map_err(classify))
}

/// Whether the place of the secret item is open, or without a profile the place of new items.
pub(crate) fn check(profile_id: Option<&str>) -> Result<(), VaultError> {
    let service = connect()?;
    match profile_id {
        Some(profile_id) => items(&service, profile_id, ItemKind::Secret).map(|_| ()),
        None => default_collection(&service)?
            .ok_or(VaultError::NoCollection)?
            .ensure_unlocked()
            .map_err(classify),
    }
}

/// Makes the service ask the person, until [`check`] would succeed.
pub(crate) fn unlock(profile_id: Option<&str>) -> Result<(), VaultError> {
    let service = connect()?;
    match default_collection(&service)? {
        Some(collection) => unlock_collection(&collection)?,
        None if profile_id.is_none() => {
            // The person chooses a password for the first keyring of this account.
            let made = service.create_collection("Default keyring", "default");
            made.map_err(classify)?;
        }
        None => {}
    }
    if profile_id.is_some() && check(profile_id) == Err(VaultError::Locked) {
        for collection in persistent_collections(&service)? {
            unlock_collection(&collection)?;
        }
    }
    check(profile_id)
}

/// Returns when `open` says so, looking again at each signal of the service; at most `limit`.
pub(crate) fn wait_until(limit: Duration, open: impl Fn() -> bool) {
    let Some(deadline) = Instant::now().checked_add(limit) else {
        return;
    };
    let Ok(signals) = Signals::subscribe() else {
        return;
    };
    while !open() {
        let left = deadline.saturating_duration_since(Instant::now());
        if signals.any.recv_timeout(left).is_err() {
            return;
        }
    }
}

/// What the program behind the service is called.
pub(crate) fn name() -> &'static str {
    match owner_program().as_deref() {
        Some(program) if program.starts_with("gnome-keyring") => "GNOME Keyring",
        Some(program) if program.starts_with("kwallet") || program == "ksecretd" => "KWallet",
        Some("keepassxc") => "KeePassXC",
        _ => NAME,
    }
}

/// Signals of the service and of its coming and going, folded into "something happened".
struct Signals {
    any: Receiver<()>,
    connection: Connection,
}

impl Signals {
    fn subscribe() -> Result<Self, zbus::Error> {
        let connection = Connection::session()?;
        // One place: several signals before the next look are one.
        let (tell, any) = mpsc::sync_channel(1);
        let from_service = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender(SERVICE)?
            .build();
        let owner_changed = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, SERVICE)?
            .build();
        for rule in [from_service, owner_changed] {
            let messages = MessageIterator::for_match_rule(rule, &connection, Some(64))?;
            let tell = tell.clone();
            thread::Builder::new()
                .name("keychain-signals".to_owned())
                .spawn(move || forward(messages, &tell))?;
        }
        Ok(Self { any, connection })
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // Ends both iterators and with them their threads. A connection that is already broken
        // has ended them itself.
        let _ = self.connection.clone().close();
    }
}

fn forward(messages: MessageIterator, tell: &SyncSender<()>) {
    for message in messages {
        if message.is_err()
            || matches!(tell.try_send(()), Err(mpsc::TrySendError::Disconnected(())))
        {
            return;
        }
    }
}

fn connect<'a>() -> Result<SecretService<'a>, VaultError> {
    SecretService::connect(EncryptionType::Dh).map_err(|error| match classify(error) {
        // Without a session there is nothing that could be locked or refused.
        VaultError::Failed => VaultError::NoKeychain,
        other => other,
    })
}

fn attributes(account: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", "chat.sotto.desktop"), ("username", account)])
}

/// The profile's items of a kind: usually one. None only if no collection that could have it is
/// locked.
fn items<'a>(
    service: &'a SecretService<'a>,
    profile_id: &str,
    kind: ItemKind,
) -> Result<Vec<Item<'a>>, VaultError> {
    let account = kind.account(profile_id);
    let found = service
        .search_items(attributes(&account))
        .map_err(classify)?;
    if !found.unlocked.is_empty() {
        return Ok(found.unlocked);
    }
    if !found.locked.is_empty() {
        return Err(VaultError::Locked);
    }
    let beside = match kind {
        ItemKind::Secret => None,
        ItemKind::Counter => collection_of_secret(service, profile_id)?,
    };
    let could_have_it = match beside {
        Some(collection) => vec![collection],
        None => persistent_collections(service)?,
    };
    for collection in could_have_it {
        collection.ensure_unlocked().map_err(classify)?;
    }
    Ok(Vec::new())
}

/// What all these items hold. A copy, as a keyring that was imported twice has it, leaves no doubt;
/// between different ones nothing is guessed.
fn content_of(items: &[Item<'_>]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let mut content = None;
    for item in items {
        let bytes = Zeroizing::new(item.get_secret().map_err(classify)?);
        match &content {
            Some(other) if *other != bytes => return Err(VaultError::Ambiguous),
            _ => content = Some(bytes),
        }
    }
    content.ok_or(VaultError::Missing)
}

fn overwrite(items: &[Item<'_>], secret: &[u8]) -> Result<(), VaultError> {
    if items.len() > 1 {
        content_of(items)?;
    }
    items
        .iter()
        .try_for_each(|item| item.set_secret(secret, CONTENT_TYPE).map_err(classify))
}

/// The collection in which the secret item of a profile lies, if it is open.
fn collection_of_secret<'a>(
    service: &'a SecretService<'a>,
    profile_id: &str,
) -> Result<Option<Collection<'a>>, VaultError> {
    let account = ItemKind::Secret.account(profile_id);
    let found = service
        .search_items(attributes(&account))
        .map_err(classify)?;
    let Some(item) = found.unlocked.first() else {
        return Ok(None);
    };
    // An item's path is that of its collection and one more segment.
    let folder = item.item_path.as_str().rsplit_once('/');
    let mut all = service.get_all_collections().map_err(classify)?;
    all.retain(|collection| {
        folder.is_some_and(|(path, _)| collection.collection_path.as_str() == path)
    });
    Ok(all.pop())
}

/// What the person sees in a list of all items.
fn label(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Secret => "Sotto: private keys and the key of the message history",
        ItemKind::Counter => "Sotto: how far the message history has come",
    }
}

fn default_collection<'a>(
    service: &'a SecretService<'a>,
) -> Result<Option<Collection<'a>>, VaultError> {
    match service.get_default_collection() {
        Ok(collection) => Ok(Some(collection)),
        Err(Error::NoResult) => Ok(None),
        Err(error) => Err(classify(error)),
    }
}

/// All collections but the one that lives only as long as the login.
fn persistent_collections<'a>(
    service: &'a SecretService<'a>,
) -> Result<Vec<Collection<'a>>, VaultError> {
    let session = match service.get_collection_by_alias("session") {
        Ok(collection) => Some(collection.collection_path.clone()),
        Err(_) => None,
    };
    let mut all = service.get_all_collections().map_err(classify)?;
    all.retain(|collection| Some(&collection.collection_path) != session.as_ref());
    Ok(all)
}

fn unlock_collection(collection: &Collection<'_>) -> Result<(), VaultError> {
    if collection.is_locked().map_err(classify)? {
        collection.unlock().map_err(classify)?;
    }
    Ok(())
}

/// The name of the process that owns the service, as the kernel knows it (at most 15 bytes).
fn owner_program() -> Option<String> {
    let connection = Connection::session().ok()?;
    let bus = DBusProxy::new(&connection).ok()?;
    let process = bus
        .get_connection_unix_process_id(BusName::try_from(SERVICE).ok()?)
        .ok()?;
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

fn classify(error: Error) -> VaultError {
    match error {
        Error::Locked => VaultError::Locked,
        Error::Prompt => VaultError::Refused,
        Error::Unavailable | Error::PromptDisconnected => VaultError::NoKeychain,
        Error::Zbus(error) => classify_bus(error),
        Error::ZbusFdo(error) => classify_fdo(error),
        _ => VaultError::Failed,
    }
}

fn classify_bus(error: zbus::Error) -> VaultError {
    match error {
        zbus::Error::MethodError(name, _, _) => match name.as_str() {
            "org.freedesktop.Secret.Error.IsLocked" => VaultError::Locked,
            "org.freedesktop.Secret.Error.NoSuchObject" => VaultError::Missing,
            "org.freedesktop.DBus.Error.AccessDenied" => VaultError::Refused,
            "org.freedesktop.DBus.Error.NoReply" => VaultError::TimedOut,
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner" => VaultError::NoKeychain,
            spawn if spawn.starts_with("org.freedesktop.DBus.Error.Spawn") => {
                VaultError::NoKeychain
            }
            _ => VaultError::Failed,
        },
        zbus::Error::FDO(error) => classify_fdo(*error),
        zbus::Error::Address(_) | zbus::Error::InputOutput(_) | zbus::Error::Handshake(_) => {
            VaultError::NoKeychain
        }
        _ => VaultError::Failed,
    }
}

fn classify_fdo(error: fdo::Error) -> VaultError {
    match error {
        fdo::Error::ServiceUnknown(_)
        | fdo::Error::NameHasNoOwner(_)
        | fdo::Error::NoServer(_)
        | fdo::Error::Disconnected(_)
        | fdo::Error::SpawnExecFailed(_)
        | fdo::Error::SpawnForkFailed(_)
        | fdo::Error::SpawnChildExited(_)
        | fdo::Error::SpawnChildSignaled(_)
        | fdo::Error::SpawnFailed(_)
        | fdo::Error::SpawnServiceNotFound(_) => VaultError::NoKeychain,
        fdo::Error::AccessDenied(_) | fdo::Error::AuthFailed(_) => VaultError::Refused,
        fdo::Error::NoReply(_) | fdo::Error::Timeout(_) | fdo::Error::TimedOut(_) => {
            VaultError::TimedOut
        }
        fdo::Error::ZBus(error) => classify_bus(error),
        _ => VaultError::Failed,
    }
}
