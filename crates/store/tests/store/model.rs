//! Random histories against a plain model of them: pages, unread counts, outbox order.

use proptest::prelude::*;
use sotto_store::messages::{Anchor, State};
use sotto_store::{Store, chats, messages, outbox};

use crate::common::{change, entry, in_memory, receive, send};

#[derive(Clone, Copy, Debug)]
enum Step {
    Receive { chat: i64 },
    Send { chat: i64 },
    HandFirst { chat: i64 },
    FailFirst { chat: i64 },
    RetryOldest { chat: i64 },
    Reseal { chat: i64 },
    Read { chat: i64, at: usize },
    Delete { chat: i64, at: usize },
    Clear { chat: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let chat = 1..=2_i64;
    prop_oneof![
        6 => chat.clone().prop_map(|chat| Step::Receive { chat }),
        6 => chat.clone().prop_map(|chat| Step::Send { chat }),
        3 => chat.clone().prop_map(|chat| Step::HandFirst { chat }),
        2 => chat.clone().prop_map(|chat| Step::FailFirst { chat }),
        2 => chat.clone().prop_map(|chat| Step::RetryOldest { chat }),
        1 => chat.clone().prop_map(|chat| Step::Reseal { chat }),
        2 => (chat.clone(), any::<usize>()).prop_map(|(chat, at)| Step::Read { chat, at }),
        2 => (chat.clone(), any::<usize>()).prop_map(|(chat, at)| Step::Delete { chat, at }),
        1 => chat.prop_map(|chat| Step::Clear { chat }),
    ]
}

#[derive(Clone, Debug, PartialEq)]
struct Line {
    id: i64,
    state: Option<State>,
    unread: bool,
}

/// One chat as plain lists.
#[derive(Clone, Debug, Default)]
struct Model {
    lines: Vec<Line>,
    outbox: Vec<i64>,
}

impl Model {
    fn set(&mut self, id: i64, state: State) {
        for line in self.lines.iter_mut().filter(|line| line.id == id) {
            line.state = Some(state);
        }
    }

    fn oldest_failed(&self) -> Option<i64> {
        let mut lines = self.lines.iter();
        lines
            .find(|line| line.state == Some(State::Failed))
            .map(|line| line.id)
    }

