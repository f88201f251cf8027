//! What was checked of a contact's keys: a part of its row.

use crate::code::stored_as;
use crate::{ContactId, Result, Tx};

/// A contact can be verified in more ways, by either side, and what did not match is remembered.
pub(crate) const TO_V9: &str = "
CREATE TABLE contacts_9 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    told_name TEXT NOT NULL,
    box_key BLOB UNIQUE CHECK (length(box_key) = 32),
    fingerprint BLOB UNIQUE CHECK (length(fingerprint) = 32),
    client TEXT NOT NULL CHECK (client IN ('unknown', 'guide', 'sotto')),
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    refuses_plain INTEGER NOT NULL CHECK (refuses_plain IN (0, 1)),
    trust TEXT NOT NULL
        CHECK (trust IN ('unverified', 'by_my_invite', 'by_their_invite', 'code', 'affirmed',
                         'scan', 'their_scan', 'picture', 'digits', 'voice')),
    trust_at INTEGER,
    differed_at INTEGER,
    blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    added_at INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('added', 'request', 'invite', 'link')),
    other_key BLOB CHECK (length(other_key) = 32),
    other_key_seen_at INTEGER,
    ignored_key BLOB CHECK (length(ignored_key) = 32),
    known_by BLOB CHECK (length(known_by) = 32),
    CHECK (box_key IS NOT NULL OR fingerprint IS NOT NULL),
    CHECK ((other_key IS NULL) = (other_key_seen_at IS NULL))
) STRICT;
INSERT INTO contacts_9 (id, public_id, user_id, name, told_name, box_key, fingerprint, client,
                        sealed, refuses_plain, trust, trust_at, blocked, added_at, origin,
                        other_key, other_key_seen_at, ignored_key, known_by)
SELECT id, public_id, user_id, name, told_name, box_key, fingerprint, client, sealed,
       refuses_plain, trust, trust_at, blocked, added_at, origin, other_key, other_key_seen_at,
       ignored_key, known_by
FROM contacts;
DELETE FROM sqlite_sequence WHERE name = 'contacts_9';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'contacts_9', seq FROM sqlite_sequence WHERE name = 'contacts';
DROP TABLE contacts;
ALTER TABLE contacts_9 RENAME TO contacts;
CREATE INDEX contacts_by_user_id ON contacts (user_id);
";

/// Whether the person has checked whose keys these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// No.
    Unverified,
    /// It used an invite of the person's that left the program.
    ByMyInvite,
    /// The person used an invite of it.
    ByTheirInvite,
    /// It used an invite that was only ever shown as a code on the screen.
    Code,
    /// The person affirmed the way that the invite went.
    Affirmed,
    /// The camera of this computer saw the contact's code.
    Scan,
    /// The contact's program proved to have scanned the person's code, and the person saw it say so.
    TheirScan,
    /// A picture of the contact's code, or its text, and the person affirmed the way that it came.
    Picture,
    /// The digits were compared.
    Digits,
    /// Compared by voice.
    Voice,
}

impl Trust {
    /// Whether the contact counts as verified.
    pub const fn is_verified(self) -> bool {
        match self {
            Self::Unverified | Self::ByMyInvite | Self::ByTheirInvite => false,
            Self::Code
            | Self::Affirmed
            | Self::Scan
            | Self::TheirScan
            | Self::Picture
            | Self::Digits
            | Self::Voice => true,
        }
    }
}

stored_as!(Trust {
    Unverified = "unverified",
    ByMyInvite = "by_my_invite",
    ByTheirInvite = "by_their_invite",
    Code = "code",
    Affirmed = "affirmed",
    Scan = "scan",
    TheirScan = "their_scan",
    Picture = "picture",
    Digits = "digits",
    Voice = "voice",
});

/// Keeps whether the person has checked a contact; tells whether there is one. What is found to
/// match ends what was found to differ.
pub fn set_trust(tx: &Tx<'_>, id: ContactId, trust: Trust, at: Option<i64>) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET trust = ?2, trust_at = ?3,
                             differed_at = iif(?4, NULL, differed_at)
         WHERE id = ?1",
        (id, trust, at, trust.is_verified()),
    )? > 0)
}

/// What the person compared is not the contact's: whatever mark there was is taken back.
pub fn set_differed(tx: &Tx<'_>, id: ContactId, at: i64) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET trust = ?2, trust_at = NULL, differed_at = ?3 WHERE id = ?1",
        (id, Trust::Unverified, at),
    )? > 0)
}
