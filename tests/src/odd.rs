//! People whose names and texts are hard to draw: as long as they may be, without a space, from
//! right to left, mixed. Their chats have what the program itself says where something is wrong.

use crate::frames::{BoxKeys, numbered_nonce};
use sotto_store::contacts::{Client, NewContact, Origin, Trust};
use sotto_store::messages::{Author, PeerKey};
use sotto_store::{
    BoxPublicKey, ChatId, ContactId, ContentId, Store, StoreError, Tx, contacts, messages,
    plain_outbox,
};

/// Forty letters without a space; nobody has written, but the program has much to say.
pub const UNBROKEN: &str = "Wolfeschlegelsteinhausenbergerdorffmeier";
/// Forty letters from right to left, with texts.
pub const ARABIC: &str = "محمد عبد الرحمن بن يوسف الأنصاري القرطبي";
/// Both directions in one name, with texts, and a question which way their link went.
pub const MIXED: &str = "ליאור בן־דוד (Lior, Haifa 2)";
/// Forty letters with spaces, in a chat with nothing in it.
pub const NEW: &str = "A name of remarkable length, to be cut x";
/// The widest letters, and a picture made of several.
pub const WIDE: &str = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW👩‍👩‍👧‍👦";
/// Letters with marks above and below, without a space, in a chat whose key has changed.
pub const MARKED: &str = "NguyễnThịHoàngÁnhTuyếtPhươngTrâmLyẤnĐộỹỷ";

/// What they wrote, and in turn the answers.
const TEXTS: [&str; 6] = [
    "مرحبا! الملف report-2026.pdf جاهز (3.5 MB)، انظر https://example.org/تقرير?page=2",
    "See שלום עולם at 10:30, then مرحبا.",
    "שלום, נפגש ב־10:30 ליד התחנה (Platform 4)? OK!",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzenderstellvertreter",
    "123 + 456 = ٥٧٩, אמת",
    "👍🏽",
];

/// What the program says of itself where something is wrong, by the codes of the history.
const LINES: [&str; 7] = [
    "added_by_link",
    "session_started",
    "undecryptable",
    "newer_version",
    "cannot_be_shown",
    "downgrade_refused",
    "named_like_verified",
];

/// Adds them, each with the newest activity so far; the one with the most to say is the last.
pub(crate) fn add(store: &mut Store, now: i64) {
    let added = store.transaction(|tx| {
        for (number, name) in (1_u64..).zip([NEW, WIDE, MARKED, MIXED, ARABIC, UNBROKEN]) {
            Odd::add(tx, number, name, now)?.furnish(tx, name)?;
        }
        Ok::<(), StoreError>(())
    });
    added.expect("people can be written");
}

/// Somebody who was just added.
struct Odd {
    number: u64,
    contact: ContactId,
    chat: ChatId,
    key: BoxPublicKey,
    /// When the next thing happened, ms since 1970.
    at: i64,
}

impl Odd {
    fn add(tx: &Tx<'_>, number: u64, name: &str, now: i64) -> Result<Self, StoreError> {
        let id = format!("odd-{number}");
        let key = key_of(number);
        let new = NewContact {
            public_id: &id,
            user_id: &id,
            name,
            box_key: Some(key),
            fingerprint: None,
            added_at: now,
            origin: Origin::Link,
        };
        let contacts::Added::New { contact, chat } = contacts::add(tx, &new)? else {
            panic!("every contact is new");
        };
        contacts::set_client(tx, contact, Client::Guide)?;
        let at = now + 100 * i64::try_from(number).expect("a few");
        Ok(Self {
            number,
            contact,
            chat,
            key,
            at,
        })
    }

    fn furnish(mut self, tx: &Tx<'_>, name: &str) -> Result<(), StoreError> {
        match name {
            NEW => self.line(tx, LINES[0])?,
            UNBROKEN => {
                for line in LINES {
                    self.line(tx, line)?;
                }
            }
            _ => self.talk(tx)?,
        }
        match name {
            MIXED => contacts::set_trust(tx, self.contact, Trust::ByTheirInvite, None)?,
            MARKED => contacts::see_other_key(tx, self.contact, &key_of(1_000), self.at)?,
            _ => true,
        };
        Ok(())
    }

    fn line(&mut self, tx: &Tx<'_>, code: &str) -> Result<(), StoreError> {
        let line = messages::Line {
            chat: self.chat,
            content: self.next(),
            system_line: code,
            created_at: self.at,
            key: PeerKey::Box(self.key),
        };
        messages::line(tx, &line).map(drop)
    }

    /// Texts in turn; the last one of the person could not be sent.
    fn talk(&mut self, tx: &Tx<'_>) -> Result<(), StoreError> {
        for (index, text) in TEXTS.iter().enumerate() {
            let content = self.next();
            if index % 2 == 0 {
                let received = messages::Received {
                    chat: self.chat,
                    content,
                    author: Author::Box(self.key),
                    text,
                    created_at: self.at,
                    relay_at: Some(self.at),
                    relay: None,
                    seen: messages::Seen::Read,
                };
                messages::receive(tx, &received)?;
            } else {
                self.send(tx, content, text, index == TEXTS.len() - 1)?;
            }
        }
        Ok(())
    }

    fn send(
        &self,
        tx: &Tx<'_>,
        content: ContentId,
        text: &str,
        fails: bool,
    ) -> Result<(), StoreError> {
        let nonce = numbered_nonce(u64::from_be_bytes(head(&content)));
        let message = messages::send(
            tx,
            &messages::Sent {
                chat: self.chat,
                content,
                text,
                created_at: self.at,
                key: PeerKey::Box(self.key),
                plain_nonce: Some(nonce),
                recipients: &[self.contact],
            },
        )?;
        let entry = plain_outbox::NewEntry {
            message,
            contact: self.contact,
            key: self.key,
            nonce,
            ciphertext: "AAAA",
        };
        plain_outbox::push(tx, &entry)?;
        if fails {
            plain_outbox::failed(tx, message, self.contact, self.at, "too_large")?;
        }
        Ok(())
    }

    /// A new id, a little later.
    fn next(&mut self) -> ContentId {
        self.at += 1;
        let mut id = [0xdd; 16];
        let number = self.number * 1_000_000 + u64::try_from(self.at % 1_000_000).expect("later");
        id[..8].copy_from_slice(&number.to_be_bytes());
        ContentId::from_bytes(id)
    }
}

fn head(content: &ContentId) -> [u8; 8] {
    content.as_bytes()[..8].try_into().expect("16 bytes")
}

fn key_of(number: u64) -> BoxPublicKey {
    let mut secret = [0x5d; 32];
    secret[..8].copy_from_slice(&number.to_be_bytes());
    let public = BoxKeys::from_bytes(secret).public_key();
    BoxPublicKey::from_base64(&public).expect("a key of ours is one")
}
