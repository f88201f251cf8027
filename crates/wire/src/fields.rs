//! The fields of a level-0 frame as borrowed spans of its text, not yet interpreted.
//!
//! One pass checks that the whole text is JSON and finds the spans; what is not needed is never decoded.
//! Skipping a value does not recurse, so the depth of the input costs no stack.

use crate::error::FrameError;
use crate::limits::MAX_TIMESTAMP_MS;
use crate::public_key::PublicKey;
use crate::user_id::UserId;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Spans of the fields that level 0 knows; of a field given twice, the last.
#[derive(Default)]
pub(crate) struct Fields<'a> {
    kind: Option<&'a RawValue>,
    user_id: Option<&'a RawValue>,
    public_key: Option<&'a RawValue>,
    users: Option<&'a RawValue>,
    to: Option<&'a RawValue>,
    from: Option<&'a RawValue>,
    encrypted: Option<&'a RawValue>,
    timestamp: Option<&'a RawValue>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of_frame(text: &'a str) -> Result<Self, FrameError> {
        serde_json::from_str(text).map_err(|_| FrameError::NotAnObject)
    }

    pub(crate) fn kind(&self) -> Result<String, FrameError> {
        string(self.kind).ok_or(FrameError::field("type"))
    }

    pub(crate) fn user_id(&self) -> Result<UserId, FrameError> {
        user_id(self.user_id).ok_or(FrameError::field("userId"))
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey, FrameError> {
        let text = string(self.public_key).ok_or(FrameError::field("publicKey"))?;
        PublicKey::from_base64(&text).map_err(|_| FrameError::field("publicKey"))
    }

    pub(crate) fn users(&self) -> Result<&'a RawValue, FrameError> {
        self.users.ok_or(FrameError::field("users"))
    }

    pub(crate) fn to(&self) -> Result<UserId, FrameError> {
        user_id(self.to).ok_or(FrameError::field("to"))
    }

    /// The sender, where the relay names one that is a user id.
    pub(crate) fn from(&self) -> Option<UserId> {
        user_id(self.from)
    }

    /// The span of `encrypted`, with its quotes; only a JSON string is one.
    pub(crate) fn encrypted_span(&self) -> Result<&'a RawValue, FrameError> {
        self.encrypted
            .filter(|raw| raw.get().starts_with('"'))
            .ok_or(FrameError::field("encrypted"))
    }

    pub(crate) fn encrypted(&self) -> Result<String, FrameError> {
        string(self.encrypted).ok_or(FrameError::field("encrypted"))
    }

    /// Milliseconds since 1970 in `0..=MAX_TIMESTAMP_MS`; 0 where there is none or it is not a number.
    pub(crate) fn timestamp_ms(&self) -> i64 {
        self.timestamp.map_or(0, |raw| timestamp_ms(raw.get()))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<FieldName>()? {
            let slot = match key {
                FieldName::Type => &mut fields.kind,
                FieldName::UserId => &mut fields.user_id,
                FieldName::PublicKey => &mut fields.public_key,
                FieldName::Users => &mut fields.users,
                FieldName::To => &mut fields.to,
                FieldName::From => &mut fields.from,
                FieldName::Encrypted => &mut fields.encrypted,
                FieldName::Timestamp => &mut fields.timestamp,
                FieldName::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *slot = Some(map.next_value()?);
        }
        Ok(fields)
    }
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum FieldName {
    Type,
    UserId,
    PublicKey,
    Users,
    To,
    From,
    Encrypted,
    Timestamp,
    #[serde(other)]
    Unknown,
}

/// The text of a JSON string; `None` for other values and for unpaired surrogates.
fn string(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

fn user_id(raw: Option<&RawValue>) -> Option<UserId> {
    UserId::try_from(string(raw)?).ok()
}

fn timestamp_ms(number: &str) -> i64 {
    if let Ok(exact) = number.parse::<i64>() {
        return exact.clamp(0, MAX_TIMESTAMP_MS);
    }
    // Of the other JSON values none is read by Rust as a number: they begin with a letter (n, t, f),
    // of which Rust takes only "nan" and "inf", or with a bracket or quote.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, and turns NaN into 0"
    )]
    let rounded = number.parse::<f64>().map_or(0, |value| value as i64);
    rounded.clamp(0, MAX_TIMESTAMP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_clamped_and_never_refused() {
        for (number, expected) in [
            ("0", 0),
            ("1700000000000", 1_700_000_000_000),
            ("1700000000000.75", 1_700_000_000_000),
            ("1.7e12", 1_700_000_000_000),
            ("-5", 0),
            ("-1e999", 0),
            ("1e999", MAX_TIMESTAMP_MS),
            ("99999999999999999999999999", MAX_TIMESTAMP_MS),
            ("9223372036854775807", MAX_TIMESTAMP_MS),
            ("null", 0),
            ("true", 0),
            ("\"1700000000000\"", 0),
            ("[1]", 0),
            ("{}", 0),
        ] {
            assert_eq!(timestamp_ms(number), expected, "{number}");
        }
    }
}
