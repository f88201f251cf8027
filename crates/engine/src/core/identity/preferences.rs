//! The person's profile and preferences.

use super::Identity;
use crate::api::{
    Closing, Density, ErrorCode, NotificationContent, ProfilePatch, ProxyView, QuietHours,
    SettingsPatch, SettingsView, Theme,
};
use crate::core::turn::{Turn, Whole};
use crate::error::EngineError;
use crate::text::given_name;
use sotto_store::{Reader, StoreError, profile, settings};
use sotto_wire::UserId;

/// The key of the preferences in the table of settings.
const PREFERENCES: &str = "preferences";

/// The sizes of message text to choose from, px.
const TEXT_SIZES: [u8; 5] = [13, 14, 15, 16, 18];

/// The sizes of the whole window to choose from, %.
const ZOOMS: [u8; 8] = [80, 90, 100, 110, 125, 150, 175, 200];

/// How many minutes a day has.
const MINUTES_OF_DAY: u16 = 24 * 60;

/// The preferences of a new profile.
#[must_use]
pub fn default_settings() -> SettingsView {
    SettingsView {
        theme: Theme::System,
        text_size: 14,
        zoom: 100,
        density: Density::Cosy,
        enter_sends: true,
        notifications: NotificationContent::NameAndText,
        notify_texts: true,
        notify_requests: true,
        notification_sound: true,
        quiet_hours: QuietHours::default(),
        muted_until: 0,
        closing: Closing::Ask,
        proxy: ProxyView::None,
    }
}

/// Reads the preferences; what cannot be read is as new.
pub(crate) fn load(reader: &Reader) -> Result<SettingsView, StoreError> {
    let stored = settings::value(reader, PREFERENCES)?;
    let parsed = stored.and_then(|json| serde_json::from_str(&json).ok());
    Ok(parsed.unwrap_or_else(default_settings))
}

/// What a change of the profile changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProfileChange {
    /// The name for everybody at relays of level 0.
    pub(crate) user_id: bool,
    /// What the person wants to be called.
    pub(crate) name: bool,
}

impl Identity {
    /// Changes the preferences; gives the proxy if it is another one.
    pub(crate) fn update_settings(
        &mut self,
        turn: &mut Turn<'_>,
        patch: SettingsPatch,
    ) -> Result<Option<ProxyView>, EngineError> {
        let mut new = self.settings().clone();
        new.theme = patch.theme.unwrap_or(new.theme);
        new.density = patch.density.unwrap_or(new.density);
        new.enter_sends = patch.enter_sends.unwrap_or(new.enter_sends);
        new.notifications = patch.notifications.unwrap_or(new.notifications);
        new.notify_texts = patch.notify_texts.unwrap_or(new.notify_texts);
        new.notify_requests = patch.notify_requests.unwrap_or(new.notify_requests);
        new.notification_sound = patch.notification_sound.unwrap_or(new.notification_sound);
        new.muted_until = patch.muted_until.unwrap_or(new.muted_until);
        new.closing = patch.closing.unwrap_or(new.closing);
        if let Some(hours) = patch.quiet_hours {
            new.quiet_hours = checked_hours(hours)?;
        }
        if let Some(size) = patch.text_size {
            new.text_size = one_of(&TEXT_SIZES, size)?;
        }
        if let Some(zoom) = patch.zoom {
            new.zoom = one_of(&ZOOMS, zoom)?;
        }
        if let Some(proxy) = patch.proxy {
            new.proxy = checked_proxy(proxy)?;
        }
        let json = serde_json::to_string(&new).map_err(|_| ErrorCode::Internal)?;
        settings::set(turn.tx, PREFERENCES, &json)?;
        let proxy = Some(&new.proxy).filter(|proxy| **proxy != self.settings().proxy);
        let proxy = proxy.cloned();
        self.settings.set(new);
        turn.touched.whole(Whole::Settings);
        Ok(proxy)
    }

    /// Changes the profile.
    pub(crate) fn update_profile(
        &mut self,
        turn: &mut Turn<'_>,
        patch: ProfilePatch,
    ) -> Result<ProfileChange, EngineError> {
        let mut new = self.profile().clone();
        if let Some(name) = patch.name {
            new.name = profile_name(&name)?;
        }
        if let Some(user_id) = patch.user_id {
            let user_id = UserId::new(user_id.trim()).map_err(|_| ErrorCode::BadUserId)?;
            user_id.as_str().clone_into(&mut new.user_id);
        }
        profile::set_name(turn.tx, &new.name)?;
        profile::set_user_id(turn.tx, &new.user_id)?;
        let change = ProfileChange {
            user_id: new.user_id != self.profile().user_id,
            name: new.name != self.profile().name,
        };
        self.profile.set(new);
        turn.touched.whole(Whole::Profile);
        Ok(change)
    }
}

/// Checks a size that the window offers only some of.
fn one_of(allowed: &[u8], chosen: u8) -> Result<u8, ErrorCode> {
    if allowed.contains(&chosen) {
        Ok(chosen)
    } else {
        Err(ErrorCode::Internal)
    }
}

/// Checks that both ends are minutes of a day.
fn checked_hours(hours: QuietHours) -> Result<QuietHours, ErrorCode> {
    if hours.from < MINUTES_OF_DAY && hours.to < MINUTES_OF_DAY {
        Ok(hours)
    } else {
        Err(ErrorCode::Internal)
    }
}

/// Checks the person's own name: 1 to 40 characters.
pub(crate) fn profile_name(name: &str) -> Result<String, ErrorCode> {
    let name = given_name(name)?;
    if name.is_empty() {
        return Err(ErrorCode::BadName);
    }
    Ok(name)
}

/// Checks `host:port` of a proxy.
fn checked_proxy(proxy: ProxyView) -> Result<ProxyView, ErrorCode> {
    let ProxyView::Socks5 { address } = proxy else {
        return Ok(ProxyView::None);
    };
    let address = address.trim().to_owned();
    let (host, port) = address.rsplit_once(':').ok_or(ErrorCode::BadProxy)?;
    let fits = !host.is_empty()
        && host.len() <= 255
        && !host.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/' || c == '@')
        && port.parse::<u16>().is_ok_and(|port| port != 0);
    if !fits {
        return Err(ErrorCode::BadProxy);
    }
    Ok(ProxyView::Socks5 { address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_from_before_some_of_them_keep_all_the_others() {
        let kept = SettingsView {
            text_size: 18,
            theme: Theme::Dark,
            ..default_settings()
        };
        let mut json = serde_json::to_value(&kept).unwrap();
        for later in [
            "zoom",
            "notifyTexts",
            "notifyRequests",
            "notificationSound",
            "quietHours",
            "mutedUntil",
            "closing",
        ] {
            assert!(json.as_object_mut().unwrap().remove(later).is_some());
        }
        assert_eq!(serde_json::from_value::<SettingsView>(json).unwrap(), kept);
    }

    #[test]
    fn quiet_hours_end_within_a_day() {
        let hours = |from, to| checked_hours(QuietHours { on: true, from, to });
        assert!(hours(0, 1439).is_ok());
        assert_eq!(hours(1440, 0), Err(ErrorCode::Internal));
        assert_eq!(hours(0, u16::MAX), Err(ErrorCode::Internal));
    }
}
