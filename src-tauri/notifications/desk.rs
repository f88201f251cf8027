//! What waits to be shown or withdrawn, and what is on the screen: at most one notification for
//! each subject, replaced by the newest, at a bearable pace.
//!
//! It is only a book: it asks nobody and reads no clock. `mod.rs` does what it says.

use super::Subject;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// How soon after one notification its subject may have the next: what comes between is left out.
const REPEAT: Duration = Duration::from_secs(2);
/// How soon after any notification there may be another.
const PACE: Duration = Duration::from_millis(50);
/// How many questions to the notification server may be open.
const MOST_OPEN: usize = 4;

/// The text of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The first line, plain.
    pub(crate) title: String,
    /// The text below, plain.
    pub(crate) body: String,
    /// Whether it may be heard.
    pub(crate) sound: bool,
}

/// Something to be done with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// A notification is to be shown.
    Show {
        /// What it is about.
        subject: Subject,
        /// What it says.
        notice: Notice,
        /// The one in whose place it comes.
        replaces: Option<u32>,
    },
    /// A notification is to leave the screen.
    Withdraw {
        /// Which one.
        id: u32,
    },
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This is to be done now.
    Now(Errand),
    /// Nothing is to be done before this time.
    Later(Instant),
    /// Nothing is to be done.
    Nothing,
}

/// The book.
#[derive(Default)]
pub(super) struct Desk {
    subjects: BTreeMap<Subject, Entry>,
    /// Subjects with something to do, each once, in the order in which they came.
    queue: VecDeque<Subject>,
    /// How many notifications the server has not answered for.
    open: usize,
    last: Option<Instant>,
}

/// Where things stand with a subject.
#[derive(Default)]
struct Entry {
    wanted: Option<Notice>,
    /// Whether what is on the screen is to leave it.
    withdraw: bool,
    /// What the server calls the one on the screen.
    id: Option<u32>,
    /// Whether the server has not answered for the last one.
    open: bool,
    last: Option<Instant>,
}

impl Desk {
    /// Has a notification shown, in place of what waits for this subject or is on the screen.
    pub(super) fn show(&mut self, subject: Subject, notice: Notice) {
        let entry = self.subjects.entry(subject).or_default();
        entry.wanted = Some(notice);
        entry.withdraw = false;
        if !self.queue.contains(&subject) {
            // Whoever tries it out looks at the screen.
            match subject {
                Subject::Trial => self.queue.push_front(subject),
                Subject::Chat(_) | Subject::Requests | Subject::Paused => {
                    self.queue.push_back(subject);
                }
            }
        }
    }

    /// Takes back what waits for this subject or is on the screen.
    pub(super) fn withdraw(&mut self, subject: Subject) {
        let Some(entry) = self.subjects.get_mut(&subject) else {
            return;
        };
        entry.wanted = None;
        entry.withdraw = entry.open || entry.id.is_some();
        if entry.withdraw && !self.queue.contains(&subject) {
            self.queue.push_back(subject);
        }
    }

    /// Takes back everything.
    pub(super) fn withdraw_all(&mut self) {
        let subjects: Vec<Subject> = self.subjects.keys().copied().collect();
        for subject in subjects {
            self.withdraw(subject);
        }
    }

    /// Whether something is on the screen, or may be.
    pub(super) fn is_clear(&self) -> bool {
        self.subjects
            .values()
            .all(|entry| entry.id.is_none() && !entry.open)
    }

    /// Gives what is to be done now, and takes it as done but for [`Self::answered`].
    pub(super) fn next(&mut self, now: Instant) -> Next {
        let mut soonest: Option<Instant> = None;
        let mut index = 0;
        while let Some(&subject) = self.queue.get(index) {
            match self.due(subject, now) {
                Due::Now => {
                    self.queue.remove(index);
                    if let Some(errand) = self.take(subject, now) {
                        return Next::Now(errand);
                    }
                }
                Due::At(time) => {
                    soonest = Some(soonest.map_or(time, |other| other.min(time)));
                    index += 1;
                }
                Due::AfterAnAnswer => index += 1,
            }
        }
        soonest.map_or(Next::Nothing, Next::Later)
    }

