//! A Linux desktop of the test's own: keyring, display, windows.

mod display;
mod keyring;
mod webdriver;
mod window;

pub use display::Display;
pub use keyring::{KEYRING_PASSWORD, Keyring};
pub use webdriver::{Driver, DriverError, ELEMENT, Session};
pub use window::{Key, Ready, Window};
