//! To whom one-time prekeys were handed, so that nobody has more of them than their share (P-61).
//!
//! What is kept is the number, not the secret: that is [`crate::prekey`]'s, the only caller.

use crate::box_key::BoxPublicKey;

/// The most one-time keys of each kind that one asker has at a time; the next one erases the oldest.
pub const MAX_OF_ASKER: usize = 4;
/// One record: 16 bytes of the asker's box key, audience 1, number 4, big-endian.
pub(crate) const RECORD_LEN: usize = 16 + 1 + 4;

/// Whom a bundle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The key of the box in which it was asked for.
    pub key: BoxPublicKey,
    /// As what.
    pub audience: Audience,
}

/// Those who have a share of the one-time keys together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Contacts.
    Contact,
    /// Strangers who were invited, or who are awaited.
    Invite,
    /// Strangers who have the contact card, which may be public.
    Card,
}

impl Audience {
    const ALL: [Self; 3] = [Self::Contact, Self::Invite, Self::Card];

    /// How many keys of each kind may be out with all of them; contacts have what strangers leave.
    pub(crate) const fn max_handed(self) -> usize {
        match self {
            Self::Contact => usize::MAX,
            Self::Invite | Self::Card => 100,
        }
    }

    /// How many of those that are ready they leave to the others.
    pub(crate) const fn leaves_ready(self) -> usize {
        match self {
            Self::Contact => 0,
            Self::Invite => 40,
            Self::Card => 80,
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Contact => 0,
            Self::Invite => 1,
            Self::Card => 2,
        }
    }
}

/// The one-time keys that are out, the one handed first at the beginning.
#[derive(Debug, Default)]
pub(crate) struct HandedPrekeys(Vec<Handed>);

#[derive(Debug)]
struct Handed {
    asker: [u8; 16],
    audience: Audience,
    number: u32,
}

impl HandedPrekeys {
    /// Notes that an asker was given a key.
    pub(crate) fn push(&mut self, asker: &Asker, number: u32) {
        self.0.push(Handed {
            asker: short(asker),
            audience: asker.audience,
            number,
        });
    }

    /// The keys that an asker has, the oldest first.
    pub(crate) fn of_asker(&self, asker: &Asker) -> impl Iterator<Item = u32> {
        let asker = short(asker);
        let of = self.0.iter().filter(move |handed| handed.asker == asker);
        of.map(|handed| handed.number)
    }

    /// The keys that an audience has.
    pub(crate) fn of_audience(&self, audience: Audience) -> impl Iterator<Item = u32> {
        let of = self
            .0
            .iter()
            .filter(move |handed| handed.audience == audience);
        of.map(|handed| handed.number)
    }

    /// Forgets the keys that are no more.
    pub(crate) fn forget_unless(&mut self, is_there: impl Fn(u32) -> bool) {
        self.0.retain(|handed| is_there(handed.number));
    }

    /// Serialises the records; `None` if there are none.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(self.0.len().saturating_mul(RECORD_LEN));
        for handed in &self.0 {
            out.extend_from_slice(&handed.asker);
            out.push(handed.audience.code());
            out.extend_from_slice(&handed.number.to_be_bytes());
        }
        (!out.is_empty()).then_some(out)
    }

    /// Reads the records; `None` if they are none.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut records = Vec::new();
        while let Some((asker, behind)) = bytes.split_first_chunk() {
            let (code, behind) = behind.split_first()?;
            let (number, behind) = behind.split_first_chunk()?;
            let audience = Audience::ALL
                .into_iter()
                .find(|known| known.code() == *code)?;
            records.push(Handed {
                asker: *asker,
                audience,
                number: u32::from_be_bytes(*number),
            });
            bytes = behind;
        }
        bytes.is_empty().then_some(Self(records))
    }
}

/// What is kept of an asker: nobody can make another key that begins alike.
fn short(asker: &Asker) -> [u8; 16] {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(asker.key.as_bytes()) {
        *to = *from;
    }
    short
}
