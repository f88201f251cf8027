//! Sizes that clients and relays of this project agree on, in bytes unless a name says otherwise.

/// Longest text of one message, in bytes of UTF-8: 60 KiB.
pub const MAX_TEXT_BYTES: usize = 60 * 1024;

/// Longest invisible tag behind a text: 40 code points of 3 bytes each.
pub const MAX_TAG_BYTES: usize = 40 * 3;

/// Nonce (24 bytes) and authenticator (16 bytes) of a NaCl box.
pub const BOX_OVERHEAD_BYTES: usize = 24 + 16;

/// Longest user id, in bytes of UTF-8.
pub const MAX_USER_ID_BYTES: usize = 64;

/// Length of a public key (X25519), in bytes.
pub const PUBLIC_KEY_BYTES: usize = 32;

/// Length of a public key in standard base64 with padding, in characters.
pub const PUBLIC_KEY_BASE64_CHARS: usize = base64_chars(PUBLIC_KEY_BYTES);

/// Longest `encrypted` of one text message, in base64 characters.
pub const MAX_TEXT_ENCRYPTED_CHARS: usize =
    base64_chars(BOX_OVERHEAD_BYTES + MAX_TEXT_BYTES + MAX_TAG_BYTES);

/// Longest sealed envelope of one message, in characters (docs/protocol.md P-95).
pub const MAX_ENVELOPE_CHARS: usize = 88_926;

/// Longest `encrypted` of one message of either kind, in characters.
pub const MAX_ENCRYPTED_CHARS: usize = if MAX_ENVELOPE_CHARS > MAX_TEXT_ENCRYPTED_CHARS {
    MAX_ENVELOPE_CHARS
} else {
    MAX_TEXT_ENCRYPTED_CHARS
};

/// Longest level-0 frame that carries one message from a client.
pub const MAX_CLIENT_TEXT_FRAME: usize = r#"{"type":"message","to":"","encrypted":""}"#.len()
    + 2 * MAX_USER_ID_BYTES
    + MAX_ENCRYPTED_CHARS;

/// Longest frame that passes between relay and client at all: 32 MiB, for files of the guide's kind.
///
/// A client takes so much off its connection and drops what it does not read: at a relay of the
/// guide's kind anybody can send anybody a large frame, which must not cost them their connection.
pub const MAX_FRAME: usize = 32 * 1024 * 1024;

/// Longest frame that a client reads at all: 16 MiB, for lists of the people at a large relay, of which
/// [`MAX_LISTED_USERS`] are kept.
pub const MAX_USER_LIST_FRAME: usize = 16 * 1024 * 1024;

/// Longest message that a client reads while no file is expected: 512 KiB. A text of ours needs a fifth
/// of it ([`MAX_ENVELOPE_CHARS`]); clients of the guide know no limit for theirs, and four times as much
/// is read of them.
pub const MAX_RELAY_TO_CLIENT_FRAME: usize = 512 * 1024;

/// Most people of one `user_list` that a client keeps.
pub const MAX_LISTED_USERS: usize = 20_000;

/// Latest time stamp that is believed, in ms since 1970: the end of the year 9999.
pub const MAX_TIMESTAMP_MS: i64 = 253_402_300_799_999;

/// Characters of standard base64 with padding for so many bytes.
const fn base64_chars(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}
