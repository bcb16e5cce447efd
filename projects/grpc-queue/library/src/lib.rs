//! The queued conversation: bounded admission, order, workers, knowing no transport and no database.
