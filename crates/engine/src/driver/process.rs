//! What every program of ours does to its own process before it touches a key.

/// Forbids core dumps: they would hold keys and texts in clear.
pub fn disable_core_dumps() {
    #[cfg(unix)]
    if let Err(error) = set_limit(rustix::process::Resource::Core, 0) {
        tracing::warn!(%error, "core dumps could not be forbidden");
    }
}

/// Takes from this process for good what is above `limit` of a resource, in its unit of setrlimit(2).
#[cfg(unix)]
pub(super) fn set_limit(
    resource: rustix::process::Resource,
    limit: u64,
) -> Result<(), rustix::io::Errno> {
    let limit = rustix::process::Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    rustix::process::setrlimit(resource, limit)
}
