//! The person's profile and preferences.

use super::{Engine, Now};
use crate::api::{
    ChatId, Density, ErrorCode, Event, NotificationContent, ProxyView, SettingsView, Theme,
};
use crate::api::{ProfilePatch, SettingsPatch};
use crate::error::EngineError;
use sotto_store::outgoing::{self, Own};
use sotto_store::{Reader, StoreError, profile, settings};
use sotto_wire::UserId;

/// The key of the preferences in the table of settings.
const PREFERENCES: &str = "preferences";

/// The sizes of message text to choose from, px.
const TEXT_SIZES: [u8; 5] = [13, 14, 15, 16, 18];

/// The sizes of the whole window to choose from, %.
const ZOOMS: [u8; 8] = [80, 90, 100, 110, 125, 150, 175, 200];

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
        proxy: ProxyView::None,
    }
}

/// Reads the preferences; what cannot be read is as new.
pub(super) fn load(reader: &Reader) -> Result<SettingsView, StoreError> {
    let stored = settings::value(reader, PREFERENCES)?;
    let parsed = stored.and_then(|json| serde_json::from_str(&json).ok());
    Ok(parsed.unwrap_or_else(default_settings))
}

impl Engine {
    pub(super) fn update_settings(
        &mut self,
        now: Now,
        patch: SettingsPatch,
    ) -> Result<(), EngineError> {
        let mut new = self.settings.clone();
        new.theme = patch.theme.unwrap_or(new.theme);
        new.density = patch.density.unwrap_or(new.density);
        new.enter_sends = patch.enter_sends.unwrap_or(new.enter_sends);
        new.notifications = patch.notifications.unwrap_or(new.notifications);
        if let Some(size) = patch.text_size {
            if !TEXT_SIZES.contains(&size) {
                return Err(ErrorCode::Internal.into());
            }
            new.text_size = size;
        }
        if let Some(zoom) = patch.zoom {
            if !ZOOMS.contains(&zoom) {
                return Err(ErrorCode::Internal.into());
            }
            new.zoom = zoom;
        }
        if let Some(proxy) = patch.proxy {
            new.proxy = checked_proxy(proxy)?;
        }
        let json = serde_json::to_string(&new).map_err(|_| ErrorCode::Internal)?;
        self.store
            .transaction(|tx| settings::set(tx, PREFERENCES, &json))?;
        let proxy_changed = new.proxy != self.settings.proxy;
        self.settings = new.clone();
        self.emit(Event::SettingsChanged { settings: new });
        if proxy_changed {
            // Whatever goes past the proxy must end at once.
            self.reconnect_all(now);
        }
        Ok(())
    }

    pub(super) fn update_profile(
        &mut self,
        now: Now,
        patch: ProfilePatch,
    ) -> Result<(), EngineError> {
        let mut new = self.profile.clone();
        if let Some(name) = patch.name {
            new.name = profile_name(&name)?;
        }
        if let Some(user_id) = patch.user_id {
            let user_id = UserId::new(user_id.trim()).map_err(|_| ErrorCode::BadUserId)?;
            user_id.as_str().clone_into(&mut new.user_id);
        }
        self.store.transaction(|tx| {
            profile::set_name(tx, &new.name)?;
            profile::set_user_id(tx, &new.user_id)
        })?;
        let renamed = new.user_id != self.profile.user_id;
        let called = new.name != self.profile.name;
        self.profile = new;
        if called {
            self.tell_name()?;
        }
        self.renew_card(now);
        let profile = self.profile_view();
        self.emit(Event::ProfileChanged { profile });
        if renamed {
            self.reconnect_all(now);
        }
        self.pump(now);
        Ok(())
    }
}

impl Engine {
    /// Tells everybody with whom there are sessions what the person wants to be called.
    fn tell_name(&mut self) -> Result<(), EngineError> {
        let told: Vec<(i64, [u8; 32], [u8; 16])> = self
            .directory
            .all()
            .filter(|contact| contact.sealed && !contact.blocked)
            .filter_map(|contact| Some((contact.id, contact.account?)))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(chat, account)| (chat, account, self.random()))
            .collect();
        self.store.transaction(|tx| {
            for (chat, account, id) in &told {
                // One that waits still is not encrypted yet or is encrypted anew.
                outgoing::remove_one(tx, *chat, Own::Profile)?;
                Self::push_own(tx, *chat, account, Own::Profile, &[], *id)?;
            }
            Ok::<_, StoreError>(())
        })?;
        self.waiting
            .extend(told.iter().map(|(chat, ..)| ChatId(*chat)));
        Ok(())
    }
}

/// Checks the person's own name: 1 to 40 characters.
pub(crate) fn profile_name(name: &str) -> Result<String, ErrorCode> {
    let name = super::contacts::given_name(name)?;
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
    fn preferences_from_before_the_zoom_keep_all_the_others() {
        let kept = SettingsView {
            text_size: 18,
            theme: Theme::Dark,
            ..default_settings()
        };
        let mut json = serde_json::to_value(&kept).unwrap();
        assert!(json.as_object_mut().unwrap().remove("zoom").is_some());
        assert_eq!(serde_json::from_value::<SettingsView>(json).unwrap(), kept);
    }
}
