//! All that a relay sees of a whole story: two people meet by an invite, affirm the way it went,
//! talk, and take other names. None of their words and names is in it, in any form, and what it
//! sees of texts, receipts and the program's own messages has the same few sizes.

use data_encoding::BASE64;
use sotto_engine::api::{
    AddByLink, ChatId, ContactId, ContactView, CreateInvite, InspectMessage, LinkCameBy,
    MarkVerified, MessageId, MessageState, PrivateRelays, ProfilePatch, RelayChoice, RenameContact,
    SendText, SessionState, ShareInvite, TakeSnapshot, Trust, UpdateProfile,
};
use sotto_engine::core::Request;
use sotto_engine::driver::{Client, Options};
use sotto_engine::profile::{Keys, NewProfile, ProfileFolder};
use sotto_engine::zeroize::Zeroizing;
use sotto_tests::canary::{self, Canary, Find};
use sotto_tests::foreign::text;
use sotto_tests::frames::{Bare, BoxKeys, message_to, register};
use sotto_tests::relay::SottoRelay;
use sotto_tests::tap::Tap;
use sotto_tests::wait;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

/// Longer than anything that should happen on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the keys of both are sealed under.
const PASSPHRASE: &str = "seven quiet herons";

struct Person {
    client: Client,
    _dir: TempDir,
}

