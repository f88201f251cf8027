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
    /// Since when it is known that the identity moved to another computer, ms since 1970. Then this one
    /// connects to nothing and sends nothing; what was is still there to be read.
    pub moved_at: Option<i64>,
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
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own for the person"
)]
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
    /// Whether texts of contacts are notified of.
    #[serde(default = "yes")]
    pub notify_texts: bool,
    /// Whether texts of people who are no contacts are notified of.
    #[serde(default = "yes")]
    pub notify_requests: bool,
    /// Whether a notification may make a sound.
    #[serde(default = "yes")]
    pub notification_sound: bool,
    /// When nothing is notified of, every day.
    #[serde(default)]
    pub quiet_hours: QuietHours,
    /// Until when nothing is notified of, ms since 1970; a time that has passed mutes nothing.
    #[serde(default)]
    pub muted_until: i64,
    /// What happens when the window is closed.
    #[serde(default)]
    pub closing: Closing,
    /// How relays are reached.
    pub proxy: ProxyView,
}

/// What preferences that were kept before there was a switch have it at.
fn yes() -> bool {
    true
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
    /// Whether texts of contacts are notified of.
    pub notify_texts: Option<bool>,
    /// Whether texts of people who are no contacts are notified of.
    pub notify_requests: Option<bool>,
    /// Whether a notification may make a sound.
    pub notification_sound: Option<bool>,
    /// When nothing is notified of, every day.
    pub quiet_hours: Option<QuietHours>,
    /// Until when nothing is notified of, ms since 1970; 0 ends it.
    pub muted_until: Option<i64>,
    /// What happens when the window is closed.
    pub closing: Option<Closing>,
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

/// A part of every day in which nothing is notified of, by the clock of the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// Whether there is one.
    pub on: bool,
    /// When it begins, minutes since midnight, 0 to 1439.
    pub from: u16,
    /// When it ends, likewise; one that ends before it begins lasts over midnight.
    pub to: u16,
}

impl QuietHours {
    /// Whether this minute of the day lies in it. The same beginning and end are a whole day.
    #[must_use]
    pub fn holds(&self, minute: u16) -> bool {
        let inside = if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        self.on && inside
    }
}

impl Default for QuietHours {
    /// Off; from ten at night to seven, once it is turned on.
    fn default() -> Self {
        Self {
            on: false,
            from: 22 * 60,
            to: 7 * 60,
        }
    }
}

/// What happens when the window is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The person is asked.
    #[default]
    Ask,
    /// The program goes on without a window.
    Background,
    /// The program ends.
    Quit,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_last_over_midnight() {
        let at = |from, to, minute| QuietHours { on: true, from, to }.holds(minute);
        for (from, to, minute, quiet) in [
            (22 * 60, 7 * 60, 23 * 60, true),
            (22 * 60, 7 * 60, 6 * 60 + 59, true),
            (22 * 60, 7 * 60, 7 * 60, false),
            (22 * 60, 7 * 60, 12 * 60, false),
            (13 * 60, 14 * 60, 13 * 60, true),
            (13 * 60, 14 * 60, 14 * 60, false),
            (8 * 60, 8 * 60, 3 * 60, true),
        ] {
            assert_eq!(at(from, to, minute), quiet, "{from} to {to} at {minute}");
        }
        assert!(!QuietHours::default().holds(23 * 60));
    }
}
