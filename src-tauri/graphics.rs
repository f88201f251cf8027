//! Graphics on Linux, before any of it starts: with NVIDIA's driver the way in which WebKitGTK
//! hands frames over can leave the window blank.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// Makes WebKitGTK hand its frames over through ordinary memory.
const PLAIN_FRAMES: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What is there while NVIDIA's driver is loaded: the closed one, and the open one, too.
const DRIVER: [&str; 2] = ["/proc/driver/nvidia", "/sys/module/nvidia"];

/// Starts the program again with plain frames where they are needed. Comes back only where they
/// are not, or where the program cannot be started again: then it goes on as it is.
///
/// The environment of a running program cannot be changed without unsafe code; a new start in the
/// same process can have another. The person's own value, also an empty one, is left alone.
pub(crate) fn prepare() {
    let set = env::var_os(PLAIN_FRAMES);
    if needs_plain_frames(set.as_deref(), Path::exists) {
        let error = start_again();
        tracing::warn!(%error, "the window may stay blank with this graphics driver");
    }
}

/// Whether plain frames have to be asked for: the driver is loaded and nobody has decided.
fn needs_plain_frames(set: Option<&OsStr>, exists: impl Fn(&Path) -> bool) -> bool {
    set.is_none() && DRIVER.iter().any(|path| exists(Path::new(path)))
}

/// Replaces the running program by itself with the variable set, which ends the question.
fn start_again() -> io::Error {
    let program = match env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(PLAIN_FRAMES, "1");
    command.exec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: Option<&str>, there: &[&str]) -> bool {
        needs_plain_frames(set.map(OsStr::new), |path| {
            there.iter().any(|name| path == Path::new(name))
        })
    }

    #[test]
    fn plain_frames_are_asked_for_with_either_driver() {
        assert!(with(None, &["/proc/driver/nvidia"]));
        assert!(with(None, &["/sys/module/nvidia"]));
        assert!(with(None, &DRIVER));
    }

    #[test]
    fn without_the_driver_nothing_is_asked_for() {
        assert!(!with(None, &[]));
        assert!(!with(None, &["/sys/module/nouveau"]));
    }

    #[test]
    fn what_the_person_has_set_is_left_alone() {
        for value in ["1", "0", ""] {
            assert!(!with(Some(value), &DRIVER));
        }
    }
}
