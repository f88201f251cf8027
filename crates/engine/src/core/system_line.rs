//! The lines of the program's own, and the codes under which they stand in the history.

use crate::api::SystemLine;

/// The code of a line in the history. It never changes.
pub(crate) const fn code(line: SystemLine) -> &'static str {
    match line {
        SystemLine::ContactAdded => "contact_added",
        SystemLine::RequestAccepted => "request_accepted",
        SystemLine::OtherKeySeen => "other_key_seen",
        SystemLine::OtherKeyAccepted => "other_key_accepted",
        SystemLine::OtherKeyIgnored => "other_key_ignored",
        SystemLine::AddedByLink => "added_by_link",
        SystemLine::JoinedByInvite => "joined_by_invite",
        SystemLine::SessionStarted => "session_started",
        SystemLine::SessionRenewed => "session_renewed",
        SystemLine::HistoryRestored => "history_restored",
        SystemLine::DowngradeRefused => "downgrade_refused",
        SystemLine::IdentityRefused => "identity_refused",
        SystemLine::AlreadyAContact => "already_a_contact",
        SystemLine::Undecryptable => "undecryptable",
        SystemLine::NewerVersion => "newer_version",
        SystemLine::CannotBeShown => "cannot_be_shown",
        SystemLine::InviteUsedTwice => "invite_used_twice",
        SystemLine::VerifiedByCode => "verified_by_code",
        SystemLine::VerifiedByPerson => "verified_by_person",
        SystemLine::VerifiedByScan => "verified_by_scan",
        SystemLine::VerifiedByTheirScan => "verified_by_their_scan",
        SystemLine::VerifiedByPicture => "verified_by_picture",
        SystemLine::VerifiedByDigits => "verified_by_digits",
        SystemLine::MarkRemoved => "mark_removed",
        SystemLine::KeysDiffer => "keys_differ",
        SystemLine::NamedLikeVerified => "named_like_verified",
    }
}

/// The line of a code; none for one of a newer program.
pub(crate) fn of_code(text: &str) -> Option<SystemLine> {
    ALL.into_iter().find(|line| code(*line) == text)
}

const ALL: [SystemLine; 26] = [
    SystemLine::ContactAdded,
    SystemLine::RequestAccepted,
    SystemLine::OtherKeySeen,
    SystemLine::OtherKeyAccepted,
    SystemLine::OtherKeyIgnored,
    SystemLine::AddedByLink,
    SystemLine::JoinedByInvite,
    SystemLine::SessionStarted,
    SystemLine::SessionRenewed,
    SystemLine::HistoryRestored,
    SystemLine::DowngradeRefused,
    SystemLine::IdentityRefused,
    SystemLine::AlreadyAContact,
    SystemLine::Undecryptable,
    SystemLine::NewerVersion,
    SystemLine::CannotBeShown,
    SystemLine::InviteUsedTwice,
    SystemLine::VerifiedByCode,
    SystemLine::VerifiedByPerson,
    SystemLine::VerifiedByScan,
    SystemLine::VerifiedByTheirScan,
    SystemLine::VerifiedByPicture,
    SystemLine::VerifiedByDigits,
    SystemLine::MarkRemoved,
    SystemLine::KeysDiffer,
    SystemLine::NamedLikeVerified,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_line_has_a_code_of_its_own_that_leads_back_to_it() {
        let codes: BTreeSet<&str> = ALL.map(code).into();
        assert_eq!(codes.len(), ALL.len());
        for line in ALL {
            assert_eq!(of_code(code(line)), Some(line));
        }
        assert_eq!(of_code("of a newer program"), None);
    }
}
