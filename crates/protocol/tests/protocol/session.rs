//! Sessions under all the schedules that a bad network can think of, and with copied states.

use crate::support::{Chains, established, restart, schedules, weak_keys};
use proptest::collection::vec;
use proptest::prelude::*;
use sotto_protocol::session::{MAX_CHAINS, MAX_GAP, MAX_SKIPPED, MAX_STATE_LEN};
use sotto_protocol::{Fingerprint, RatchetMessage, Session, SessionError};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// States of a pair that has just met: the handshake need not be done for each schedule.
static MET: LazyLock<[(Vec<u8>, Fingerprint); 2]> = LazyLock::new(|| {
    let (alice, at_alice, bob, at_bob) = established();
    [
        (at_alice.encode().unwrap().to_vec(), alice.fingerprint()),
        (at_bob.encode().unwrap().to_vec(), bob.fingerprint()),
    ]
});

#[derive(Clone, Debug)]
enum Step {
    Send {
        from: usize,
    },
    /// Hands over the message under way at this place, as often as said.
    Deliver {
        to: usize,
        at: usize,
        times: usize,
    },
    Drop {
        to: usize,
        at: usize,
    },
    Restart {
        who: usize,
    },
    /// A message in which one byte was changed.
    Corrupt {
        to: usize,
        at: usize,
        byte: usize,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = 0..2_usize;
    prop_oneof![
        5 => who.clone().prop_map(|from| Step::Send { from }),
        5 => (who.clone(), 0..6_usize, 1..3_usize)
            .prop_map(|(to, at, times)| Step::Deliver { to, at, times }),
        1 => (who.clone(), 0..6_usize).prop_map(|(to, at)| Step::Drop { to, at }),
        1 => who.clone().prop_map(|who| Step::Restart { who }),
        1 => (who, 0..6_usize, 0..4_096_usize)
            .prop_map(|(to, at, byte)| Step::Corrupt { to, at, byte }),
    ]
}

struct World {
    ends: [Session; 2],
    names: [Fingerprint; 2],
    /// To each end: what was sent, and with which content.
    under_way: [Vec<(Vec<u8>, u32)>; 2],
    chains: [Chains; 2],
    sent: u32,
}

impl World {
    fn new() -> Self {
        let [a, b] = &*MET;
        // What was received before the schedule began, from the meeting itself.
        let mut chains = [Chains::default(), Chains::default()];
        for chain in &mut chains {
            chain.expect(([0; 32], 0)).unwrap();
        }
        Self {
            ends: [
                Session::decode(&a.0).unwrap(),
                Session::decode(&b.0).unwrap(),
            ],
            names: [a.1, b.1],
            under_way: [Vec::new(), Vec::new()],
            chains,
            sent: 0,
        }
    }

    fn send(&mut self, from: usize) {
        let content = self.sent.to_be_bytes();
        let message = self.ends[from].encrypt(&content).unwrap().message;
        self.under_way[1 - from].push((message, self.sent));
        self.sent += 1;
    }

    fn deliver(&mut self, to: usize, bytes: &[u8], content: u32) {
        let message = RatchetMessage::decode(bytes).unwrap();
        let expected = self.chains[to].expect(message.order());
        let sender = self.names[1 - to];
        let found = self.ends[to].decrypt(&sender, &message);
        match expected {
            Ok(()) => assert_eq!(*found.unwrap(), content.to_be_bytes()),
            Err(error) => assert_eq!(found, Err(error)),
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Send { from } => self.send(from),
            Step::Deliver { to, at, times } => {
                if at < self.under_way[to].len() {
                    let (bytes, content) = self.under_way[to].remove(at);
                    for _ in 0..times {
                        self.deliver(to, &bytes, content);
                    }
                }
            }
            Step::Drop { to, at } => {
                if at < self.under_way[to].len() {
                    self.under_way[to].remove(at);
                }
            }
            Step::Restart { who } => self.ends[who] = restart(&self.ends[who]),
            Step::Corrupt { to, at, byte } => {
                if at < self.under_way[to].len() {
                    self.corrupt(to, at, byte);
                }
            }
        }
    }

    /// A changed message is refused, and the state is what it was.
    fn corrupt(&mut self, to: usize, at: usize, byte: usize) {
        let mut bytes = self.under_way[to][at].0.clone();
        let byte = byte % bytes.len();
        bytes[byte] ^= 1;
        let before = self.ends[to].encode().unwrap();
        if let Ok(message) = RatchetMessage::decode(&bytes) {
            let sender = self.names[1 - to];
            assert!(self.ends[to].decrypt(&sender, &message).is_err());
        }
        assert_eq!(self.ends[to].encode().unwrap(), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(schedules()))]

