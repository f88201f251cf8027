//! What the engine has told, as far as notifications and counts need it: names, what is unread,
//! the settings; and what of it becomes a notification.

use super::desk::{Desk, Notice};
use super::{Subject, Time};
use crate::words::{isolated, words};
use sotto_engine::api::{
    Body, ChatId, ChatKind, ChatView, Direction, Event, HistoryTrouble, MessageView,
    NotificationContent, RequestId, RequestView, SettingsView, Snapshot,
};
use std::collections::BTreeMap;
use std::mem;

/// How much of a text a notification shows, in characters.
const NOTIFIED_CHARS: usize = 140;

/// Who a message is from where its name must not be shown.
const PROGRAM: &str = "Sotto";

/// What was told.
#[derive(Default)]
pub(super) struct Seen {
    /// The chat that is before the person's eyes: it needs no notification.
    pub(super) active: Option<ChatId>,
    /// The newest settings; none before the history is open.
    pub(super) settings: Option<SettingsView>,
    chats: BTreeMap<ChatId, Chat>,
    /// When the newest text of each request came, ms since 1970.
    requests: BTreeMap<RequestId, i64>,
    /// Why receiving is paused, if it is.
    trouble: Option<HistoryTrouble>,
    /// Whether the person was told of it.
    trouble_told: bool,
    /// Whether the window, which says it too, is in sight.
    in_sight: bool,
}

/// What is known of a chat.
struct Chat {
    name: String,
    unread: u32,
}

impl Seen {
    /// Takes in what an event tells, and has shown and withdrawn what follows from it.
    pub(super) fn learn(&mut self, event: &Event, time: Time, desk: &mut Desk) {
        match event {
            Event::Snapshot { snapshot } => self.begin(snapshot, desk),
            Event::SettingsChanged { settings } => {
                let shows_less = |old: &SettingsView| old.notifications != settings.notifications;
                if self.settings.as_ref().is_some_and(shows_less) {
                    // What they say may be what is not to be seen.
                    desk.withdraw_all();
                }
                self.settings = Some(settings.clone());
            }
            Event::ChatChanged { chat } => self.chat(chat, desk),
            Event::ChatRemoved { chat } => {
                self.chats.remove(chat);
                desk.withdraw(Subject::Chat(*chat));
            }
            Event::MessageAdded { message } => self.message(message, time, desk),
            Event::RequestChanged { request } => self.request(request, time, desk),
            Event::RequestRemoved { request } => {
                self.requests.remove(request);
                if self.requests.is_empty() {
                    desk.withdraw(Subject::Requests);
                }
            }
            Event::HistoryTrouble { trouble } => {
                // For a damaged history the window opens by itself.
                self.trouble = trouble.filter(|trouble| *trouble != HistoryTrouble::Damaged);
                self.tell_trouble(time, desk);
            }
            _ => {}
        }
    }

    /// Takes in whether the window is in sight.
    pub(super) fn set_in_sight(&mut self, in_sight: bool, time: Time, desk: &mut Desk) {
        self.in_sight = in_sight;
        self.tell_trouble(time, desk);
    }

    /// Why receiving is paused, if it is.
    pub(super) fn trouble(&self) -> Option<HistoryTrouble> {
        self.trouble
    }

    /// How many received messages are unread, in all chats.
    pub(super) fn unread(&self) -> u32 {
        let unread = self.chats.values().map(|chat| chat.unread);
        unread.fold(0, u32::saturating_add)
    }

    /// Whether nothing is to be notified of now: muted, or quiet hours.
    pub(super) fn is_quiet(&self, time: Time) -> bool {
        let settings = self.settings.as_ref();
        settings.is_none_or(|settings| {
            settings.muted_until > time.now_ms || settings.quiet_hours.holds(time.minute_of_day)
        })
    }

    /// The notification for trying it out, which also comes while all others are muted.
    pub(super) fn trial(&self) -> Option<Notice> {
        self.notice(PROGRAM, words().test_message.as_str())
    }

    fn begin(&mut self, snapshot: &Snapshot, desk: &mut Desk) {
        self.settings = Some(snapshot.settings.clone());
        let known: Vec<ChatId> = self.chats.keys().copied().collect();
        self.chats.clear();
        for chat in &snapshot.chats {
            self.chat(chat, desk);
        }
        for gone in known.iter().filter(|id| !self.chats.contains_key(id)) {
            desk.withdraw(Subject::Chat(*gone));
        }
        let requests = snapshot.requests.iter();
        self.requests = requests.map(|one| (one.id, one.last_at)).collect();
        if self.requests.is_empty() {
            desk.withdraw(Subject::Requests);
        }
    }

