//! The events of a turn: each thing that it touched is told once, as it is at its end. What is told
//! stands in the history already, so trouble here is only a missed picture, never a reason to do
//! anything again.

use super::Views;
use super::message::message as view_of;
use crate::api::{ChatId, ContactId, Event, Reach, RelayId, RequestId};
use crate::core::time::Now;
use crate::core::turn::{People, Reached, Touched, Whole};
use sotto_store::{StoreError, chats, messages, requests};
use std::collections::{BTreeMap, BTreeSet};

/// The list of people is told at most this often, ms.
const PEOPLE_EVERY_MS: u64 = 250;

/// When more contacts than this change at once, a front gets everything anew.
const MANY: usize = 50;

/// What the subscribers were told, as far as it decides what they are told next.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// How each contact was reached, and the other name that was asked about.
    reach: BTreeMap<ContactId, (Reach, Option<String>)>,
    /// When the list of people is due to be told, ms of the steady clock.
    people_due: Option<u64>,
}

impl Told {
    /// When something is due to be told, ms of the steady clock.
    pub(crate) const fn deadline(&self) -> Option<u64> {
        self.people_due
    }

    /// Marks what is due by the clock.
    pub(crate) fn look(&mut self, now: Now, touched: &mut Touched) {
        if self.people_due.is_some_and(|due| due <= now.mono) {
            touched.people(People::Now);
        }
    }

    /// Makes the events of what was touched.
    pub(crate) fn events(&mut self, views: &Views<'_>, mut touched: Touched) -> Vec<Event> {
        let mut events = std::mem::take(&mut touched.gone);
        for gone in &events {
            if let Event::ChatRemoved { chat } = gone {
                touched.chats.remove(chat);
                self.reach
                    .retain(|contact, _| views.contacts.get(*contact).is_some());
            }
        }
        let people = self.people(views, &mut touched);
        let moved = self.moved(views, &touched.reach);
        if touched.wholes.contains(&Whole::Everything) || moved.len() > MANY {
            snapshot(views, &mut events);
        } else {
            touched.chats.extend(moved);
        }
        let messages = message_events(views, &mut touched);
        claimed_chats(views, &mut touched);
        let chats = touched.chats.iter();
        events.extend(chats.filter_map(|chat| chat_event(views, *chat)));
        events.extend(messages);
        request_events(views, &mut touched, &mut events);
        if touched.wholes.contains(&Whole::Invites) {
            let invites = found(views.invites().map(Some)).unwrap_or_default();
            events.push(Event::InvitesChanged { invites });
        }
        if touched.wholes.contains(&Whole::Profile) {
            let profile = views.profile();
            events.push(Event::ProfileChanged { profile });
        }
        if touched.wholes.contains(&Whole::Settings) {
            let settings = views.identity().settings().clone();
            events.push(Event::SettingsChanged { settings });
        }
        events.extend(people);
        let relays = touched.relays.iter();
        events.extend(relays.filter_map(|relay| relay_event(views, *relay)));
        events
    }

    /// The list of people, if it is to be told now; the relays say how many there are.
    fn people(&mut self, views: &Views<'_>, touched: &mut Touched) -> Option<Event> {
        let due = match touched.people {
            People::Unchanged => return None,
            People::Soon => views.now.after(PEOPLE_EVERY_MS),
            People::Due => views.now.mono,
            People::Now => {
                self.people_due = None;
                touched
                    .relays
                    .extend(views.relays().all().map(|(relay, _)| relay));
                let people = views.people();
                return Some(Event::PeopleChanged { people });
            }
        };
        self.people_due.get_or_insert(due);
        None
    }

    /// The chats of those whose reach is another one than what was told.
    fn moved(&mut self, views: &Views<'_>, reach: &Reached) -> Vec<ChatId> {
        let contacts: Vec<ContactId> = match reach {
            Reached::Nobody => return Vec::new(),
            Reached::These(contacts) => contacts.iter().copied().collect(),
            Reached::Everybody => views.contacts.all().map(|contact| contact.id).collect(),
        };
        let mut moved = Vec::new();
        for contact in contacts.iter().filter_map(|id| views.contacts.get(*id)) {
            let reach = views.relays().reach(contact.box_key.as_ref());
            let now = (reach, views.other_name(contact));
            if self.reach.insert(contact.id, now.clone()) != Some(now) {
                moved.push(contact.chat);
            }
        }
        moved
    }
}

fn snapshot(views: &Views<'_>, events: &mut Vec<Event>) {
    if let Some(snapshot) = found(views.snapshot().map(Some)) {
        let snapshot = Box::new(snapshot);
        events.push(Event::Snapshot { snapshot });
    }
}

/// The events of messages; the chats of those that changed are marked too.
fn message_events(views: &Views<'_>, touched: &mut Touched) -> Vec<Event> {
    let mut events = Vec::new();
    for id in std::mem::take(&mut touched.changed) {
        if touched.added.contains(&id) {
            continue;
        }
        if let Some(row) = found(messages::by_id(views.reader, id)) {
            touched.chats.insert(row.chat);
            let message = view_of(&row);
            events.push(Event::MessageChanged { message });
        }
    }
    for id in std::mem::take(&mut touched.added) {
        if let Some(row) = found(messages::by_id(views.reader, id)) {
            let message = view_of(&row);
            events.push(Event::MessageAdded { message });
        }
    }
    events
}

/// Marks the chats whose undecided other key is one of which the texts held changed.
fn claimed_chats(views: &Views<'_>, touched: &mut Touched) {
    if touched.held_keys.is_empty() {
        return;
    }
    let claimed = views.contacts.all().filter(|contact| {
        let other = contact.other_key.as_ref();
        other.is_some_and(|other| touched.held_keys.contains(&other.key))
    });
    let claimed: BTreeSet<ChatId> = claimed.map(|contact| contact.chat).collect();
    touched.chats.extend(claimed);
}

fn chat_event(views: &Views<'_>, chat: ChatId) -> Option<Event> {
    let row = found(chats::by_id(views.reader, chat))?;
    Some(Event::ChatChanged {
        chat: views.chat(row)?,
    })
}

/// The events of requests, also of those that use a name whose contact changed.
fn request_events(views: &Views<'_>, touched: &mut Touched, events: &mut Vec<Event>) {
    if !touched.names.is_empty() {
        let all = found(requests::list(views.reader).map(Some)).unwrap_or_default();
        let named = all
            .iter()
            .filter(|row| touched.names.contains(&row.user_id));
        touched.requests.extend(named.map(|row| row.id));
    }
    let requests = touched.requests.iter();
    events.extend(requests.filter_map(|request| request_event(views, *request)));
}

fn request_event(views: &Views<'_>, request: RequestId) -> Option<Event> {
    let row = found(requests::by_id(views.reader, request))?;
    Some(Event::RequestChanged {
        request: views.request(&row),
    })
}

fn relay_event(views: &Views<'_>, relay: RelayId) -> Option<Event> {
    Some(Event::RelayChanged {
        relay: found(views.relay(relay))?,
    })
}

/// What was read to be told.
fn found<T>(read: Result<Option<T>, StoreError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, "a change could not be told");
        None
    })
}