    /// Notes what the server answered for a notification: what it calls it, or nothing.
    pub(super) fn answered(&mut self, subject: Subject, id: Option<u32>) {
        self.open = self.open.saturating_sub(1);
        if let Some(entry) = self.subjects.get_mut(&subject) {
            entry.open = false;
            // One that could not be replaced is still there.
            entry.id = id.or(entry.id);
        }
    }

    /// Notes that one has left the screen.
    pub(super) fn closed(&mut self, id: u32) {
        for entry in self.subjects.values_mut() {
            if entry.id == Some(id) {
                entry.id = None;
            }
        }
    }

    /// Notes that another server has come, or none is left: nothing is on the screen.
    pub(super) fn forget_screen(&mut self) {
        for entry in self.subjects.values_mut() {
            entry.id = None;
        }
    }

    /// What the notification of this id is about.
    pub(super) fn subject(&self, id: u32) -> Option<Subject> {
        let mut entries = self.subjects.iter();
        entries.find_map(|(subject, entry)| (entry.id == Some(id)).then_some(*subject))
    }

    fn due(&self, subject: Subject, now: Instant) -> Due {
        let Some(entry) = self.subjects.get(&subject) else {
            return Due::Now;
        };
        if entry.open {
            return Due::AfterAnAnswer;
        }
        if entry.wanted.is_none() {
            return Due::Now;
        }
        if self.open >= MOST_OPEN {
            return Due::AfterAnAnswer;
        }
        let own = entry.last.map(|last| last + REPEAT);
        let all = self.last.map(|last| last + PACE);
        match own.max(all) {
            Some(time) if time > now => Due::At(time),
            _ => Due::Now,
        }
    }

    fn take(&mut self, subject: Subject, now: Instant) -> Option<Errand> {
        let entry = self.subjects.get_mut(&subject)?;
        if let Some(notice) = entry.wanted.take() {
            entry.open = true;
            entry.last = Some(now);
            self.open += 1;
            self.last = Some(now);
            let replaces = entry.id;
            return Some(Errand::Show {
                subject,
                notice,
                replaces,
            });
        }
        entry.withdraw = false;
        entry.id.take().map(|id| Errand::Withdraw { id })
    }
}

/// When a subject's errand is due.
enum Due {
    Now,
    At(Instant),
    AfterAnAnswer,
}

#[cfg(test)]
mod tests {
    use super::*;
    use sotto_engine::api::ChatId;

    const MARA: Subject = Subject::Chat(ChatId(1));
    const BO: Subject = Subject::Chat(ChatId(2));

    fn notice(body: &str) -> Notice {
        Notice {
            title: "Mara".to_owned(),
            body: body.to_owned(),
            sound: true,
        }
    }

    /// What is shown next, with what it replaces.
    fn shown(desk: &mut Desk, now: Instant) -> Option<(Subject, String, Option<u32>)> {
        match desk.next(now) {
            Next::Now(Errand::Show {
                subject,
                notice,
                replaces,
            }) => Some((subject, notice.body, replaces)),
            Next::Now(Errand::Withdraw { .. }) | Next::Later(_) | Next::Nothing => None,
        }
    }

