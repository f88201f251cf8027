//! Files that only their owner can read, and folders whose names last.

use std::fs::File;
use std::io;
use std::path::Path;

/// Creates or empties a file that only its owner can read.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes the names in a folder as durable as the content of its files.
pub(crate) fn sync_folder(dir: &Path) -> io::Result<()> {
    // Windows has no such call and does not need it after a rename on NTFS.
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}
