//! Random histories against a plain model of them: pages, unread counts, outbox order.

use crate::common::{box_key, change, chat, contact, entry, in_memory, receive, send};
use proptest::prelude::*;
use sotto_store::messages::{Anchor, State};
use sotto_store::{MessageId, PlainEntryId, RelayId, Store, chats, messages, plain_outbox};

#[derive(Clone, Copy, Debug)]
enum Step {
    Receive { with: i64 },
    Send { with: i64 },
    HandFirst { with: i64 },
    FailFirst { with: i64 },
    RetryOldest { with: i64 },
    Reseal { with: i64 },
    Read { with: i64, at: usize },
    Delete { with: i64, at: usize },
    Clear { with: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let with = 1..=2_i64;
    prop_oneof![
        6 => with.clone().prop_map(|with| Step::Receive { with }),
        6 => with.clone().prop_map(|with| Step::Send { with }),
        3 => with.clone().prop_map(|with| Step::HandFirst { with }),
        2 => with.clone().prop_map(|with| Step::FailFirst { with }),
        2 => with.clone().prop_map(|with| Step::RetryOldest { with }),
        1 => with.clone().prop_map(|with| Step::Reseal { with }),
        2 => (with.clone(), any::<usize>()).prop_map(|(with, at)| Step::Read { with, at }),
        2 => (with.clone(), any::<usize>()).prop_map(|(with, at)| Step::Delete { with, at }),
        1 => with.prop_map(|with| Step::Clear { with }),
    ]
}

#[derive(Clone, Debug, PartialEq)]
struct Line {
    id: MessageId,
    state: Option<State>,
    unread: bool,
}

/// One chat as plain lists.
#[derive(Clone, Debug, Default)]
struct Model {
    lines: Vec<Line>,
    outbox: Vec<MessageId>,
}

impl Model {
    fn set(&mut self, id: MessageId, state: State) {
        for line in self.lines.iter_mut().filter(|line| line.id == id) {
            line.state = Some(state);
        }
    }

    fn oldest_failed(&self) -> Option<MessageId> {
        let mut lines = self.lines.iter();
        lines
            .find(|line| line.state == Some(State::Failed))
            .map(|line| line.id)
    }

    fn pick(&self, at: usize) -> Option<MessageId> {
        let at = at.checked_rem(self.lines.len())?;
        Some(self.lines[at].id)
    }
}

fn apply(store: &mut Store, models: &mut [Model; 2], number: u64, step: Step) {
    let with = match step {
        Step::Receive { with }
        | Step::Send { with }
        | Step::HandFirst { with }
        | Step::FailFirst { with }
        | Step::RetryOldest { with }
        | Step::Reseal { with }
        | Step::Read { with, .. }
        | Step::Delete { with, .. }
        | Step::Clear { with } => with,
    };
    let model = &mut models[usize::try_from(with - 1).unwrap()];
    let first = model.outbox.first().copied();
    match step {
        Step::Receive { .. } => {
            let id = change(store, |tx| receive(tx, with, number, "in"));
            model.lines.push(Line {
                id,
                state: None,
                unread: true,
            });
        }
        Step::Send { .. } => {
            let id = change(store, |tx| send(tx, with, number, "out"));
            model.lines.push(Line {
                id,
                state: Some(State::Queued),
                unread: false,
            });
            model.outbox.push(id);
        }
        Step::HandFirst { .. } => {
            if let Some(id) = first {
                assert!(change(store, |tx| plain_outbox::handed(
                    tx,
                    id,
                    contact(with),
                    1,
                    RelayId(1)
                )));
                model.outbox.remove(0);
                model.set(id, State::Handed);
            }
        }
        Step::FailFirst { .. } => {
            if let Some(id) = first {
                assert!(change(store, |tx| plain_outbox::failed(
                    tx,
                    id,
                    contact(with),
                    1,
                    "too_large"
                )));
                model.outbox.remove(0);
                model.set(id, State::Failed);
            }
        }
        Step::RetryOldest { .. } => {
            if let Some(id) = model.oldest_failed() {
                change(store, |tx| {
                    plain_outbox::requeue(tx, &entry(with, id, "BBBB"), 2)
                });
                model.outbox.push(id);
                model.set(id, State::Queued);
            }
        }
        Step::Reseal { .. } => {
            for id in &model.outbox {
                assert!(change(store, |tx| plain_outbox::reseal(
                    tx,
                    *id,
                    contact(with),
                    &box_key(5),
                    &[6; 24],
                    "CCCC"
                )));
            }
        }
        Step::Read { at, .. } => {
            if let Some(up_to) = model.pick(at) {
                change(store, |tx| messages::mark_read(tx, chat(with), up_to));
                for line in model.lines.iter_mut().filter(|line| line.id <= up_to) {
                    line.unread = false;
                }
            }
        }
        Step::Delete { at, .. } => {
            if let Some(id) = model.pick(at) {
                assert_eq!(
                    change(store, |tx| messages::delete(tx, id)),
                    Some(chat(with))
                );
                model.lines.retain(|line| line.id != id);
                model.outbox.retain(|message| *message != id);
            }
        }
        Step::Clear { .. } => {
            let cleared = change(store, |tx| messages::clear_chat(tx, chat(with)));
            assert_eq!(cleared as usize, model.lines.len());
            *model = Model::default();
        }
    }
}

fn compare(store: &Store, with: i64, model: &Model) {
    let reader = store.reader();
    let waiting = plain_outbox::list(reader, contact(with), PlainEntryId(0), 1000).unwrap();
    assert!(
        waiting
            .iter()
            .map(|entry| entry.message)
            .eq(model.outbox.iter().copied())
    );
    let row = chats::by_id(reader, chat(with)).unwrap().unwrap();
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
        messages::first_unread(reader, chat(with)).unwrap(),
        unread.first().copied()
    );
}

/// Every page of every size, against slices of the list.
fn compare_pages(store: &Store, with: i64, lines: &[Line]) {
    let ids: Vec<MessageId> = lines.iter().map(|line| line.id).collect();
    for limit in [1_usize, 2, 3, 7] {
        let read = |anchor| {
            let limit = u32::try_from(limit).unwrap();
            let page = messages::page(store.reader(), chat(with), anchor, limit).unwrap();
            let got: Vec<_> = page
                .messages
                .iter()
                .map(|message| Line {
                    id: message.id,
                    state: message.delivery.as_ref().map(|delivery| delivery.state),
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
