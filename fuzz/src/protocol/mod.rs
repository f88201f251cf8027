//! Everything of the protocol that is read from outside or from the database.
//!
//! Keys and statements are those of `tests/vectors`, so that the vectors are good first inputs.
//! Where a signature, a checksum or a seal would stop every input that was made up, the target
//! makes it itself and hands the reader what is behind it.

pub mod content;
pub mod envelope;
pub mod handshake;
pub mod link;
pub mod plain_box;
pub mod statements;
pub mod stored;
mod world;

/// A target: its name, which is that of its corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target of this module.
pub const TARGETS: &[Target] = &[
    ("content", content::run),
    ("envelope", envelope::run),
    ("handshake", handshake::run),
    ("link", link::run),
    ("plain_box", plain_box::run),
    ("statements", statements::run),
    ("stored", stored::run),
];

/// Takes a first byte off that says what to do with the rest: a number below `modes`.
fn mode(data: &[u8], modes: u8) -> Option<(u8, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((first % modes, rest))
}

/// Takes a part off whose length stands in two bytes in front of it; what is there if it is less.
fn part<'a>(data: &mut &'a [u8]) -> &'a [u8] {
    let Some((length, rest)) = data.split_first_chunk() else {
        return core::mem::take(data);
    };
    let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (part, rest) = rest.split_at(length);
    *data = rest;
    part
}
