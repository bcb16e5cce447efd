//! A first look at the inputs, before anything is read or written: are they there, and can they
//! be read?

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::compression::{self, MAGIC_LEN};
use super::input::{Input, OpenError};

/// Looks whether files are there and can be read, and keeps none of them open: there may be more files than
/// a process may have open, and a named pipe is opened only when its turn has come.
///
/// # Errors
/// The first that cannot be read. Nothing was taken from any input.
pub fn check(inputs: &[Input]) -> Result<(), OpenError> {
    for input in inputs {
        if let Input::Path(path) = input {
            look(path).map_err(|source| OpenError { name: input.name(), source })?;
        }
    }
    Ok(())
}

fn look(path: &Path) -> io::Result<()> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() {
        let mut magic = [0; MAGIC_LEN];
        let known = File::open(path)?.read_at(&mut magic, 0)?;
        compression::is_gzip(&magic[..known])?;
    }
    Ok(())
}