    #[test]
    fn texts_of_a_burst_become_the_first_and_the_last() {
        let (mut desk, start) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("0"));
        assert_eq!(shown(&mut desk, start), Some((MARA, "0".into(), None)));
        for text in 1..1000 {
            desk.show(MARA, notice(&text.to_string()));
        }
        // The server has not answered.
        assert_eq!(desk.next(start + REPEAT), Next::Nothing);
        desk.answered(MARA, Some(7));
        assert_eq!(desk.next(start), Next::Later(start + REPEAT));
        let last = Some((MARA, "999".into(), Some(7)));
        assert_eq!(shown(&mut desk, start + REPEAT), last);
        desk.answered(MARA, Some(7));
        assert_eq!(desk.next(start + 2 * REPEAT), Next::Nothing);
    }

    #[test]
    fn each_subject_has_one_in_the_order_in_which_they_came() {
        let (mut desk, mut now) = (Desk::default(), Instant::now());
        for chat in 0..120 {
            desk.show(Subject::Chat(ChatId(chat)), notice("one"));
            desk.show(Subject::Chat(ChatId(chat)), notice("two"));
        }
        for chat in 0..120 {
            let subject = Subject::Chat(ChatId(chat));
            assert_eq!(shown(&mut desk, now), Some((subject, "two".into(), None)));
            if chat < 119 {
                assert_eq!(desk.next(now), Next::Later(now + PACE));
            }
            desk.answered(subject, u32::try_from(chat).ok());
            now += PACE;
        }
        assert_eq!(desk.next(now), Next::Nothing);
    }

    #[test]
    fn server_that_does_not_answer_gets_a_few_questions_and_later_more() {
        let (mut desk, mut now) = (Desk::default(), Instant::now());
        let subjects: Vec<Subject> = (0..10).map(|chat| Subject::Chat(ChatId(chat))).collect();
        for subject in &subjects {
            desk.show(*subject, notice("text"));
        }
        for _ in 0..MOST_OPEN {
            assert!(shown(&mut desk, now).is_some());
            now += PACE;
        }
        assert_eq!(desk.next(now), Next::Nothing);
        desk.answered(subjects[0], None);
        assert!(shown(&mut desk, now).is_some());
        // The one without an answer may be tried again.
        desk.show(subjects[0], notice("again"));
        for subject in &subjects[1..=MOST_OPEN] {
            desk.answered(*subject, None);
        }
        now += REPEAT;
        let mut rest = Vec::new();
        while let Some((subject, ..)) = shown(&mut desk, now) {
            desk.answered(subject, None);
            rest.push(subject);
            now += PACE;
        }
        assert_eq!(rest.len(), 6);
        assert!(rest.contains(&subjects[0]));
    }

    #[test]
    fn what_is_read_before_it_is_shown_is_not_shown() {
        let (mut desk, now) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("text"));
        desk.withdraw(MARA);
        assert_eq!(desk.next(now), Next::Nothing);
        assert!(desk.is_clear());
    }

    #[test]
    fn what_is_read_on_its_way_to_the_screen_leaves_it_again() {
        let (mut desk, now) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("text"));
        assert!(shown(&mut desk, now).is_some());
        desk.withdraw(MARA);
        assert_eq!(desk.next(now), Next::Nothing);
        assert!(!desk.is_clear());
        desk.answered(MARA, Some(3));
        assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: 3 }));
        assert!(desk.is_clear());
        assert_eq!(desk.next(now), Next::Nothing);
    }

    #[test]
    fn refused_one_stands_in_nobodys_way() {
        let (mut desk, now) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("text"));
        assert!(shown(&mut desk, now).is_some());
        desk.withdraw(MARA);
        desk.answered(MARA, None);
        desk.show(BO, notice("hello"));
        assert!(shown(&mut desk, now + PACE).is_some());
    }

    #[test]
    fn withdrawing_all_takes_each_off_the_screen() {
        let (mut desk, mut now) = (Desk::default(), Instant::now());
        for (subject, id) in [(MARA, 1), (BO, 2)] {
            desk.show(subject, notice("text"));
            assert!(shown(&mut desk, now).is_some());
            desk.answered(subject, Some(id));
            now += PACE;
        }
        desk.withdraw_all();
        assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: 1 }));
        assert_eq!(desk.next(now), Next::Now(Errand::Withdraw { id: 2 }));
        assert_eq!(desk.next(now), Next::Nothing);
    }

    #[test]
    fn closed_one_is_not_replaced_and_another_server_has_none() {
        let (mut desk, mut now) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("text"));
        assert!(shown(&mut desk, now).is_some());
        desk.answered(MARA, Some(1));
        assert_eq!(desk.subject(1), Some(MARA));
        desk.closed(1);
        assert_eq!(desk.subject(1), None);
        desk.show(MARA, notice("next"));
        now += REPEAT;
        assert_eq!(shown(&mut desk, now), Some((MARA, "next".into(), None)));
        desk.answered(MARA, Some(2));
        desk.forget_screen();
        assert!(desk.is_clear());
    }

    #[test]
    fn trial_comes_before_what_waits() {
        let (mut desk, now) = (Desk::default(), Instant::now());
        desk.show(MARA, notice("text"));
        desk.show(Subject::Trial, notice("trial"));
        let first = shown(&mut desk, now);
        assert_eq!(first, Some((Subject::Trial, "trial".into(), None)));
    }
}
