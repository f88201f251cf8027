//! A front that keeps its picture up to date by events has the picture that a new one would get.

use super::relay_model::{Kind, joined, left};
use super::schedules::config;
use super::world::{AnyRequest, World, any_request, guide_box, shown_key, sotto_box, url};
use crate::api::{
    AcceptRequest, AddContact, AddRelay, BlockContact, BlockRequest, ChatId, ClearChat, DecideKey,
    DeleteContact, DeleteMessage, DeleteRequest, Event, MarkRead, MessageId, NewContact,
    OrderRelays, ProfilePatch, RelayId, RemoveRelay, RenameContact, RequestId, SaveDraft,
    SettingsPatch, Snapshot, Theme, UpdateProfile, UpdateSettings,
};
use proptest::prelude::*;

/// Applies an event as a front does.
fn apply(picture: &mut Snapshot, event: &Event) {
    match event {
        Event::Snapshot { snapshot } => *picture = (**snapshot).clone(),
        Event::ChatChanged { chat } => {
            picture.chats.retain(|known| known.id != chat.id);
            picture.chats.push(chat.clone());
        }
        Event::ChatRemoved { chat } => picture.chats.retain(|known| known.id != *chat),
        Event::RequestChanged { request } => {
            match picture.requests.iter_mut().find(|r| r.id == request.id) {
                Some(known) => *known = request.clone(),
                None => picture.requests.push(request.clone()),
            }
        }
        Event::RequestRemoved { request } => picture.requests.retain(|r| r.id != *request),
        Event::RelayChanged { relay } => {
            match picture.relays.iter_mut().find(|r| r.id == relay.id) {
                Some(known) => *known = relay.clone(),
                None => picture.relays.push(relay.clone()),
            }
        }
        Event::RelayRemoved { relay } => picture.relays.retain(|r| r.id != *relay),
        Event::PeopleChanged { people } => picture.people.clone_from(people),
        Event::ProfileChanged { profile } => picture.profile = profile.clone(),
        Event::InvitesChanged { invites } => picture.invites.clone_from(invites),
        Event::SettingsChanged { settings } => picture.settings = settings.clone(),
        Event::MessageAdded { .. }
        | Event::MessageChanged { .. }
        | Event::MessageRemoved { .. }
        | Event::ChatCleared { .. }
        | Event::Phase { .. }
        | Event::HistoryTrouble { .. }
        | Event::SendingHeld { .. } => {}
    }
}

