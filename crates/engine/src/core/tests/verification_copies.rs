//! Two computers with one identity, and what is verified (P-54, P-55): the proof of an older copy counts
//! for nothing, and a computer that stopped verifies nobody.

use super::copies::Copies;
use super::relay_model::Kind;
use super::verification::{
    answer, asked, check, contact, digits, mark, number, scan, shown, told_asked,
};
use super::world::{Who, World};
use crate::api::{
    CameFrom, ErrorCode, MarkVerified, ShowOwnCode, TheyDiffer, Verdict, VerifiedBy, VerifiedHow,
};
use crate::error::EngineError;

/// P-54: the older copy scans a code and proves it. Nobody is asked, and the code is not used up.
#[test]
fn the_proof_of_an_older_copy_does_not_count() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    let code = shown(&mut it.world, bob, newer);
    let found = scan(&mut it.world, older, bob, &code);
    assert_eq!(found, Verdict::Verified { asks: true });
    it.wait(|it| it.is_stopped(it.older));
    assert!(!asked(&mut it.world, bob, newer));
    let early = answer(&mut it.world, bob, newer, true).unwrap_err();
    assert_eq!(early.code(), ErrorCode::NothingToVerify);
    assert_eq!(mark(&mut it.world, bob, newer), None);
    scan(&mut it.world, newer, bob, &code);
    it.wait(|it| asked(&mut it.world, it.bob, newer));
    answer(&mut it.world, bob, newer, true).unwrap();
    let by_them = Some((VerifiedHow::Scan, VerifiedBy::Them));
    assert_eq!(mark(&mut it.world, bob, newer), by_them);
}

/// P-54, P-132: the proof came while the older copy was the only one, and the question stands.
#[test]
fn a_newer_copy_ends_what_is_asked_of_an_older_one() {
    let mut it = Copies::new(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    let code = shown(&mut it.world, bob, older);
    scan(&mut it.world, older, bob, &code);
    it.world.settle();
    assert_eq!(told_asked(&mut it.world, bob), Some(true));
    let newer = it.begin_newer();
    it.world.send(newer, bob, "from the newer one");
    it.wait(|it| it.has_come(newer, "from the newer one"));
    assert_eq!(told_asked(&mut it.world, bob), Some(false));
    let late = answer(&mut it.world, bob, newer, true).unwrap_err();
    assert_eq!(late.code(), ErrorCode::NothingToVerify);
    assert_eq!(mark(&mut it.world, bob, newer), None);
    // The next code is for the newer one.
    let code = shown(&mut it.world, bob, newer);
    scan(&mut it.world, newer, bob, &code);
    it.wait(|it| asked(&mut it.world, it.bob, newer));
}

/// What would mark a contact of somebody.
fn try_to_mark(world: &mut World, who: Who, of: Who, code: &str) -> Vec<Result<(), EngineError>> {
    let (id, sixty) = (contact(world, who, of), number(world, who, of));
    let camera = Some(CameFrom::Camera);
    let affirm = MarkVerified {
        contact: id,
        verified: true,
    };
    vec![
        world.request(who, ShowOwnCode(id)).map(drop),
        check(world, who, of, code, camera).map(drop),
        check(world, who, of, code, None).map(drop),
        digits(world, who, of, &sixty, Some(CameFrom::OutsideSotto)).map(drop),
        answer(world, who, of, true),
        answer(world, who, of, false),
        world.request(who, affirm),
    ]
}

/// P-55: what is shown and asked ends, and nothing marks anybody any more; a mark can be taken back.
#[test]
fn a_stopped_computer_verifies_nobody() {
    let mut it = Copies::new(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    let sixty = number(&mut it.world, older, bob);
    let outside = Some(CameFrom::OutsideSotto);
    digits(&mut it.world, older, bob, &sixty, outside).unwrap();
    let code = shown(&mut it.world, older, bob);
    scan(&mut it.world, bob, older, &code);
    it.world.settle();
    assert_eq!(told_asked(&mut it.world, older), Some(true));
    let newer = it.begin_newer();
    it.world.send(newer, bob, "from the newer one");
    it.wait(|it| it.has_come(newer, "from the newer one"));
    // The older one comes back later than that, and is who has the name at the relay.
    for conn in it.world.conns_of(older) {
        it.world.lose(conn);
    }
    it.world.settle();
    it.world.send(older, bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    assert_eq!(told_asked(&mut it.world, older), Some(false));
    let by_digits = Some((VerifiedHow::Digits, VerifiedBy::Me));
    let code = shown(&mut it.world, bob, newer);
    for restarted in [false, true] {
        if restarted {
            it.world.restart(older);
        }
        for tried in try_to_mark(&mut it.world, older, bob, &code) {
            assert_eq!(tried.unwrap_err().code(), ErrorCode::Moved);
        }
        assert_eq!(mark(&mut it.world, older, bob), by_digits);
    }
    let contact = contact(&mut it.world, older, bob);
    let verified = false;
    let take_back = MarkVerified { contact, verified };
    it.world.request(older, take_back).unwrap();
    assert_eq!(mark(&mut it.world, older, bob), None);
    it.world.request(older, TheyDiffer(contact)).unwrap();
    assert!(!asked(&mut it.world, bob, newer));
}
