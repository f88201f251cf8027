//! What only the owner may read: mode 0600 for a file, 0700 for a folder, from its first moment.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder and those above it, as far as they are missing, for the owner alone.
///
/// # Errors
/// If it cannot be made, or a file is in its place.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file to read and to write, with what is in it; makes an empty one for the owner alone
/// where there is none.
///
/// # Errors
/// If it cannot be opened.
pub fn open(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    owner_only(&mut options);
    options.open(file)
}

/// Makes a file that is not there yet, for the owner alone.
pub(crate) fn create_new(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    owner_only(&mut options);
    options.open(file)
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn owner_only(_options: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write as _;

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_enter_or_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("above").join("folder");
        make_folder(&folder).unwrap();
        let file = folder.join("file");
        open(&file).unwrap();
        let new = folder.join("new");
        create_new(&new).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&parent.path().join("above")), 0o700);
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&new), 0o600);
    }

    #[test]
    fn folder_that_is_there_is_no_error_and_a_file_in_its_place_is() {
        let parent = tempfile::tempdir().unwrap();
        make_folder(parent.path()).unwrap();
        let file = parent.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(make_folder(&file).is_err());
    }

    #[test]
    fn file_that_is_there_keeps_its_content() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        open(&path).unwrap().write_all(b"kept").unwrap();
        open(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert!(create_new(&path).is_err());
    }
}
