//! Comparing keys with a contact: what is shown, what was read, and what came of it.
//!
//! No secret is in here: the code that is shown is drawn, and what was read stays where it was read.

use super::id::ContactId;
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;
use zeroize::Zeroizing;

/// What two people compare to know that nobody is between them (P-130). Whoever sees it learns
/// whom the person talks to, so it cannot be printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SafetyNumberView {
    /// Sixty digits without spaces.
    pub digits: String,
    /// Whether it is of all keys of both; otherwise of the box keys alone.
    pub whole: bool,
}

/// The person's own code for one contact: whoever has its text can prove to have scanned it, so it
/// cannot be printed and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnCode {
    /// What the QR code says.
    pub text: Zeroizing<String>,
    /// From when on it no longer holds, ms since 1970.
    pub expires_at: i64,
    /// Whether it is of all keys of both; otherwise of the box keys alone.
    pub whole: bool,
}

/// Where a code or digits came from, as the person says: it decides whether a match is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum CameFrom {
    /// The camera of this computer saw it just now. Only for codes.
    Camera,
    /// From the contact's own screen, here.
    TheirScreen,
    /// From outside of Sotto, where the person recognises the contact.
    OutsideSotto,
    /// In a message in Sotto: whoever is in between can have written it. Never marks.
    InsideSotto,
}

/// What a code or digits say of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// They are right, and nothing was marked: nobody said where they came from, or they came inside
    /// of Sotto.
    Matches,
    /// They are those of the other key that was seen under the contact's name, and nothing was
    /// marked. Digits never are: only a code accepts another key.
    MatchesOtherKey,
    /// They are right, and the contact is marked as verified; if they were those of the other key,
    /// it is the contact's now.
    Verified {
        /// Whether the contact's program is told, so that it asks its person.
        asks: bool,
    },
    /// They are not the contact's, or not of the person's own keys.
    Differs,
    /// It is the code of another contact.
    OtherContact {
        /// Whose.
        contact: ContactId,
    },
    /// It is the person's own code.
    OwnCode,
    /// The code is too old.
    Expired,
    /// The code verified the contact already: it holds for one use.
    Used,
    /// One of the two does not know all keys of the other yet.
    NotComparable,
}

/// All that is known of the keys of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ContactInfo {
    /// Every key that the contact ever had, the first at the beginning.
    pub keys: Vec<KeyView>,
}

/// A key that a contact has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// Whether it is a whole identity; otherwise a box key.
    pub whole: bool,
    /// 64 hexadecimal digits: over the identity, or over the box key.
    pub fingerprint: String,
    /// When it became the contact's, ms since 1970.
    pub first_seen: i64,
    /// When something last came under it, to the hour, or when it was given up, ms since 1970.
    pub last_seen: i64,
    /// Whether the contact has it now.
    pub current: bool,
}
