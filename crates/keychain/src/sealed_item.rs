//! The secret item sealed under a passphrase: the content of the passphrase file (P-24).
//!
//! ```text
//! "SOTP" | version 1 | memory KiB 4 | passes 4 | lanes 4 | salt 16 | nonce 24 | sealed item
//! ```
//!
//! Pure: bytes in, bytes out, random bytes from the caller.

use crate::error::VaultError;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sotto_protocol::{label, secret_item};
use zeroize::Zeroizing;

/// Largest file, bytes.
pub(crate) const MAX_LEN: usize = HEADER_LEN + secret_item::MAX_LEN + AUTHENTICATOR_LEN;
/// How many random bytes [`seal`] needs: salt and nonce.
pub(crate) const RANDOM_LEN: usize = SALT_LEN + NONCE_LEN;
const MAGIC: &[u8] = b"SOTP";
const VERSION: u8 = 1;
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 24;
const KEY_LEN: usize = 32;
const AUTHENTICATOR_LEN: usize = 16;
const HEADER_LEN: usize = MAGIC.len() + 1 + 3 * 4 + SALT_LEN + NONCE_LEN;

/// What one guess of the passphrase costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Argon2Cost {
    /// RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes.
    pub const RECOMMENDED: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// The least that a file may name: 8 MiB, 1 pass, 1 lane. For tests of what lies around it.
    pub const LEAST: Self = Self {
        memory_kib: 8 * 1024,
        passes: 1,
        lanes: 1,
    };

    /// Whether the numbers of a file are ones that we could have written: no file makes the
    /// program take more than 1 GiB or work for minutes.
    fn is_sane(self) -> bool {
        (8 * 1024..=1024 * 1024).contains(&self.memory_kib)
            && (1..=16).contains(&self.passes)
            && (1..=8).contains(&self.lanes)
    }
}

/// Seals an item.
pub(crate) fn seal(
    item: &[u8],
    passphrase: &str,
    cost: Argon2Cost,
    random: &[u8; RANDOM_LEN],
) -> Result<Vec<u8>, VaultError> {
    let mut file = Vec::with_capacity(MAX_LEN);
    file.extend_from_slice(MAGIC);
    file.push(VERSION);
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        file.extend_from_slice(&number.to_be_bytes());
    }
    file.extend_from_slice(random);
    let header = Header::read(&file).ok_or(VaultError::Failed)?;
    let sealed = header
        .cipher(passphrase)?
        .encrypt(
            &header.nonce,
            Payload {
                msg: item,
                aad: &header.associated_data(),
            },
        )
        .map_err(|_| VaultError::Failed)?;
    file.extend_from_slice(&sealed);
    Ok(file)
}

/// Opens a file's content.
pub(crate) fn open(file: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let rest = file.strip_prefix(MAGIC).ok_or(VaultError::Damaged)?;
    match rest.first() {
        Some(&VERSION) => {}
        Some(version) if *version > VERSION => return Err(VaultError::Newer),
        _ => return Err(VaultError::Damaged),
    }
    let header = Header::read(file).ok_or(VaultError::Damaged)?;
    let sealed = file.get(HEADER_LEN..).ok_or(VaultError::Damaged)?;
    if sealed.len() <= AUTHENTICATOR_LEN || file.len() > MAX_LEN || !header.cost.is_sane() {
        return Err(VaultError::Damaged);
    }
    let item = header.cipher(passphrase)?.decrypt(
        &header.nonce,
        Payload {
            msg: sealed,
            aad: &header.associated_data(),
        },
    );
    item.map(Zeroizing::new)
        .map_err(|_| VaultError::WrongPassphrase)
}

/// The part of the file in front of the seal.
struct Header<'a> {
    bytes: &'a [u8],
    cost: Argon2Cost,
    salt: [u8; SALT_LEN],
    nonce: XNonce,
}

impl<'a> Header<'a> {
    /// Reads the fields behind the version; `None` if the file is too short.
    fn read(file: &'a [u8]) -> Option<Self> {
        let bytes = file.get(..HEADER_LEN)?;
        let rest = bytes.get(MAGIC.len() + 1..)?;
        let (memory_kib, rest) = rest.split_first_chunk()?;
        let (passes, rest) = rest.split_first_chunk()?;
        let (lanes, rest) = rest.split_first_chunk()?;
        let (salt, nonce) = rest.split_first_chunk()?;
        let nonce: [u8; NONCE_LEN] = nonce.try_into().ok()?;
        Some(Self {
            bytes,
            cost: Argon2Cost {
                memory_kib: u32::from_be_bytes(*memory_kib),
                passes: u32::from_be_bytes(*passes),
                lanes: u32::from_be_bytes(*lanes),
            },
            salt: *salt,
            nonce: nonce.into(),
        })
    }