    /// P-82, P-83: within the limits everything is read exactly once, whatever the order.
    #[test]
    fn every_message_is_read_once_in_every_schedule(steps in vec(any_step(), 1..80)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        for to in [0, 1] {
            for (bytes, content) in std::mem::take(&mut world.under_way[to]) {
                world.deliver(to, &bytes, content);
            }
        }
    }

    /// A thief copies Bob's state at some moment. What Bob had read stays closed to the thief, and
    /// what Alice writes under a key that Bob drew later as well.
    #[test]
    fn copied_state_reads_neither_the_past_nor_what_comes_after_healing(
        before in vec(any::<bool>(), 0..12),
        after in vec(any::<bool>(), 1..20),
    ) {
        let [a, b] = &*MET;
        let (mut alice, mut bob) = (Session::decode(&a.0).unwrap(), Session::decode(&b.0).unwrap());
        let (alice_name, bob_name) = (a.1, b.1);
        let mut model = Healing::default();
        let mut past = Vec::new();
        for from_alice in before {
            if from_alice {
                past.push(exchange(&mut alice, &mut bob, &alice_name));
            } else {
                let message = exchange(&mut bob, &mut alice, &bob_name);
                model.old_keys.insert(message.order().0);
            }
        }
        let mut thief = restart(&bob);
        for message in &past {
            prop_assert!(thief.decrypt(&alice_name, message).is_err());
        }
        for from_alice in after {
            if from_alice {
                let message = exchange(&mut alice, &mut bob, &alice_name);
                let readable = model.is_readable(message.order().0);
                prop_assert_eq!(thief.decrypt(&alice_name, &message).is_ok(), readable);
            } else {
                let message = exchange(&mut bob, &mut alice, &bob_name);
                model.bob_wrote_under(message.order().0);
            }
        }
    }
}

/// Which of Alice's chains began after she had a key of Bob's that the thief does not know.
#[derive(Default)]
struct Healing {
    old_keys: BTreeSet<[u8; 32]>,
    healed: bool,
    open_chains: BTreeSet<[u8; 32]>,
    closed_chains: BTreeSet<[u8; 32]>,
}

impl Healing {
    fn bob_wrote_under(&mut self, key: [u8; 32]) {
        // A key from before the copy was in the copy; the meeting's own answer is such a key too.
        self.healed |= !self.old_keys.contains(&key) && key != *MEETING_KEY;
    }

    fn is_readable(&mut self, chain: [u8; 32]) -> bool {
        let began = !self.open_chains.contains(&chain) && !self.closed_chains.contains(&chain);
        if began && self.healed {
            self.closed_chains.insert(chain);
        } else if began {
            self.open_chains.insert(chain);
        }
        self.open_chains.contains(&chain)
    }
}

/// The key under which Bob answers until he reads something new.
static MEETING_KEY: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let mut bob = Session::decode(&MET[1].0).unwrap();
    let message = bob.encrypt(b"").unwrap().message;
    RatchetMessage::decode(&message).unwrap().order().0
});

fn exchange(from: &mut Session, to: &mut Session, sender: &Fingerprint) -> RatchetMessage {
    let bytes = from.encrypt(b"content").unwrap().message;
    let message = RatchetMessage::decode(&bytes).unwrap();
    assert_eq!(*to.decrypt(sender, &message).unwrap(), b"content");
    message
}

fn pair() -> (Session, Session, Fingerprint) {
    let [a, b] = &*MET;
    let (alice, bob) = (
        Session::decode(&a.0).unwrap(),
        Session::decode(&b.0).unwrap(),
    );
    (alice, bob, a.1)
}

fn write(session: &mut Session, count: usize) -> Vec<RatchetMessage> {
    let encrypt = |_| RatchetMessage::decode(&session.encrypt(b"x").unwrap().message).unwrap();
    (0..count).map(encrypt).collect()
}

