//! How many files and connections the process may have open.

/// Raises the soft limit to the hard one, which needs no right: the soft one is for programs that use `select`.
/// How many descriptors there may be then; nothing where that is not limited, or not known.
#[cfg(unix)]
pub(crate) fn available_descriptors() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let found = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: found.maximum, ..found };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { raised.current } else { found.current };
    current.and_then(|limit| usize::try_from(limit).ok())
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub(crate) fn available_descriptors() -> Option<usize> {
    None
}
