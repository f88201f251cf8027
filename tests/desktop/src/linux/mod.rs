//! What only Linux has: screen, keyring, windows, notifications, a small disk.

mod display;
mod key;
mod keyring;
mod notifications;
mod press;
mod small_disk;
mod staged_notifications;
mod tray_host;
mod webdriver;
mod window;

pub use display::{Display, OWN_TITLE};
pub use key::Key;
pub use keyring::{KEYRING_PASSWORD, Keyring};
pub use notifications::Notifications;
pub use small_disk::SmallDisk;
pub use staged_notifications::{Asked, StagedNotifications};
pub use tray_host::TrayHost;
pub use webdriver::{Driver, DriverError, ELEMENT, Session, free_port};
pub use window::{ONE_LAYER, Ready, Window};