/// P-83.
#[test]
fn forty_skipped_messages_of_a_chain_are_kept_and_older_ones_are_not() {
    let (mut alice, mut bob, name) = pair();
    let messages = write(&mut alice, MAX_SKIPPED + 2);
    bob.decrypt(&name, messages.last().unwrap()).unwrap();
    let evicted = bob.decrypt(&name, &messages[0]);
    assert_eq!(evicted, Err(SessionError::AlreadyReceived));
    for message in &messages[1..=MAX_SKIPPED] {
        bob.decrypt(&name, message).unwrap();
    }
}

/// P-83.
#[test]
fn gap_of_two_thousand_is_bridged_and_a_larger_one_is_not() {
    let (mut alice, mut bob, name) = pair();
    let gap = usize::try_from(MAX_GAP).unwrap();
    let messages = write(&mut alice, gap + 2);
    let found = bob.decrypt(&name, &messages[gap + 1]);
    assert_eq!(found, Err(SessionError::TooManyMissing));
    assert!(bob.decrypt(&name, &messages[gap]).is_ok());
}

/// P-80: bytes that mean the same message are not the same message.
#[test]
fn message_in_another_spelling_is_refused() {
    let (mut alice, _, _) = pair();
    let good = alice.encrypt(b"x").unwrap().message;
    let mac_at = good.len() - 32;
    // A field that protobuf ignores, in front of the authenticator.
    let mut padded = good[..mac_at].to_vec();
    padded.extend([0x28, 0x01]);
    padded.extend(&good[mac_at..]);
    let found = RatchetMessage::decode(&padded).err();
    assert_eq!(found, Some(SessionError::Malformed));
    for bytes in [&good[..1], &good[..40], &[4; 100]] {
        assert_eq!(
            RatchetMessage::decode(bytes).err(),
            Some(SessionError::Malformed)
        );
    }
    assert_eq!(
        RatchetMessage::decode(&[]).err(),
        Some(SessionError::Malformed)
    );
}

/// P-49: the ratchet's key stands in clear in its message; whoever wrote it can choose it.
#[test]
fn weak_and_ambiguous_ratchet_keys_are_refused() {
    let (mut alice, _, _) = pair();
    let good = alice.encrypt(b"x").unwrap().message;
    assert!(RatchetMessage::decode(&good).is_ok());
    for key in weak_keys() {
        let mut message = good.clone();
        message[3..35].copy_from_slice(&key);
        let found = RatchetMessage::decode(&message).err();
        assert_eq!(found, Some(SessionError::Malformed), "{key:x?}");
    }
}

/// P-81: one's own message, handed back.
#[test]
fn reflected_message_is_refused() {
    let (mut alice, bob, _) = pair();
    let own = write(&mut alice, 1);
    let bob_name = MET[1].1;
    assert_eq!(alice.peer(), &bob_name);
    let found = alice.decrypt(&bob_name, &own[0]);
    assert_eq!(found, Err(SessionError::Rejected));
    assert_eq!(alice.id(), bob.id());
}

#[test]
fn largest_state_fits_its_limit() {
    let (mut alice, mut bob, name) = pair();
    let bob_name = MET[1].1;
    for _ in 0..=MAX_CHAINS {
        let messages = write(&mut alice, MAX_SKIPPED + 2);
        bob.decrypt(&name, messages.last().unwrap()).unwrap();
        let answer = write(&mut bob, 1);
        alice.decrypt(&bob_name, &answer[0]).unwrap();
    }
    let state = bob.encode().unwrap();
    assert!(state.len() < MAX_STATE_LEN, "{}", state.len());
    assert!(Session::decode(&state).is_ok());
}

#[test]
fn longest_content_goes_through() {
    let (mut alice, mut bob, name) = pair();
    let content = vec![7; sotto_protocol::content::MAX_LEN];
    let bytes = alice.encrypt(&content).unwrap().message;
    let message = RatchetMessage::decode(&bytes).unwrap();
    assert_eq!(*bob.decrypt(&name, &message).unwrap(), content);
    let found = alice.encrypt(&vec![7; 64_000]);
    assert_eq!(found, Err(SessionError::TooLong));
}

#[test]
fn damaged_states_are_refused() {
    let state = MET[0].0.clone();
    assert!(Session::decode(&state[..state.len() - 1]).is_err());
    assert!(Session::decode(&[]).is_err());
    let old = String::from_utf8_lossy(&state).replace("V2", "V1");
    assert_ne!(old.len(), 0);
    let at = state.windows(2).position(|pair| pair == b"V2").unwrap();
    let mut old_version = state;
    old_version[at + 1] = b'1';
    assert!(Session::decode(&old_version).is_err());
}
