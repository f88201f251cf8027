//! The icon in the tray of the desktop: what is unread, and what can be done without the window.
//!
//! It is made once there is a tray to be in (`tray_host.rs`), and then only follows.

use crate::shell::Shell;
use crate::window;
use crate::words::words;
use chrono::{DateTime, Days, Local, NaiveTime, TimeDelta, TimeZone};
use sotto_engine::api::HistoryTrouble;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};

/// The items of the menu, as they are named in its events.
const WINDOW: &str = "window";
const MUTE_HOUR: &str = "mute-hour";
const MUTE_DAY: &str = "mute-day";
const UNMUTE: &str = "unmute";
const QUIT: &str = "quit";

/// When "until tomorrow" ends.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The colour of the dot that says that something is unread.
const DOT: [u8; 4] = [0xe5, 0x48, 0x4d, 0xff];

/// What the tray shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// How many messages are unread.
    pub(crate) unread: u32,
    /// Why receiving is paused, if it is.
    pub(crate) trouble: Option<HistoryTrouble>,
    /// Whether there is a window.
    pub(crate) window: bool,
    /// Whether notifications are muted.
    pub(crate) muted: bool,
}

impl Sight {
    /// How things stand: what is wrong, or how much is unread.
    fn words(self) -> String {
        match self.trouble {
            Some(trouble) => words().paused(trouble).to_owned(),
            None => words().unread(self.unread),
        }
    }
}

/// The icon with its menu.
pub(crate) struct Tray {
    icon: TrayIcon,
    window: MenuItem<Wry>,
    unread: MenuItem<Wry>,
    mute_hour: MenuItem<Wry>,
    mute_day: MenuItem<Wry>,
    unmute: MenuItem<Wry>,
    plain: Option<Image<'static>>,
    dotted: Option<Image<'static>>,
}

impl Tray {
    /// Puts the icon into the tray; on the main thread.
    pub(crate) fn new(app: &AppHandle) -> tauri::Result<Self> {
        // The library behind it panics where a library of the system is missing.
        let made = catch_unwind(AssertUnwindSafe(|| Self::make(app)));
        made.unwrap_or_else(|_| Err(tauri::Error::FailedToReceiveMessage))
    }

    fn make(app: &AppHandle) -> tauri::Result<Self> {
        let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
        let window = item(WINDOW, words().open.as_str())?;
        let unread = MenuItem::new(app, words().nothing_unread.as_str(), false, None::<&str>)?;
        let mute_hour = item(MUTE_HOUR, words().mute_hour.as_str())?;
        let mute_day = item(MUTE_DAY, words().mute_day.as_str())?;
        let unmute = MenuItem::with_id(app, UNMUTE, words().unmute.as_str(), false, None::<&str>)?;
        let quit = item(QUIT, words().quit.as_str())?;
        let lines = [
            PredefinedMenuItem::separator(app)?,
            PredefinedMenuItem::separator(app)?,
        ];
        let menu = Menu::with_items(
            app,
            &[
                &window, &unread, &lines[0], &mute_hour, &mute_day, &unmute, &lines[1], &quit,
            ],
        )?;
        let plain = app.default_window_icon().cloned().map(Image::to_owned);
        let dotted = plain.as_ref().map(dotted);
        let mut builder = TrayIconBuilder::with_id("sotto")
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
            .on_tray_icon_event(|icon, event| {
                // Not told on Linux, where a click opens the menu.
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    window::focus(icon.app_handle());
                }
            });
        if let Some(image) = plain.clone() {
            builder = builder.icon(image);
        }
        Ok(Self {
            icon: builder.build(app)?,
            window,
            unread,
            mute_hour,
            mute_day,
            unmute,
            plain,
            dotted,
        })
    }

    /// Shows what has changed since `before`.
    pub(crate) fn show(&self, before: Option<Sight>, now: Sight) -> tauri::Result<()> {
        if before.map(|before| before.window) != Some(now.window) {
            let text = if now.window {
                &words().hide
            } else {
                &words().open
            };
            self.window.set_text(text.as_str())?;
        }
        if before.map(|before| before.muted) != Some(now.muted) {
            self.mute_hour.set_enabled(!now.muted)?;
            self.mute_day.set_enabled(!now.muted)?;
            self.unmute.set_enabled(now.muted)?;
        }
        let state = |sight: Sight| (sight.unread, sight.trouble);
        if before.map(state) == Some(state(now)) {
            return Ok(());
        }
        let text = now.words();
        self.unread.set_text(&text)?;
        self.icon.set_tooltip(Some(format!("Sotto: {text}")))?;
        let count = (now.unread > 0).then(|| now.unread.to_string());
        // An empty title is what takes it away again.
        self.icon.set_title(Some(count.unwrap_or_default()))?;
        if before.is_none_or(|before| (before.unread > 0) != (now.unread > 0)) {
            let image = if now.unread > 0 {
                &self.dotted
            } else {
                &self.plain
            };
            self.icon.set_icon(image.clone())?;
        }
        Ok(())
    }
}

