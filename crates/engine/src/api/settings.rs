//! The person's own profile and preferences, and changes to them.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// The person's own profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// The name of the profile on this computer (`--profile`), empty for the usual one.
    pub profile: String,
    /// What the person wants to be called, 1 to 40 characters.
    pub name: String,
    /// 26 lower-case characters of base32.
    pub account_id: String,
    /// The name shown to everybody at relays that speak only the guide's protocol.
    pub user_id: String,
    /// The box key, standard base64 of 32 bytes.
    pub public_key: String,
    /// 64 hexadecimal digits: the hash whose first half is the account id.
    pub fingerprint: String,
    /// 64 hexadecimal digits over the box key alone: what people who added this key by id and key
    /// see as its fingerprint, and compare.
    pub key_fingerprint: String,
    /// Where the private keys lie.
    pub key_storage: KeyStorage,
    /// The version of the program.
    pub version: String,
}

/// A change to the person's profile: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct ProfilePatch {
    /// What the person wants to be called, 1 to 40 characters.
    pub name: Option<String>,
    /// The name at level-0 relays, 1 to 64 characters.
    pub user_id: Option<String>,
}

/// Where the private keys lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    /// In the keychain of the operating system.
    OsKeychain,
    /// In a file sealed under a passphrase that the person chose.
    Passphrase,
}

/// How the person wants the window to look and to speak up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Colours.
    pub theme: Theme,
    /// Size of message text in px: 13, 14, 15, 16 or 18.
    pub text_size: u8,
    /// Size of everything in the window, %: 80, 90, 100, 110, 125, 150, 175 or 200.
    #[serde(default = "whole_size")]
    pub zoom: u8,
    /// Row height of the chat list.
    pub density: Density,
    /// Whether Enter sends; if not, Ctrl+Enter does.
    pub enter_sends: bool,
    /// What a notification shows.
    pub notifications: NotificationContent,
    /// How relays are reached.
    pub proxy: ProxyView,
}

/// The zoom of preferences that were kept before there was one.
fn whole_size() -> u8 {
    100
}

/// A change to the preferences: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsPatch {
    /// Colours.
    pub theme: Option<Theme>,
    /// Size of message text in px: 13, 14, 15, 16 or 18.
    pub text_size: Option<u8>,
    /// Size of everything, %: 80, 90, 100, 110, 125, 150, 175 or 200.
    pub zoom: Option<u8>,
    /// Row height of the chat list.
    pub density: Option<Density>,
    /// Whether Enter sends.
    pub enter_sends: Option<bool>,
    /// What a notification shows.
    pub notifications: Option<NotificationContent>,
    /// How relays are reached.
    pub proxy: Option<ProxyView>,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Light or dark as the system says, with stronger borders and text.
    HighContrast,
}

/// Row height of the chat list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 64 px.
    Cosy,
    /// 52 px.
    Compact,
}

/// What a notification shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum NotificationContent {
    /// Who wrote, and what.
    NameAndText,
    /// Who wrote.
    Name,
    /// That something came.
    Nothing,
    /// No notification at all.
    Off,
}

/// How relays are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProxyView {
    /// Directly.
    None,
    /// Through a SOCKS5 proxy (RFC 1928), which also resolves the names.
    Socks5 {
        /// `host:port`.
        address: String,
    },
}
