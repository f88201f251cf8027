//! A Linux desktop of the test's own: keyring, display, windows, notifications, a small disk.

mod display;
mod keyring;
mod notifications;
mod small_disk;
mod webdriver;
mod window;

pub use display::Display;
pub use keyring::{KEYRING_PASSWORD, Keyring};
pub use notifications::Notifications;
pub use small_disk::SmallDisk;
pub use webdriver::{Driver, DriverError, ELEMENT, Session};
pub use window::{Key, Ready, Window};
