//! Compressed logs: gzip is unpacked, member after member; other packings are known by their first bytes and
//! refused with what to do, because their bytes would all be malformed lines.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// Number of leading bytes that identify an encoding.
pub(super) const MAGIC_LEN: usize = 10;

/// How the bytes of a gzip file begin.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// A file that is no log as it is.
#[derive(Debug, thiserror::Error)]
#[error("it is {what}: try {command} FILE | log-parser …")]
struct UnsupportedEncoding {
    what: &'static str,
    command: &'static str,
}

/// Something that is no gzip comes after a gzip member.
#[derive(Debug, thiserror::Error)]
#[error("trailing data after the gzip stream is not gzip: unpack it with gzip -dc")]
struct TrailingData;

/// Does this begin a gzip file?
///
/// # Errors
/// Where it begins a file that is packed otherwise, or UTF-16. Each of these holds bytes that no client's
/// address or name does, so that no line of a log begins like it.
pub(super) fn is_gzip(start: &[u8]) -> io::Result<bool> {
    let (what, command) = match start {
        [b'P', b'K', 3, 4, ..] => ("a zip archive", "unzip -p"),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => ("compressed with xz", "xz -dc"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59] => {
            ("compressed with bzip2", "bzip2 -dc")
        }
        [0x28, 0xB5, 0x2F, 0xFD, ..] => ("compressed with zstd", "zstd -dc"),
        [0xFF, 0xFE, _, 0, ..] | [0xFE, 0xFF, 0, _, ..] => ("UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
        _ => return Ok(start.starts_with(&GZIP)),
    };
    Err(io::Error::new(io::ErrorKind::InvalidData, UnsupportedEncoding { what, command }))
}

/// The bytes of gzip members, one after the other. As with gzip itself, zeros may fill the file up.
pub(super) struct Members<R> {
    /// `None` past the end.
    decoder: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Members<R> {
    pub(super) fn new(packed: R) -> Self {
        Self { decoder: Some(GzDecoder::new(BufReader::with_capacity(64 << 10, packed))) }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let rest = self.decoder.take().map(GzDecoder::into_inner);
            self.decoder = rest.map(next).transpose()?.flatten();
        }
        Ok(0)
    }
}

/// The member that comes next, past zeros.
fn next<R: Read>(mut rest: BufReader<R>) -> io::Result<Option<GzDecoder<BufReader<R>>>> {
    loop {
        let bytes = match rest.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        match bytes.get(zeros) {
            Some(first) if *first == GZIP[0] => {
                rest.consume(zeros);
                return Ok(Some(GzDecoder::new(rest)));
            }
            Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, TrailingData)),
            None if zeros == 0 => return Ok(None),
            None => rest.consume(zeros),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Members::new(packed).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn members_may_follow_each_other_and_zeros_them() {
        let (one, two) = (gzip(b"one\n"), gzip(b"two\n"));
        assert_eq!(unpack(&one).unwrap(), "one\n");
        assert_eq!(unpack(&[&one[..], &two].concat()).unwrap(), "one\ntwo\n");
        assert_eq!(unpack(&[&one[..], &[0; 200_000]].concat()).unwrap(), "one\n");
        assert_eq!(unpack(&[&one[..], &[0; 5], &two].concat()).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn what_is_cut_off_or_no_gzip_is_an_error() {
        let one = gzip(b"one\n");
        assert!(unpack(&one[..one.len() - 1]).is_err());
        let error = unpack(&[&one[..], b"garbage"].concat()).unwrap_err().to_string();
        assert!(error.contains("trailing data"), "{error}");
    }

    #[test]
    fn only_what_no_line_begins_with_is_refused() {
        for start in ["", "P", "PK", "BZh9 - - [20", "1.2.3.4 - ", "\u{28}", "xz-host - "] {
            assert!(!is_gzip(start.as_bytes()).unwrap(), "{start:?}");
        }
        assert!(!is_gzip(b"\xff\xfe - - [20").unwrap());
        for start in [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], b"\xfd7zXZ\0\0\x04\xe6\xd6", b"BZh91AY&SY"] {
            assert!(is_gzip(start).is_err(), "{start:?}");
        }
        assert!(is_gzip(b"\xff\xfe1\0.\x002\0.\0").is_err() && is_gzip(b"\x28\xb5\x2f\xfd\x04X").is_err());
    }
}
