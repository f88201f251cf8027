//! Which received messages a `listen` has printed, noted at the very moment.
//!
//! The history notes it durably, which takes a disk's time; a process killed meanwhile would
//! print the message again. So each id first goes into a small file that is not synced: it
//! survives the end of the process, and after a power cut a message may come twice but none is
//! left out.

use sotto_engine::api::MessageId;
use sotto_engine::profile::ProfileFolder;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Far more than one round of printing can note.
const LONGEST: u64 = 64 * 1024;

/// The file of the messages that the history does not yet know as printed.
pub(crate) struct Printed {
    file: Option<File>,
}

impl Printed {
    /// Opens the file of a home.
    pub(crate) fn open(home: &ProfileFolder) -> io::Result<Self> {
        let file = sotto_private_files::open(&home.dir().join("printed"))?;
        Ok(Self { file: Some(file) })
    }

    /// For a session in which nothing is printed.
    pub(crate) const fn nowhere() -> Self {
        Self { file: None }
    }

    /// What was printed before, as far as the history may not know it.
    pub(crate) fn noted(&mut self) -> io::Result<Vec<MessageId>> {
        let Some(file) = &mut self.file else {
            return Ok(Vec::new());
        };
        let mut text = String::new();
        file.seek(SeekFrom::Start(0))?;
        file.take(LONGEST).read_to_string(&mut text)?;
        file.seek(SeekFrom::End(0))?;
        // A line without its end was cut off.
        let whole = text
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'));
        Ok(whole
            .filter_map(|line| line.parse().ok().map(MessageId))
            .collect())
    }

    /// Notes a message whose line was just flushed.
    pub(crate) fn note(&mut self, message: MessageId) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(format!("{}\n", message.0).as_bytes()),
            None => Ok(()),
        }
    }

    /// Forgets all: the history knows them now.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn ids(ids: &[i64]) -> Vec<MessageId> {
        ids.iter().copied().map(MessageId).collect()
    }

    #[test]
    fn what_was_noted_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let home = ProfileFolder::at(folder.path());
        let mut printed = Printed::open(&home).unwrap();
        assert_eq!(printed.noted().unwrap(), ids(&[]));
        printed.note(MessageId(3)).unwrap();
        printed.note(MessageId(40)).unwrap();
        drop(printed);
        let mut printed = Printed::open(&home).unwrap();
        assert_eq!(printed.noted().unwrap(), ids(&[3, 40]));
        printed.note(MessageId(5)).unwrap();
        assert_eq!(printed.noted().unwrap(), ids(&[3, 40, 5]));
        printed.clear().unwrap();
        printed.note(MessageId(6)).unwrap();
        drop(printed);
        let noted = Printed::open(&home).unwrap().noted().unwrap();
        assert_eq!(noted, ids(&[6]));
    }

    #[test]
    fn cut_off_or_foreign_lines_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("printed"), "1\nx\n\n-2\n34").unwrap();
        let mut printed = Printed::open(&ProfileFolder::at(folder.path())).unwrap();
        assert_eq!(printed.noted().unwrap(), ids(&[1, -2]));
    }
}
