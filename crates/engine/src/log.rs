//! What may be logged: only what our own crates say. Libraries below them log whole frames, texts
//! of the clipboard and D-Bus messages.

/// Whether something of this target (`tracing::Metadata::target`) may be written to a log, whatever
/// level was asked for.
#[must_use]
pub fn is_ours(target: &str) -> bool {
    let first = target.split("::").next().unwrap_or(target);
    first == "sotto" || first.starts_with("sotto_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_crates_are_logged() {
        for ours in [
            "sotto",
            "sotto_engine::driver::link",
            "sotto_cli",
            "sotto::shell",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in [
            "",
            "tungstenite::protocol",
            "sottovoce",
            "zbus",
            "tauri::sotto",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
