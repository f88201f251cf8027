//! The folder of a profile: which key item belongs to it, who uses it now, whether it is whole.
//!
//! ```text
//! <folder>/profile.json    which key item, and whether the profile was finished; nothing secret
//! <folder>/keys.sealed     the secret item, if the person chose a passphrase
//! <folder>/keys.counter    then also how far the history has come at least (P-25)
//! <folder>/history.db      the history (SQLCipher), with history.check beside it
//! <folder>/lock            held by the process that has the profile open
//! ```
//!
//! Fronts and the driver open and make profiles through [`ProfileFolder`]. What the keys and the
//! history mean is not known here.

mod error;
mod folder;
mod keys;
mod lock;
mod making;
mod opening;
mod profile_file;

pub use error::ProfileError;
pub use folder::{FolderState, ProfileFolder};
pub use keys::Keys;
pub use lock::ProfileLock;
pub use making::NewProfile;
pub use opening::OpenProfile;