    fn chat(&mut self, chat: &ChatView, desk: &mut Desk) {
        let ChatKind::Contact { contact } = &chat.kind;
        let known = Chat {
            name: contact.name.clone(),
            unread: chat.unread,
        };
        if known.unread == 0 {
            desk.withdraw(Subject::Chat(chat.id));
        }
        self.chats.insert(chat.id, known);
    }

    fn message(&mut self, message: &MessageView, time: Time, desk: &mut Desk) {
        let Body::Text { text, .. } = &message.body else {
            return;
        };
        let wanted = |settings: &SettingsView| settings.notify_texts;
        if message.direction != Direction::In
            || self.active == Some(message.chat)
            || !self.settings.as_ref().is_some_and(wanted)
            || self.is_quiet(time)
        {
            return;
        }
        let name = self.chats.get(&message.chat);
        let name = name.map_or(PROGRAM, |chat| chat.name.as_str());
        let words: Vec<&str> = text.split_whitespace().collect();
        let line: String = words.join(" ").chars().take(NOTIFIED_CHARS).collect();
        if let Some(notice) = self.notice(name, &line) {
            desk.show(Subject::Chat(message.chat), notice);
        }
    }

    /// A stranger's text is never shown, and its name only as a name that anybody can take.
    fn request(&mut self, request: &RequestView, time: Time, desk: &mut Desk) {
        let before = self.requests.insert(request.id, request.last_at);
        let wanted = |settings: &SettingsView| settings.notify_requests;
        if before.is_some_and(|before| before >= request.last_at)
            || !self.settings.as_ref().is_some_and(wanted)
            || self.is_quiet(time)
        {
            return;
        }
        // Under the name of a contact it would look like one.
        let words = match request.claims {
            None => words().request_from(&request.user_id),
            Some(_) => words().request.as_str().to_owned(),
        };
        if let Some(mut notice) = self.notice(PROGRAM, &words) {
            if self.content() == NotificationContent::Name {
                notice.body = words;
            }
            desk.show(Subject::Requests, notice);
        }
    }

    /// Tells once, of each trouble, that receiving is paused: where nobody sees the window, and
    /// also in quiet hours, without a sound then.
    fn tell_trouble(&mut self, time: Time, desk: &mut Desk) {
        let Some(trouble) = self.trouble else {
            self.trouble_told = false;
            desk.withdraw(Subject::Paused);
            return;
        };
        if self.in_sight {
            desk.withdraw(Subject::Paused);
        } else if !mem::replace(&mut self.trouble_told, true)
            && self.content() != NotificationContent::Off
        {
            let notice = Notice {
                title: PROGRAM.to_owned(),
                body: words().paused(trouble).to_owned(),
                sound: self.has_sound() && !self.is_quiet(time),
            };
            desk.show(Subject::Paused, notice);
        }
    }

    fn has_sound(&self) -> bool {
        let settings = self.settings.as_ref();
        settings.is_some_and(|settings| settings.notification_sound)
    }

    fn content(&self) -> NotificationContent {
        let settings = self.settings.as_ref();
        settings.map_or(NotificationContent::Nothing, |s| s.notifications)
    }

