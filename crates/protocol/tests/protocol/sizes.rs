//! How large messages are on the way: the promise of 2,300 characters for a short text.

use crate::support::{Person, established};
use sotto_protocol::body::{Control, ControlCode, Receipt, ReceiptState, Text};
use sotto_protocol::{Body, Content, ContentId, Inside, MailboxNotice, SenderCard, envelope};

fn content(id: u8, body: Body, alice: &Person, bob: &Person) -> Content {
    Content {
        mailbox: alice.mailbox.current_id().map(MailboxNotice::Known),
        known_mailbox: bob.mailbox.current_id(),
        known_card: Some(bob.card.hash()),
        ..Content::new(ContentId::from_bytes([id; 16]), 1_800_000_000_000, body)
    }
}

/// P-95: an established session, everything acknowledged.
#[test]
fn hundred_bytes_of_text_fit_in_2300_characters() {
    let (mut alice, mut session, bob, _) = established();
    let text = Body::Text(Text::new("x".repeat(100)));
    let word = Body::Text(Text::new("ok"));
    let control = Body::Control(Control {
        code: ControlCode::Established,
        data: Vec::new(),
    });
    let receipt = Body::Receipt(Receipt {
        state: ReceiptState::Delivered,
        messages: vec![ContentId::from_bytes([1; 16])],
    });
    let mut lengths = Vec::new();
    for body in [text, receipt, word, control] {
        let content = content(1, body, &alice, &bob).encode().unwrap();
        let encrypted = session.encrypt(&content).unwrap();
        let sender = SenderCard::Known(alice.card.hash());
        let inside = Inside::new(sender, *session.id(), encrypted);
        let sealed = envelope::seal(
            &inside,
            &bob.fingerprint(),
            &bob.peer_mailbox(),
            &mut alice.rng,
        );
        lengths.push(sealed.unwrap().len());
    }
    assert!(lengths[0] <= 2_300, "{lengths:?}");
    // P-48: texts, receipts and control messages have the same few lengths.
    assert_eq!(lengths, [2_227, 2_227, 1_886, 1_886]);
}

/// P-71: the first message, with header, card and mailbox key.
#[test]
fn first_message_fits_the_bucket_of_4096() {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    let bundle = bob.bundle();
    let mut session = alice.initiate(&bundle);
    let mut first = content(1, Body::Text(Text::new("x".repeat(100))), &alice, &bob);
    let mailbox = alice.mailbox.current(&alice.identity).unwrap();
    first.mailbox = Some(MailboxNotice::Announced(mailbox.encoded().to_vec()));
    let text = alice.send(&mut session, &bob, &first.encode().unwrap());
    let frame_len = 17 + 1_120 + 4_096 + 16_usize;
    assert_eq!(text.len(), "sotto1.".len() + (frame_len * 4).div_ceil(3));
}
