//! Graphics on Linux, before any of it starts: what WebKitGTK does by itself does not suit every
//! machine. Both decisions are variables of its own, and whoever has set one keeps what they set.
//!
//! - With NVIDIA's driver the way in which it hands frames over can leave the window blank.
//! - Without a graphics card (virtual machines, remote desktops) it would draw each frame twice: the
//!   page, and then all layers by a graphics card that a program plays. `cargo xtask bench typing`
//!   shows what that costs a key, `bench tray` what the program that plays the card weighs.

use gtk::glib;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// Makes WebKitGTK hand its frames over through ordinary memory.
const PLAIN_FRAMES: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Makes WebKitGTK draw a page as one picture.
const ONE_LAYER: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// What is there while NVIDIA's driver is loaded: the closed one, and the open one, too.
const NVIDIA: [&str; 2] = ["/proc/driver/nvidia", "/sys/module/nvidia"];
/// Where the kernel shows the graphics cards that programs may draw with.
const CARDS: &str = "/dev/dri";
const CARD: &str = "renderD";

/// Sets the variables that this machine needs.
///
/// To be called while the process has one thread: the environment is everybody's.
///
/// # Errors
/// Where one cannot be set: the window works, it may stay blank or be slow.
pub(crate) fn prepare() -> Result<(), glib::BoolError> {
    let nvidia = || NVIDIA.iter().any(|path| Path::new(path).exists());
    let software = || !nvidia() && !has_card(Path::new(CARDS));
    for (variable, needed) in [
        (PLAIN_FRAMES, &nvidia as &dyn Fn() -> bool),
        (ONE_LAYER, &software),
    ] {
        if is_needed(env::var_os(variable).as_deref(), needed) {
            glib::setenv(variable, "1", false)?;
        }
    }
    Ok(())
}

/// Whether a variable is to be set: nobody has, not even to nothing, and the machine needs it.
fn is_needed(set: Option<&OsStr>, needed: impl Fn() -> bool) -> bool {
    set.is_none() && needed()
}

/// Whether the kernel knows a graphics card that a program may draw with.
fn has_card(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| is_card(&entry.file_name()))
}

/// Whether that is what an entry is called; servers and virtual machines have screens without.
fn is_card(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(CARD.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_has_set_is_left_alone() {
        assert!(is_needed(None, || true));
        assert!(!is_needed(None, || false));
        for value in ["1", "0", ""] {
            assert!(!is_needed(Some(OsStr::new(value)), || true));
        }
    }

    #[test]
    fn a_card_is_one_that_can_be_drawn_with() {
        for (name, card) in [("renderD128", true), ("card0", false), ("by-path", false)] {
            assert_eq!(is_card(OsStr::new(name)), card, "{name}");
        }
        assert!(!has_card(Path::new("/nowhere")));
    }
}
