//! Reads a stream in a thread of its own, so that unpacking and parsing go on at the same time.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// The size of what is handed over at a time.
const BLOCK: usize = 128 << 10;

/// Maximum number of queued blocks: the reader is never far ahead, and memory stays small.
const MAX_QUEUED_BLOCKS: usize = 3;

/// Runs `consume` over the bytes of `stream` while a second thread reads them.
///
/// The second thread ends with the stream, or as soon as `consume` is done.
pub(super) fn pump(
    stream: Box<dyn Read + Send>,
    consume: impl FnOnce(&mut Blocks) -> io::Result<()>,
) -> io::Result<()> {
    thread::scope(|scope| {
        let (full_sender, full) = sync_channel(MAX_QUEUED_BLOCKS);
        let (empty, empty_receiver) = channel();
        let reader = scope.spawn(move || fill(stream, &full_sender, &empty_receiver));
        let mut blocks = Blocks { full, empty, current: Vec::new(), at: 0 };
        let done = consume(&mut blocks);
        // The reader notices that nobody listens any more; only then can it be waited for.
        drop(blocks);
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        done
    })
}

/// The receiving end: the stream's bytes again.
#[derive(Debug)]
pub(super) struct Blocks {
    full: Receiver<io::Result<Vec<u8>>>,
    empty: Sender<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
}

impl Read for Blocks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.current.len() {
            let Ok(next) = self.full.recv() else { return Ok(0) };
            let used = std::mem::replace(&mut self.current, next?);
            self.at = 0;
            // The thread may be done already; then the block is simply dropped.
            drop(self.empty.send(used));
        }
        let count = buffer.len().min(self.current.len() - self.at);
        buffer[..count].copy_from_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Until the end of the stream, an error, or until nobody listens.
fn fill(mut stream: Box<dyn Read + Send>, full: &SyncSender<io::Result<Vec<u8>>>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        block.resize(BLOCK, 0);
        let next = match stream.read(&mut block) {
            Ok(0) => return,
            Ok(count) => {
                block.truncate(count);
                Ok(block)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let over = next.is_err();
        if full.send(next).is_err() || over {
            return;
        }
    }
}
