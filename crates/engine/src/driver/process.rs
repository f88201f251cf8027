//! What every program of ours does to its own process before it touches a key.

/// Forbids core dumps: they would hold keys and texts in clear.
pub fn disable_core_dumps() {
    #[cfg(unix)]
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0) {
        tracing::warn!(%error, "core dumps could not be forbidden");
    }
}
