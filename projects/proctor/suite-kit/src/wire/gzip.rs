//! The one encoding that the suite sends, and reads where it has sent it: a server may answer in the request's.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::envelope::MAX_MESSAGE_BYTES;

/// The bytes, compressed.
pub(super) fn packed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte").into()
}

/// What was compressed.
pub(super) fn unpacked(bytes: &[u8]) -> Result<Bytes, String> {
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(MAX_MESSAGE_BYTES as u64 + 1).read_to_end(&mut unpacked);
    match read {
        Err(error) => Err(format!("a message that says it is gzip, and isn't: {error}")),
        Ok(_) if unpacked.len() > MAX_MESSAGE_BYTES => {
            Err(format!("a message of more than {MAX_MESSAGE_BYTES} bytes"))
        }
        Ok(_) => Ok(unpacked.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_nothing_else() {
        assert_eq!(unpacked(&packed(b"I feel happy.")), Ok(Bytes::from_static(b"I feel happy.")));
        assert!(unpacked(b"I feel happy.").unwrap_err().contains("isn't"));
        let bomb = packed(&vec![0; 5 << 20]);
        assert_eq!(unpacked(&bomb).unwrap_err(), "a message of more than 4194304 bytes");
    }
}