    fn pick(&self, at: usize) -> Option<i64> {
        let at = at.checked_rem(self.lines.len())?;
        Some(self.lines[at].id)
    }
}

fn apply(store: &mut Store, models: &mut [Model; 2], number: u64, step: Step) {
    let chat = match step {
        Step::Receive { chat }
        | Step::Send { chat }
        | Step::HandFirst { chat }
        | Step::FailFirst { chat }
        | Step::RetryOldest { chat }
        | Step::Reseal { chat }
        | Step::Read { chat, .. }
        | Step::Delete { chat, .. }
        | Step::Clear { chat } => chat,
    };
    let model = &mut models[usize::try_from(chat - 1).unwrap()];
    let first = model.outbox.first().copied();
    match step {
        Step::Receive { .. } => {
            let id = change(store, |tx| receive(tx, chat, number, "in"));
            model.lines.push(Line {
                id,
                state: None,
                unread: true,
            });
        }
        Step::Send { .. } => {
            let id = change(store, |tx| send(tx, chat, number, "out"));
            model.lines.push(Line {
                id,
                state: Some(State::Queued),
                unread: false,
            });
            model.outbox.push(id);
        }
        Step::HandFirst { .. } => {
            if let Some(id) = first {
                assert!(change(store, |tx| outbox::handed(tx, id, 1, 1)));
                model.outbox.remove(0);
                model.set(id, State::Handed);
            }
        }
        Step::FailFirst { .. } => {
            if let Some(id) = first {
                assert!(change(store, |tx| outbox::failed(tx, id, 1, "too_large")));
                model.outbox.remove(0);
                model.set(id, State::Failed);
            }
        }
        Step::RetryOldest { .. } => {
            if let Some(id) = model.oldest_failed() {
                change(store, |tx| outbox::requeue(tx, &entry(chat, id, "BBBB"), 2));
                model.outbox.push(id);
                model.set(id, State::Queued);
            }
        }
        Step::Reseal { .. } => {
            for id in &model.outbox {
                assert!(change(store, |tx| outbox::reseal(
                    tx, *id, &[5; 32], &[6; 24], "CCCC"
                )));
            }
        }
        Step::Read { at, .. } => {
            if let Some(up_to) = model.pick(at) {
                change(store, |tx| messages::mark_read(tx, chat, up_to));
                for line in model.lines.iter_mut().filter(|line| line.id <= up_to) {
                    line.unread = false;
                }
            }
        }
        Step::Delete { at, .. } => {
            if let Some(id) = model.pick(at) {
                assert_eq!(change(store, |tx| messages::delete(tx, id)), Some(chat));
                model.lines.retain(|line| line.id != id);
                model.outbox.retain(|message| *message != id);
            }
        }
        Step::Clear { .. } => {
            let cleared = change(store, |tx| messages::clear_chat(tx, chat));
            assert_eq!(cleared as usize, model.lines.len());
            *model = Model::default();
        }
    }
}

fn compare(store: &Store, chat: i64, model: &Model) {
    let reader = store.reader();
    let waiting = outbox::list(reader, chat, 0, 1000).unwrap();
    assert!(
        waiting
            .iter()
            .map(|entry| entry.message)
            .eq(model.outbox.iter().copied())
    );
    let row = chats::by_id(reader, chat).unwrap().unwrap();
    assert_eq!(
        row.last.map(|last| last.id),
        model.lines.last().map(|line| line.id)
    );
    assert_eq!(row.queued as usize, model.outbox.len());
    let unread: Vec<_> = model
        .lines
        .iter()
        .filter(|line| line.unread)
        .map(|line| line.id)
        .collect();
    assert_eq!(row.unread as usize, unread.len());
    assert_eq!(
        messages::first_unread(reader, chat).unwrap(),
        unread.first().copied()
    );
}

/// Every page of every size, against slices of the list.
fn compare_pages(store: &Store, chat: i64, lines: &[Line]) {
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    for limit in [1_usize, 2, 3, 7] {
        let read = |anchor| {
            let limit = u32::try_from(limit).unwrap();
            let page = messages::page(store.reader(), chat, anchor, limit).unwrap();
            let got: Vec<_> = page
                .messages
                .iter()
                .map(|message| Line {
                    id: message.id,
                    state: message.state,
                    unread: message.unread,
                })
                .collect();
            let from = got
                .first()
                .map(|first| lines.iter().position(|line| line == first).unwrap());
            if let Some(from) = from {
                assert_eq!(got, lines[from..from + got.len()]);
                assert_eq!(page.has_older, from > 0);
                assert_eq!(page.has_newer, from + got.len() < lines.len());
            }
            got.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(read(Anchor::Newest), ids[ids.len().saturating_sub(limit)..]);
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(read(Anchor::Before(*id)), ids[at.saturating_sub(limit)..at]);
            assert_eq!(
                read(Anchor::After(*id)),
                ids[at + 1..ids.len().min(at + 1 + limit)]
            );
            let around = read(Anchor::Around(*id));
            assert_eq!(around.len(), limit.min(ids.len()));
            assert!(around.contains(id));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_history_is_what_was_done_to_it(steps in prop::collection::vec(step(), 1..80)) {
        let mut store = in_memory(2);
        let mut models = [Model::default(), Model::default()];
        for (number, step) in (0..).zip(steps) {
            apply(&mut store, &mut models, number, step);
            compare(&store, 1, &models[0]);
            compare(&store, 2, &models[1]);
        }
        compare_pages(&store, 1, &models[0].lines);
        compare_pages(&store, 2, &models[1].lines);
    }
}