impl Person {
    async fn start(name: &str, user_id: &str, relay: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = ProfileFolder::at(dir.path().join("home"));
        let choice = RelayChoice::Custom {
            url: relay.to_owned(),
        };
        let new = NewProfile::new(name, Some(user_id), &choice).unwrap();
        let keys = Keys::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()));
        let opened = home
            .create(home.lock().unwrap(), &keys, &new, 1_700_000_000_000)
            .unwrap();
        let options = Options {
            profile: String::new(),
            version: "0".to_owned(),
            local_relay: None,
        };
        let client = Client::start(opened, options, Handle::current()).await;
        Self {
            client: client.unwrap(),
            _dir: dir,
        }
    }

    async fn ask<R: Request>(&self, request: R) -> R::Answer {
        self.client.request(request).await.unwrap()
    }

    /// The only contact.
    async fn contact(&self) -> ContactId {
        let snapshot = self.ask(TakeSnapshot).await;
        snapshot.chats[0].contact().unwrap().id
    }

    /// Waits until the first contact is as wanted; gives its chat.
    async fn until(&self, wanted: impl Fn(&ContactView) -> bool) -> ChatId {
        let look = async {
            loop {
                let snapshot = self.ask(TakeSnapshot).await;
                let mut chats = snapshot.chats.iter();
                if let Some(chat) = chats.find(|chat| chat.contact().is_some_and(&wanted)) {
                    return chat.id;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, look).await.expect("it never came to be")
    }

    async fn say(&self, chat: ChatId, words: &str) -> MessageId {
        let text = words.to_owned();
        self.ask(SendText { chat, text }).await
    }

    async fn delivered(&self, id: MessageId) {
        let look = async {
            loop {
                let info = self.ask(InspectMessage(id)).await;
                if info.message.state == Some(MessageState::Delivered) {
                    return;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, look)
            .await
            .expect("it was never confirmed");
    }

    async fn call_oneself(&self, name: &str) {
        let patch = ProfilePatch {
            name: Some(name.to_owned()),
            user_id: None,
        };
        self.ask(UpdateProfile(patch)).await;
    }
}

/// Looks for canaries in everything that went over a tap.
fn search(tap: &Tap, canaries: &[Canary]) -> Vec<Find> {
    let mut finds = Vec::new();
    for (number, way) in tap.ways().iter().enumerate() {
        let side = if number % 2 == 0 { "client" } else { "relay" };
        for (part, bytes) in [("messages", &way.messages), ("controls", &way.controls)] {
            let place = PathBuf::from(format!("{part} of {side}, connection {}", number / 2));
            finds.extend(canary::look(bytes, &place, canaries));
        }
    }
    finds
}

/// Somebody who lets words slip, in a name and in a message: both are found where they were
/// written, and the name where the relay tells it to the others.
fn a_planted_word_is_found(tap: &Tap) {
    let name = Canary::text("a name", "planted-canary-in-a-name");
    let message = Canary::text("a message", "a planted word in a message");
    let key = BoxKeys::from_bytes([9; 32]).public_key();
    let mut slip = Bare::connect(&tap.url());
    slip.send(&register("planted-canary-in-a-name", &key));
    let encoded = BASE64.encode(b"so: a planted word in a message!");
    slip.send(&message_to("heron-23", &encoded));
    wait::until("the words are found", || {
        let finds = search(tap, &[name.clone(), message.clone()]);
        let ways = |canary: &Canary, side: &str| {
            let told = format!("messages of {side}");
            let finds = finds.iter().filter(|find| find.canary == canary.name());
            let mut files = finds.map(|find| find.file.to_string_lossy());
            files.any(|file| file.starts_with(&told))
        };
        (ways(&name, "client") && ways(&name, "relay") && ways(&message, "client")).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_sees_no_word_no_name_and_no_kind_of_a_whole_story() {
    let relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let names = ["Adelheid Quittenbaum", "Bonifaz Zwetschke"];
    let later = ["Adelheid the Elder", "Bonifaz, now at sea"];
    let ada = Person::start(names[0], "kingfisher-17", &tap.url()).await;
    let bo = Person::start(names[1], "heron-23", &tap.url()).await;

    // They meet.
    let invite = ada.ask(CreateInvite { ttl_secs: None }).await;
    let link = ada.ask(ShareInvite(invite.id)).await;
    let add = AddByLink {
        link: link.to_string(),
        name: String::new(),
        private_relays: PrivateRelays::Refused,
        came_by: LinkCameBy::Text,
    };
    bo.ask(add).await;
    let ready = |contact: &ContactView| contact.session == SessionState::Ready;
    let to_bo = ada.until(|c| ready(c) && c.name == names[1]).await;
    let to_ada = bo.until(|c| ready(c) && c.name == names[0]).await;

    // They affirm the way that the link went.
    for person in [&ada, &bo] {
        let (contact, verified) = (person.contact().await, true);
        person.ask(MarkVerified { contact, verified }).await;
        person
            .until(|contact| matches!(contact.trust, Trust::Verified { .. }))
            .await;
    }

    // They talk, and take other names.
    let words = [
        "The marmalade is in the third cupboard",
        "Quietly, before the ferryman wakes up",
        "ja",
        "Bring the blue umbrella and nobody else",
    ];
    for (n, words) in words.iter().enumerate() {
        let (person, chat) = if n % 2 == 0 {
            (&ada, to_bo)
        } else {
            (&bo, to_ada)
        };
        let id = person.say(chat, words).await;
        person.delivered(id).await;
    }
    ada.call_oneself(later[0]).await;
    bo.call_oneself(later[1]).await;
    bo.until(|contact| contact.name == later[0]).await;
    ada.until(|contact| contact.name == later[1]).await;
    let given = "The one with the umbrella";
    let name = given.to_owned();
    let contact = ada.contact().await;
    ada.ask(RenameContact { contact, name }).await;
    ada.until(|contact| contact.name == given).await;
    let last = ada.say(to_bo, "That is all of it").await;
    ada.delivered(last).await;

    // Every byte between them and the relay, both ways; and that a word there would be found.
    let mut canaries: Vec<Canary> = Vec::new();
    for word in names.iter().chain(&later).chain(&words).chain([&given]) {
        if word.len() >= 8 {
            canaries.push(Canary::text(word, word));
        }
    }
    canaries.push(Canary::text(
        "the link's payload",
        link.strip_prefix("sotto:add#").unwrap(),
    ));
    canaries.push(Canary::text("the passphrase", PASSPHRASE));
    assert!(canaries.len() >= 10);
    let finds = search(&tap, &canaries);
    assert!(finds.is_empty(), "{finds:#?}");
    a_planted_word_is_found(&tap);

    // What it was given in messages.
    let mut frames = Vec::new();
    for name in ["kingfisher-17", "heron-23"] {
        for frame in tap.messages_from(name) {
            frames.push(text(&frame, "encrypted"));
        }
    }

    // Every kind has the same sizes: a stranger cannot tell a receipt from a text or a new name.
    let (sealed, boxes): (Vec<&String>, Vec<&String>) =
        frames.iter().partition(|text| text.starts_with("sotto1."));
    let sizes: BTreeSet<usize> = sealed.iter().map(|text| text.len()).collect();
    println!(
        "{} envelopes of {sizes:?}, {} boxes",
        sealed.len(),
        boxes.len()
    );
    assert!(sealed.len() > 15, "{}", sealed.len());
    // Those with the handshake and whole cards are longer, in the buckets above.
    assert!(sizes.len() <= 3, "{sizes:?}");
    assert!(sizes.contains(&2_227));
    let usual = sealed.iter().filter(|text| text.len() == 2_227).count();
    assert!(usual >= 2 * (words.len() + 1), "{usual} of the usual size");
    // In boxes goes only the exchange of bundles: each asks at most a few times.
    assert!(boxes.len() <= 6, "{} boxes", boxes.len());
    ada.client.stop().await;
    bo.client.stop().await;
}
