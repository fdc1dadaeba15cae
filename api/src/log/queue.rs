//! Lines on their way out: whoever logs puts them into memory, a thread writes them, many with one call.
//!
//! `tracing-appender` hands over each line by itself and wakes its thread for it; on one processor that costs a
//! request more than the line does.

use std::io::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What waits at most, in bytes: some ten thousand lines. What comes then is dropped, and counted.
const CAPACITY: usize = 1 << 20;
/// How long lines are collected before they are written.
const COLLECTING: Duration = Duration::from_millis(10);
/// How long the program waits at its end for a reader who does not read.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How many lines were dropped since the start, for the metrics; the program has one log.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// How many lines were dropped since the start.
pub(crate) fn dropped_lines() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// Writes that so many lines were dropped.
pub(super) type Note = fn(&mut Vec<u8>, usize);

/// Where lines are put. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct LogQueue(Arc<Shared>);

/// Writes what is left when it is dropped.
#[derive(Debug)]
pub(super) struct Open(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// The first line came, or the end.
    news: Condvar,
    /// Everything is written, and nothing more will be.
    done: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: usize,
    closing: bool,
    done: bool,
}

impl Waiting {
    fn is_quiet(&self) -> bool {
        self.lines.is_empty() && self.dropped == 0 && !self.closing
    }
}

impl LogQueue {
    /// Starts the thread that writes there.
    pub(super) fn open(to: impl Write + Send + 'static, note: Note) -> io::Result<(Self, Open)> {
        let shared = Arc::new(Shared::default());
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || writer.write_to(to, note))?;
        Ok((Self(Arc::clone(&shared)), Open(shared)))
    }

    /// Puts a line there, if there is room.
    pub(super) fn put(&self, line: &[u8]) {
        let mut waiting = self.0.lock();
        let was_quiet = waiting.is_quiet();
        if waiting.lines.len() + line.len() > CAPACITY {
            waiting.dropped += 1;
            DROPPED.fetch_add(1, Ordering::Relaxed);
        } else {
            waiting.lines.extend_from_slice(line);
        }
        drop(waiting);
        if was_quiet {
            self.0.news.notify_one();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody holds the lock while the reader is waited for.
    fn write_to(&self, mut to: impl Write, note: Note) {
        let mut batch = Vec::new();
        loop {
            let (dropped, is_last) = self.take(&mut batch);
            if dropped > 0 {
                note(&mut batch, dropped);
            }
            // A log that cannot be written is nobody's business any more.
            let _ = to.write_all(&batch);
            batch.clear();
            if is_last {
                break;
            }
        }
        self.lock().done = true;
        self.done.notify_all();
    }

    /// Waits for lines, and a little for more of them; how many were dropped, and whether these are the last ones.
    fn take(&self, batch: &mut Vec<u8>) -> (usize, bool) {
        let waiting = self.news.wait_while(self.lock(), |waiting| waiting.is_quiet());
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let collected = self.news.wait_timeout_while(waiting, COLLECTING, |waiting| !waiting.closing);
        let (mut waiting, _) = collected.unwrap_or_else(PoisonError::into_inner);
        mem::swap(&mut waiting.lines, batch);
        (mem::take(&mut waiting.dropped), waiting.closing)
    }
}

/// In the form of the log's other lines, as far as it is known here.
pub(super) fn tell_of_dropped(batch: &mut Vec<u8>, dropped: usize) {
    let _ = writeln!(
        batch,
        "  WARN api::log: {dropped} lines of this log were dropped: it is not read fast enough"
    );
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.closing = true;
        self.0.news.notify_one();
        drop(self.0.done.wait_timeout_while(waiting, TIMEOUT, |waiting| !waiting.done));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A reader that takes a batch each time it is told to.
    struct Told {
        may_read: mpsc::Receiver<()>,
        read: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.may_read.recv();
            self.read.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_told_and_the_rest_keeps_its_order() {
        let (told, may_read) = mpsc::channel();
        let read = Arc::new(Mutex::new(Vec::new()));
        let (queue, open) =
            LogQueue::open(Told { may_read, read: Arc::clone(&read) }, tell_of_dropped).unwrap();
        let line = |i: usize| format!("{i:0>99}\n");
        // Twice what there is room for: in the queue, and with the writer that waits for its reader.
        let lines = 3 * CAPACITY / 100;
        (0..lines).for_each(|i| queue.put(line(i).as_bytes()));
        drop(told);
        drop(open);
        let text = String::from_utf8(read.lock().unwrap().clone()).unwrap();
        let (notes, kept): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.contains("dropped"));
        let number = |note: &&str| note.split(' ').find_map(|word| word.parse::<usize>().ok()).unwrap();
        assert_eq!(kept.len() + notes.iter().map(number).sum::<usize>(), lines);
        // One note for what the writer holds, perhaps, and one for what waited behind it.
        assert!(kept.is_sorted() && (1..=2).contains(&notes.len()), "{} kept, {notes:?}", kept.len());
    }
}
