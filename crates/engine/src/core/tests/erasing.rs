//! What is gone for the person is gone from the files.

use super::relay_model::Kind;
use super::world::World;
use crate::api::DeleteContact;
use sotto_store::Store;
use zeroize::Zeroizing;

const HOUR: u64 = 60 * 60 * 1_000;

/// States of sessions stay in the log of the history until it is emptied.
#[test]
fn the_log_is_emptied_within_the_hour_and_at_once_after_a_deletion() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(dir.path(), &Zeroizing::new([1; 32])).unwrap();
    let log_bytes = || {
        let log = dir.path().join("history.db-wal");
        std::fs::metadata(log).unwrap().len()
    };
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person_over("bob", &[0], store);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    // What the start wrote goes soon, for a process that is killed often as well.
    assert!(log_bytes() > 0);
    world.pass(2 * 60_000);
    assert_eq!(log_bytes(), 0);

    world.send(alice, bob, "a text of a session");
    world.settle();
    assert!(log_bytes() > 0);
    world.pass(HOUR);
    assert_eq!(log_bytes(), 0);
    // With nothing in it there is nothing to do.
    let quiet = world.engine(bob).erase_at;
    assert_eq!(quiet, None);

    world.send(alice, bob, "another one");
    world.settle();
    assert!(log_bytes() > 0);
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    world.request(bob, DeleteContact(contact)).unwrap();
    assert_eq!(log_bytes(), 0);
}
