//! The links of others by which the person added somebody, until the session with them works.
//!
//! A link holds a secret, so it is only in here, in the encrypted file.

use crate::{ContactId, Reader, Result, Tx};
use zeroize::Zeroizing;

pub(crate) const TO_V3: &str = "
ALTER TABLE joins RENAME COLUMN chat TO contact;
";

/// Keeps the link by which a contact was added, in place of an older one.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if there is no such contact.
pub fn add(tx: &Tx<'_>, contact: ContactId, link: &str) -> Result<()> {
    tx.change(
        "INSERT INTO joins (contact, link) VALUES (?1, ?2)
         ON CONFLICT (contact) DO UPDATE SET link = excluded.link",
        (contact, link),
    )?;
    Ok(())
}

/// The link by which a contact was added, as long as it is needed.
pub fn link_of(reader: &Reader, contact: ContactId) -> Result<Option<Zeroizing<String>>> {
    let link = reader.first(
        "SELECT link FROM joins WHERE contact = ?1",
        [contact],
        |row| row.get(0),
    )?;
    Ok(link.map(Zeroizing::new))
}

/// The session works: the link is not needed any more.
pub fn done(tx: &Tx<'_>, contact: ContactId) -> Result<()> {
    tx.change("DELETE FROM joins WHERE contact = ?1", [contact])?;
    Ok(())
}