    fn associated_data(&self) -> Vec<u8> {
        [label::PASSPHRASE_FILE.as_bytes(), self.bytes].concat()
    }

    fn cipher(&self, passphrase: &str) -> Result<XChaCha20Poly1305, VaultError> {
        let Argon2Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        let params = Params::new(memory_kib, passes, lanes, Some(KEY_LEN))
            .map_err(|_| VaultError::Damaged)?;
        let mut key = Zeroizing::new([0; KEY_LEN]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, key.as_mut_slice())
            .map_err(|_| VaultError::OutOfMemory)?;
        Ok(XChaCha20Poly1305::new((&*key).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const ITEM: &[u8] = b"what must stay secret";

    static SEALED: LazyLock<Vec<u8>> =
        LazyLock::new(|| seal(ITEM, "correct horse", Argon2Cost::LEAST, &[9; RANDOM_LEN]).unwrap());

    #[test]
    fn only_the_passphrase_opens_it() {
        assert_eq!(SEALED.len(), HEADER_LEN + ITEM.len() + AUTHENTICATOR_LEN);
        assert_eq!(*open(&SEALED, "correct horse").unwrap(), ITEM);
        for wrong in ["", "Correct horse", "correct horse "] {
            assert_eq!(open(&SEALED, wrong), Err(VaultError::WrongPassphrase));
        }
    }

    /// P-24: no memory is taken for numbers that nobody would write.
    #[test]
    fn absurd_costs_are_refused_before_any_work() {
        for (at, number) in [
            (5, 0_u32),
            (5, 8 * 1024 - 1),
            (5, 1024 * 1024 + 1),
            (5, u32::MAX),
            (9, 0),
            (9, 17),
            (9, u32::MAX),
            (13, 0),
            (13, 9),
        ] {
            let mut file = SEALED.clone();
            file[at..at + 4].copy_from_slice(&number.to_be_bytes());
            assert_eq!(open(&file, "correct horse"), Err(VaultError::Damaged));
        }
    }

    /// P-24: a cost lowered by somebody else is noticed.
    #[test]
    fn changed_but_sane_cost_does_not_open() {
        let mut file = SEALED.clone();
        file[9..13].copy_from_slice(&2_u32.to_be_bytes());
        assert_eq!(
            open(&file, "correct horse"),
            Err(VaultError::WrongPassphrase)
        );
    }

    #[test]
    fn later_version_is_told_from_damage() {
        let mut file = SEALED.clone();
        file[4] = 2;
        assert_eq!(open(&file, "correct horse"), Err(VaultError::Newer));
        file[4] = 0;
        assert_eq!(open(&file, "correct horse"), Err(VaultError::Damaged));
    }

    #[test]
    fn files_of_another_size_are_damaged() {
        for len in 0..=HEADER_LEN + AUTHENTICATOR_LEN {
            assert_eq!(
                open(&SEALED[..len], "correct horse"),
                Err(VaultError::Damaged)
            );
        }
        let mut long = SEALED.clone();
        long.resize(MAX_LEN + 1, 0);
        assert_eq!(open(&long, "correct horse"), Err(VaultError::Damaged));
    }

    #[test]
    fn recommended_cost_is_one_that_we_read() {
        assert!(Argon2Cost::RECOMMENDED.is_sane());
        assert!(Argon2Cost::LEAST.is_sane());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn any_change_behind_the_numbers_is_found(at in 17..HEADER_LEN + 37, with in 1..=255_u8) {
            let mut file = SEALED.clone();
            file[at] ^= with;
            prop_assert_eq!(open(&file, "correct horse"), Err(VaultError::WrongPassphrase));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut file in proptest::collection::vec(any::<u8>(), 0..200)) {
            // Never plausible numbers: this is about the parser, not about Argon2.
            if let Some(memory) = file.get_mut(5) {
                *memory |= 0x80;
            }
            prop_assert!(open(&file, "x").is_err());
        }
    }
}