/// Does what was chosen from the menu.
fn chosen(app: &AppHandle, item: &str) {
    let shell = app.state::<Shell>();
    match item {
        WINDOW => match window::current(app) {
            // As its own button closes it, but it is clear what is wanted.
            Some(_) => shell.closing.hide(app),
            None => window::focus(app),
        },
        MUTE_HOUR => shell.mute((Local::now() + TimeDelta::hours(1)).timestamp_millis()),
        MUTE_DAY => shell.mute(tomorrow(&Local::now())),
        UNMUTE => shell.mute(0),
        QUIT => shell.closing.quit(app),
        _ => {}
    }
}

/// The next day's morning, ms since 1970.
fn tomorrow<Z: TimeZone>(now: &DateTime<Z>) -> i64 {
    let day = now.date_naive().checked_add_days(Days::new(1));
    let morning = day.and_then(|day| {
        let morning = now.timezone().from_local_datetime(&day.and_time(MORNING));
        morning.earliest()
    });
    // A morning that the clock leaves out.
    let fallback = || now.clone() + TimeDelta::days(1);
    morning.unwrap_or_else(fallback).timestamp_millis()
}

/// The icon with a dot at its lower right.
fn dotted(icon: &Image<'static>) -> Image<'static> {
    let (width, height) = (icon.width(), icon.height());
    let mut pixels = icon.rgba().to_vec();
    let radius = i64::from(width.min(height)) / 4;
    let (middle_x, middle_y) = (i64::from(width) - radius, i64::from(height) - radius);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (i64::from(x), i64::from(y))));
    for (pixel, (x, y)) in pixels.chunks_exact_mut(4).zip(places) {
        let (from_x, from_y) = (x - middle_x, y - middle_y);
        if from_x * from_x + from_y * from_y <= radius * radius {
            pixel.copy_from_slice(&DOT);
        }
    }
    Image::new_owned(pixels, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{FixedOffset, Utc};

    #[test]
    fn tomorrow_begins_at_eight_by_the_local_clock() {
        let zone = FixedOffset::east_opt(2 * 3600).unwrap();
        for (now, morning) in [
            ("2026-11-30T23:30:00+02:00", "2026-12-01T08:00:00+02:00"),
            ("2026-12-01T00:30:00+02:00", "2026-12-02T08:00:00+02:00"),
            ("2026-12-31T12:00:00+02:00", "2027-01-01T08:00:00+02:00"),
        ] {
            let now = DateTime::parse_from_rfc3339(now)
                .unwrap()
                .with_timezone(&zone);
            let morning = DateTime::parse_from_rfc3339(morning).unwrap();
            assert_eq!(tomorrow(&now), morning.timestamp_millis());
        }
        assert!(tomorrow(&Utc::now()) > Utc::now().timestamp_millis());
    }

    #[test]
    fn dot_is_drawn_inside_the_icon_and_nowhere_else() {
        let icon = Image::new_owned(vec![0; 32 * 32 * 4], 32, 32);
        let dotted = dotted(&icon);
        let pixel = |x: usize, y: usize| &dotted.rgba()[(y * 32 + x) * 4..][..4];
        assert_eq!(pixel(24, 24), DOT);
        for (x, y) in [(0, 0), (15, 24), (24, 15)] {
            assert_eq!(pixel(x, y), [0; 4]);
        }
        assert_eq!(dotted.rgba().len(), icon.rgba().len());
    }
}
