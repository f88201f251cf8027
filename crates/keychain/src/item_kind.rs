//! Which items a profile has in the keychain of the operating system, and under which account each
//! lies there.

/// One of the items of a profile in the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// The secret item.
    Secret,
    /// The counter item beside it.
    Counter,
}

impl ItemKind {
    /// The account under which the item of a profile lies.
    pub(crate) fn account(self, profile_id: &str) -> String {
        match self {
            Self::Secret => profile_id.to_owned(),
            Self::Counter => format!("{profile_id}-counter"),
        }
    }
}