#[derive(Clone, Debug)]
enum Step {
    Add(u8, u8),
    Rename(u8),
    Block(u8, bool),
    Delete(u8),
    Decide(u8, bool),
    Accept(u8),
    DeleteRequest(u8),
    BlockRequest(u8),
    Send(u8),
    DeleteMessage(u8),
    Clear(u8),
    Draft(u8, String),
    Read(u8),
    Joined(u8, u8),
    Left(u8),
    Box {
        from: u8,
        seed: u8,
        nonce: u8,
        tagged: bool,
    },
    AddRelay,
    RemoveRelay(u8),
    OrderRelays,
    Profile(bool),
    Settings,
    LoseConnection,
    KillRelay,
    StartRelay,
    Settle,
    Pass(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let n = || any::<u8>();
    prop_oneof![
        3 => (n(), n()).prop_map(|(a, b)| Step::Add(a, b)),
        1 => n().prop_map(Step::Rename),
        1 => (n(), any::<bool>()).prop_map(|(c, b)| Step::Block(c, b)),
        1 => n().prop_map(Step::Delete),
        3 => (n(), any::<bool>()).prop_map(|(c, a)| Step::Decide(c, a)),
        2 => n().prop_map(Step::Accept),
        1 => n().prop_map(Step::DeleteRequest),
        1 => n().prop_map(Step::BlockRequest),
        4 => n().prop_map(Step::Send),
        1 => n().prop_map(Step::DeleteMessage),
        1 => n().prop_map(Step::Clear),
        1 => (n(), "[a-z]{0,4}").prop_map(|(c, t)| Step::Draft(c, t)),
        1 => n().prop_map(Step::Read),
        4 => (n(), n()).prop_map(|(a, b)| Step::Joined(a, b)),
        2 => n().prop_map(Step::Left),
        6 => (n(), 0u8..6, n(), any::<bool>())
            .prop_map(|(from, seed, nonce, tagged)| Step::Box { from, seed, nonce, tagged }),
        1 => Just(Step::AddRelay),
        1 => n().prop_map(Step::RemoveRelay),
        1 => Just(Step::OrderRelays),
        1 => any::<bool>().prop_map(Step::Profile),
        1 => Just(Step::Settings),
        1 => Just(Step::LoseConnection),
        1 => Just(Step::KillRelay),
        1 => Just(Step::StartRelay),
        3 => Just(Step::Settle),
        3 => (0u16..20_000).prop_map(Step::Pass),
    ]
}

fn name(n: u8) -> String {
    format!("n{}", n % 4)
}

/// Strangers and contacts have the seeds from here on.
const FIRST: u8 = 50;

fn request(world: &mut World, alice: usize, step: &Step) -> Option<AnyRequest> {
    let snapshot = world.snapshot(alice);
    let chat = |n: u8| {
        let chats = &snapshot.chats;
        let at = usize::from(n).checked_rem(chats.len())?;
        Some(chats[at].id)
    };
    let contact = |n: u8| {
        let chats = &snapshot.chats;
        let at = usize::from(n).checked_rem(chats.len())?;
        chats[at].contact()
    };
    let request = |n: u8| -> Option<RequestId> {
        let at = usize::from(n).checked_rem(snapshot.requests.len())?;
        Some(snapshot.requests[at].id)
    };
    Some(match step {
        Step::Add(who, seed) => any_request(AddContact(NewContact {
            user_id: name(*who),
            public_key: shown_key(FIRST + seed % 6).to_base64(),
            name: String::new(),
        })),
        Step::Rename(n) => any_request(RenameContact {
            contact: contact(*n)?.id,
            name: format!("Name {n}"),
        }),
        Step::Block(n, blocked) => any_request(BlockContact {
            contact: contact(*n)?.id,
            blocked: *blocked,
        }),
        Step::Delete(n) => any_request(DeleteContact(contact(*n)?.id)),
        Step::Decide(n, accept) => {
            let contact = contact(*n)?;
            let change = contact.key_change.as_ref()?;
            any_request(DecideKey {
                contact: contact.id,
                key: change.public_key.clone(),
                accept: *accept,
            })
        }
        Step::Accept(n) => any_request(AcceptRequest {
            request: request(*n)?,
            name: String::new(),
        }),
        Step::DeleteRequest(n) => any_request(DeleteRequest(request(*n)?)),
        Step::BlockRequest(n) => any_request(BlockRequest(request(*n)?)),
        Step::DeleteMessage(n) => any_request(DeleteMessage(newest(world, alice, chat(*n)?)?)),
        Step::Clear(n) => any_request(ClearChat(chat(*n)?)),
        Step::Draft(n, text) => any_request(SaveDraft {
            chat: chat(*n)?,
            text: text.clone(),
        }),
        Step::Read(n) => {
            let chat = chat(*n)?;
            any_request(MarkRead {
                chat,
                up_to: newest(world, alice, chat)?,
            })
        }
        Step::AddRelay => any_request(AddRelay { url: url(1) }),
        Step::RemoveRelay(n) => {
            let at = usize::from(*n).checked_rem(snapshot.relays.len())?;
            any_request(RemoveRelay(snapshot.relays[at].id))
        }
        Step::OrderRelays => {
            let relays = snapshot.relays.iter().rev();
            let order: Vec<RelayId> = relays.map(|relay| relay.id).collect();
            any_request(OrderRelays(order))
        }
        Step::Profile(id) => any_request(UpdateProfile(ProfilePatch {
            name: (!id).then(|| "Alice B.".to_owned()),
            user_id: id.then(|| "alice-2".to_owned()),
        })),
        Step::Settings => any_request(UpdateSettings(SettingsPatch {
            theme: Some(Theme::Dark),
            ..SettingsPatch::default()
        })),
        _ => return None,
    })
}

fn newest(world: &mut World, alice: usize, chat: ChatId) -> Option<MessageId> {
    world.lines(alice, chat).last().map(|line| line.message)
}

fn does(world: &mut World, alice: usize, step: &Step) {
    if let Some(request) = request(world, alice, step) {
        // Many are refused, as they should be; the picture must be right either way.
        if !matches!(step, Step::Decide(_, true)) {
            let _ = world.carry_out(alice, request);
            return;
        }
        let now = world.now;
        let _ = request(world.engine(alice), now);
        reseal(world, alice);
        // Any input hands the effects over.
        world.tick(alice);
        return;
    }
    match step {
        Step::Send(n) => {
            let chats = world.snapshot(alice).chats;
            if let Some(at) = usize::from(*n).checked_rem(chats.len()) {
                let _ = world.say(alice, chats[at].id, "hello");
            }
        }
        Step::Joined(who, seed) => {
            let out = world.relays[0].list(&name(*who), shown_key(FIRST + seed % 6));
            world.push(out);
            inject(
                world,
                alice,
                joined(&name(*who), shown_key(FIRST + seed % 6)),
            );
        }
        Step::Left(who) => {
            let out = world.relays[0].unlist(&name(*who));
            world.push(out);
            inject(world, alice, left(&name(*who)));
        }
        Step::Box {
            from,
            seed,
            nonce,
            tagged,
        } => {
            let to = world.key(alice);
            let sealed = if *tagged {
                sotto_box(FIRST + seed, to, *nonce, "text")
            } else {
                guide_box(FIRST + seed, to, *nonce, b"text")
            };
            let frame = super::world::message(&name(*from), &sealed, world.now.wall);
            inject(world, alice, frame);
        }
        Step::LoseConnection => {
            if let Some(conn) = world.conns_of(alice).first() {
                world.lose(*conn);
            }
        }
        Step::KillRelay => world.kill_relay(0),
        Step::StartRelay => world.relays[0].alive = true,
        Step::Settle => world.settle(),
        Step::Pass(ms) => world.pass(u64::from(*ms)),
        _ => {}
    }
}

/// Tells the world what queued texts were sealed anew as.
fn reseal(world: &mut World, alice: usize) {
    let ids: Vec<MessageId> = world.people[alice].sealed.keys().copied().collect();
    for id in ids {
        let entry = sotto_store::outbox::by_message(world.store(alice).reader(), id.0);
        if let Some(entry) = entry.unwrap() {
            world.people[alice].sealed.insert(id, entry.ciphertext);
        }
    }
}

fn inject(world: &mut World, alice: usize, frame: sotto_wire::RelayFrame) {
    if !world.conns_of(alice).is_empty() {
        world.inject_frame(alice, frame);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_snapshot_is_what_the_events_add_up_to(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut world = World::new(&[Kind::Guide, Kind::Ours]);
        let alice = world.person("alice", &[0]);
        let mut picture = world.snapshot(alice);
        world.people[alice].events.clear();
        for step in &steps {
            does(&mut world, alice, step);
        }
        // People and counts are told a moment later.
        world.pass(1_000);
        while world.engine(alice).people_due.is_some() {
            world.pass(300);
        }
        for event in std::mem::take(&mut world.people[alice].events) {
            apply(&mut picture, &event);
        }
        picture.chats.sort_by_key(|chat| (-chat.activity_at, -chat.id.0));
        let fresh = world.snapshot(alice);
        prop_assert_eq!(&picture.profile, &fresh.profile);
        prop_assert_eq!(&picture.settings, &fresh.settings);
        prop_assert_eq!(&picture.chats, &fresh.chats);
        prop_assert_eq!(&picture.requests, &fresh.requests);
        prop_assert_eq!(&picture.relays, &fresh.relays);
        prop_assert_eq!(&picture.people, &fresh.people);
    }
}