    /// The notification of a text as the settings allow it; none if they allow none.
    fn notice(&self, name: &str, text: &str) -> Option<Notice> {
        let name = isolated(name);
        let new = words().new_message.as_str();
        let (title, body) = match self.content() {
            NotificationContent::Off => return None,
            NotificationContent::NameAndText => (name.as_str(), text),
            NotificationContent::Name => (name.as_str(), new),
            NotificationContent::Nothing => (PROGRAM, new),
        };
        Some(Notice {
            title: title.to_owned(),
            body: body.to_owned(),
            sound: self.has_sound(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::desk::{Errand, Next};
    use super::*;
    use sotto_engine::api::{
        ClientKind, ContactId, ContactView, MessageId, Protection, QuietHours, Reach, RequestText,
        SessionState, Trust,
    };
    use sotto_engine::core::default_settings;
    use std::time::{Duration, Instant};

    const MARA: ChatId = ChatId(1);
    const NOON: Time = Time {
        now_ms: 1_000_000,
        minute_of_day: 12 * 60,
    };

    fn chat(unread: u32) -> Event {
        let contact = ContactView {
            id: ContactId(1),
            name: "Mara".to_owned(),
            user_id: "mara".to_owned(),
            public_key: None,
            doubled: false,
            account_id: None,
            fingerprint: String::new(),
            hue: 0,
            client: ClientKind::Sotto,
            protection: Protection::Pq,
            session: SessionState::Ready,
            trust: Trust::Unverified,
            differed_at: None,
            verify_asked: None,
            reach: Reach::Offline,
            key_change: None,
            other_name: None,
            blocked: false,
            added_at: 0,
        };
        Event::ChatChanged {
            chat: ChatView {
                id: MARA,
                kind: ChatKind::Contact { contact },
                last: None,
                unread,
                waiting: 0,
                draft: String::new(),
                activity_at: 0,
            },
        }
    }

    fn text(words: &str) -> Event {
        Event::MessageAdded {
            message: MessageView {
                id: MessageId(1),
                chat: MARA,
                direction: Direction::In,
                body: Body::Text {
                    text: words.to_owned(),
                    spans: Vec::new(),
                },
                at: 0,
                state: None,
                state_at: None,
                delivered_to: 0,
                recipients: 0,
                failure: None,
            },
        }
    }

    fn request(last_at: i64, claims: Option<ChatId>) -> Event {
        Event::RequestChanged {
            request: RequestView {
                id: RequestId(1),
                user_id: "wanderer".to_owned(),
                public_key: String::new(),
                fingerprint: String::new(),
                hue: 0,
                texts: vec![RequestText {
                    text: "secret".to_owned(),
                    at: last_at,
                }],
                first_at: 0,
                last_at,
                claims,
            },
        }
    }

    /// Somebody with these settings, who has heard of Mara.
    fn seen(change: impl FnOnce(&mut SettingsView)) -> (Seen, Desk) {
        let mut settings = default_settings();
        change(&mut settings);
        let (mut seen, mut desk) = (Seen::default(), Desk::default());
        for event in [Event::SettingsChanged { settings }, chat(0)] {
            seen.learn(&event, NOON, &mut desk);
        }
        (seen, desk)
    }

    /// What the events lead to at this time: title and body.
    fn told(
        (mut seen, mut desk): (Seen, Desk),
        events: &[Event],
        time: Time,
    ) -> Vec<(String, String)> {
        for event in events {
            seen.learn(event, time, &mut desk);
        }
        let (mut told, mut now) = (Vec::new(), Instant::now());
        while let Next::Now(Errand::Show { notice, .. }) = desk.next(now) {
            told.push((notice.title, notice.body));
            now += Duration::from_mins(1);
        }
        told
    }

    fn pair(title: &str, body: &str) -> Vec<(String, String)> {
        vec![(title.to_owned(), body.to_owned())]
    }

    #[test]
    fn text_is_told_as_the_settings_allow() {
        for (content, expected) in [
            (NotificationContent::NameAndText, pair("Mara", "low tide")),
            (NotificationContent::Name, pair("Mara", "New message")),
            (NotificationContent::Nothing, pair("Sotto", "New message")),
            (NotificationContent::Off, Vec::new()),
        ] {
            let start = seen(|settings| settings.notifications = content);
            assert_eq!(told(start, &[text(" low \n tide ")], NOON), expected);
        }
    }

    #[test]
    fn nothing_is_told_while_muted_in_quiet_hours_or_by_kind() {
        let quiet: [fn(&mut SettingsView); 3] = [
            |settings| settings.muted_until = NOON.now_ms + 1,
            |settings| {
                settings.quiet_hours = QuietHours {
                    on: true,
                    from: 11 * 60,
                    to: 13 * 60,
                };
            },
            |settings| settings.notify_texts = false,
        ];
        for change in quiet {
            assert_eq!(told(seen(change), &[text("low tide")], NOON), []);
        }
        let muted = seen(|settings| settings.muted_until = NOON.now_ms);
        assert_eq!(
            told(muted, &[text("low tide")], NOON),
            pair("Mara", "low tide")
        );
    }

    #[test]
    fn strangers_text_is_never_told_and_a_contacts_name_not_as_its() {
        let as_it_is = "Somebody who is not a contact wrote to you, as wanderer";
        let start = || seen(|_| {});
        assert_eq!(
            told(start(), &[request(1, None)], NOON),
            pair("Sotto", as_it_is)
        );
        let claimed = told(start(), &[request(1, Some(MARA))], NOON);
        assert_eq!(
            claimed,
            pair("Sotto", "Somebody who is not a contact wrote to you")
        );
        let hidden = seen(|settings| settings.notifications = NotificationContent::Nothing);
        let told_of = told(hidden, &[request(1, None)], NOON);
        assert_eq!(told_of, pair("Sotto", "New message"));
        let off = seen(|settings| settings.notify_requests = false);
        assert_eq!(told(off, &[request(1, None)], NOON), []);
    }

    #[test]
    fn what_changes_of_a_request_is_no_news_but_a_text_is() {
        let (mut seen, mut desk) = seen(|_| {});
        let mut now = Instant::now();
        for (last_at, news) in [(5, true), (5, false), (6, true)] {
            seen.learn(&request(last_at, None), NOON, &mut desk);
            let next = desk.next(now);
            assert_eq!(matches!(next, Next::Now(Errand::Show { .. })), news);
            desk.answered(Subject::Requests, Some(1));
            now += Duration::from_mins(1);
        }
        let id = RequestId(1);
        seen.learn(&Event::RequestRemoved { request: id }, NOON, &mut desk);
        assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: 1 }));
    }

    #[test]
    fn read_chat_and_other_content_take_back_what_was_told() {
        for event in [
            chat(0),
            Event::ChatRemoved { chat: MARA },
            Event::SettingsChanged {
                settings: SettingsView {
                    notifications: NotificationContent::Nothing,
                    ..default_settings()
                },
            },
        ] {
            assert_eq!(
                told(seen(|_| {}), &[text("low tide"), chat(1), event], NOON),
                []
            );
        }
        let kept = told(seen(|_| {}), &[text("low tide"), chat(1)], NOON);
        assert_eq!(kept, pair("Mara", "low tide"));
    }

    fn trouble(trouble: Option<HistoryTrouble>) -> Event {
        Event::HistoryTrouble { trouble }
    }

    const FULL: Option<HistoryTrouble> = Some(HistoryTrouble::DiskFull);

    #[test]
    fn pause_of_receiving_is_told_once_and_taken_back_when_it_ends() {
        let (mut seen, mut desk) = seen(|_| {});
        let mut now = Instant::now();
        for round in 0..2 {
            // It is told again while it lasts.
            for news in [true, false, false] {
                seen.learn(&trouble(FULL), NOON, &mut desk);
                let next = desk.next(now);
                assert_eq!(matches!(next, Next::Now(Errand::Show { .. })), news);
                if let Next::Now(Errand::Show { notice, .. }) = next {
                    assert_eq!(notice.title, "Sotto");
                    assert!(notice.body.starts_with("The disk is full"), "{notice:?}");
                    assert!(notice.sound);
                    desk.answered(Subject::Paused, Some(round));
                }
                now += Duration::from_mins(1);
            }
            seen.learn(&trouble(None), NOON, &mut desk);
            assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: round }));
        }
    }

    #[test]
    fn pause_of_receiving_is_told_only_where_the_window_does_not_say_it() {
        let (mut seen, mut desk) = seen(|_| {});
        let now = Instant::now();
        seen.set_in_sight(true, NOON, &mut desk);
        seen.learn(&trouble(FULL), NOON, &mut desk);
        assert_eq!(desk.next(now), Next::Nothing);
        seen.set_in_sight(false, NOON, &mut desk);
        assert!(matches!(desk.next(now), Next::Now(Errand::Show { .. })));
        desk.answered(Subject::Paused, Some(1));
        seen.set_in_sight(true, NOON, &mut desk);
        assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: 1 }));
        // Whoever has seen it is not told of it again.
        seen.set_in_sight(false, NOON, &mut desk);
        assert_eq!(desk.next(now), Next::Nothing);
    }

    #[test]
    fn pause_of_receiving_is_told_without_a_sound_while_muted_and_not_where_nothing_is() {
        let (mut muted, mut desk) = seen(|settings| settings.muted_until = NOON.now_ms + 1);
        muted.learn(&trouble(Some(HistoryTrouble::Unusable)), NOON, &mut desk);
        let Next::Now(Errand::Show { notice, .. }) = desk.next(Instant::now()) else {
            panic!("it is told");
        };
        assert!(!notice.sound);
        assert!(notice.body.contains("written"), "{notice:?}");
        let off = || seen(|settings| settings.notifications = NotificationContent::Off);
        assert_eq!(told(off(), &[trouble(FULL)], NOON), []);
        let damaged = trouble(Some(HistoryTrouble::Damaged));
        assert_eq!(told(seen(|_| {}), &[damaged], NOON), []);
    }

    #[test]
    fn chat_before_the_persons_eyes_is_counted_and_not_told() {
        let (mut seen, mut desk) = seen(|_| {});
        seen.active = Some(MARA);
        for event in [text("low tide"), chat(3)] {
            seen.learn(&event, NOON, &mut desk);
        }
        assert_eq!(desk.next(Instant::now()), Next::Nothing);
        assert_eq!(seen.unread(), 3);
    }
}
