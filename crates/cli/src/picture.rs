//! The code in a picture, read in a process of its own that this program is started for once more.

use crate::failure::Failure;
use crate::owner::blocking;
use sotto_engine::api::ErrorCode;
use sotto_engine::driver::{PictureReader, read_one_picture};
use sotto_engine::qr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The only word of the process that reads a picture.
const READ: &str = "--read-one-picture";

/// Reads a picture if this process was started for that.
pub(crate) fn read_if_asked() -> Option<ExitCode> {
    let mut words = std::env::args_os().skip(1);
    let asked = words.next().is_some_and(|word| word == READ) && words.next().is_none();
    asked.then(read_one_picture)
}

/// What the code in a file says. A picture without one of ours is no link.
pub(crate) async fn code_in(file: PathBuf) -> Result<String, Failure> {
    let bytes = blocking(move || Ok(qr::picture_file(&file).map_err(ErrorCode::from)?)).await?;
    let program = std::env::current_exe().map_err(|_| Failure::internal())?;
    let read = PictureReader::new(program, &[READ]).read(&bytes).await;
    read.map_err(|error| match error {
        ErrorCode::NoCode | ErrorCode::ForeignCode => ErrorCode::NotALink.into(),
        error => error.into(),
    })
}
