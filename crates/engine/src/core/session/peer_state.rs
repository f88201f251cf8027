//! Where things stand with one contact's program, as a value: what follows from each event. It asks
//! nobody and reads nothing.
//!
//! ```text
//!            (its program is Sotto)       asked            began (its bundle)
//!   Plain ----------------------> Wanted ------> Asking ------------------+
//!                                  ^  ^             |                     v
//!                                  |  +--not there--+                Handshaking
//!                                  |                                  |   |
//!                                  |  decrypted (anything of it)      |   | looks lost
//!      the session is gone --------+        +-------------------------+   |
//!                                           v                             v
//!                                      Established ---looks lost---> Renewing --began--> Handshaking
//! ```
//! Anything that is decrypted leads to `Established` from wherever it was.

use crate::core::time::{Backoff, Now};

/// How long an answer is waited for before it is asked again.
const ASK_AGAIN: Backoff = Backoff {
    first_ms: 5_000,
    longest_ms: 600_000,
};
/// So many times texts wait for the answer of a contact with whom there was never a session.
const TRIES_WAITED_FOR: u32 = 2;

/// A request for a bundle that was not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The answer names it: 16 random bytes.
    pub(crate) request: [u8; 16],
    /// When to ask again, ms of the steady clock.
    pub(crate) again_at: u64,
    /// How often it was asked before.
    pub(crate) tries: u32,
}

impl Asked {
    /// Asked now, after so many tries before.
    pub(crate) fn new(request: [u8; 16], tries: u32, now: Now) -> Self {
        Self {
            request,
            again_at: now.after(ASK_AGAIN.wait(tries)),
            tries,
        }
    }
}

/// Where things stand with a contact's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerState {
    /// Only plain boxes: its program is not known to be Sotto.
    Plain,
    /// A session is wanted, and nobody was there to be asked for a bundle.
    Wanted,
    /// It was asked for its bundle.
    Asking(Asked),
    /// There is a session that we began and that nobody has answered.
    Handshaking,
    /// There is a session in which the other side has said something.
    Established,
    /// There is a session, and a new one is wanted; it may have been asked for.
    Renewing(Option<Asked>),
}

/// Something that happened with a contact's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerEvent {
    /// Its program is Sotto.
    IsSotto,
    /// It was asked for its bundle.
    Asked(Asked),
    /// It was to be asked, and is nowhere.
    NotThere,
    /// Its bundle came, and a session was begun.
    Began,
    /// Something that it said in a session was decrypted.
    Decrypted,
    /// What it says cannot be read, or it answers nothing: it may have lost the session.
    LooksLost,
    /// The session is not in the history any more.
    Gone,
}

impl PeerState {
    /// What follows from an event.
    pub(crate) const fn after(self, event: PeerEvent) -> Self {
        match (event, self) {
            (PeerEvent::Began, _) => Self::Handshaking,
            (PeerEvent::Decrypted, _) => Self::Established,
            (PeerEvent::Gone, Self::Handshaking | Self::Established | Self::Renewing(None))
            | (PeerEvent::IsSotto, Self::Plain)
            | (PeerEvent::NotThere, Self::Wanted | Self::Asking(_)) => Self::Wanted,
            (PeerEvent::Gone, Self::Renewing(Some(asked)))
            | (PeerEvent::Asked(asked), Self::Wanted | Self::Asking(_)) => Self::Asking(asked),
            (PeerEvent::Asked(asked), Self::Renewing(_)) => Self::Renewing(Some(asked)),
            (PeerEvent::NotThere, Self::Renewing(_))
            | (PeerEvent::LooksLost, Self::Handshaking | Self::Established) => Self::Renewing(None),
            (
                PeerEvent::IsSotto
                | PeerEvent::Asked(_)
                | PeerEvent::NotThere
                | PeerEvent::LooksLost
                | PeerEvent::Gone,
                state,
            ) => state,
        }
    }

    /// The request that is not answered.
    pub(crate) const fn asked(self) -> Option<Asked> {
        match self {
            Self::Asking(asked) | Self::Renewing(Some(asked)) => Some(asked),
            Self::Plain
            | Self::Wanted
            | Self::Handshaking
            | Self::Established
            | Self::Renewing(None) => None,
        }
    }

    /// Whether its bundle is to be asked for as soon as it is there.
    pub(crate) const fn wants_bundle(self) -> bool {
        matches!(self, Self::Wanted | Self::Renewing(None))
    }

    /// Whether there is a session, and it is believed to work.
    pub(crate) const fn has_session(self) -> bool {
        matches!(self, Self::Handshaking | Self::Established)
    }

    /// Whether a text in a plain box should wait for the session that is being asked for.
    pub(crate) fn holds_plain(self) -> bool {
        let asked = self.asked();
        asked.is_some_and(|asked| asked.tries < TRIES_WAITED_FOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Now = Now { wall: 0, mono: 7 };

    fn event() -> impl Strategy<Value = PeerEvent> {
        prop_oneof![
            Just(PeerEvent::IsSotto),
            (0u32..20).prop_map(|tries| PeerEvent::Asked(Asked::new([1; 16], tries, NOW))),
            Just(PeerEvent::NotThere),
            Just(PeerEvent::Began),
            Just(PeerEvent::Decrypted),
            Just(PeerEvent::LooksLost),
            Just(PeerEvent::Gone),
        ]
    }

    fn state() -> impl Strategy<Value = PeerState> {
        proptest::collection::vec(event(), 0..12).prop_map(|events| {
            let all = events.into_iter();
            all.fold(PeerState::Plain, PeerState::after)
        })
    }

    #[test]
    fn waits_for_an_answer_double_up_to_ten_minutes() {
        let waits: Vec<u64> = [0, 1, 2, 9, 30]
            .map(|tries| Asked::new([0; 16], tries, NOW).again_at - NOW.mono)
            .into();
        assert_eq!(waits, [5_000, 10_000, 20_000, 600_000, 600_000]);
    }

    #[test]
    fn a_lost_session_is_renewed_and_one_that_answers_works() {
        let asked = Asked::new([1; 16], 0, NOW);
        let steps = [
            (PeerEvent::IsSotto, PeerState::Wanted),
            (PeerEvent::Asked(asked), PeerState::Asking(asked)),
            (PeerEvent::Began, PeerState::Handshaking),
            (PeerEvent::Decrypted, PeerState::Established),
            (PeerEvent::LooksLost, PeerState::Renewing(None)),
            (PeerEvent::Asked(asked), PeerState::Renewing(Some(asked))),
            (PeerEvent::NotThere, PeerState::Renewing(None)),
            (PeerEvent::Began, PeerState::Handshaking),
            (PeerEvent::Gone, PeerState::Wanted),
        ];
        let mut state = PeerState::Plain;
        for (event, expected) in steps {
            state = state.after(event);
            assert_eq!(state, expected);
        }
    }

    #[test]
    fn a_session_that_is_gone_is_asked_for_once() {
        let asked = Asked::new([1; 16], 3, NOW);
        let gone = |state: PeerState| state.after(PeerEvent::Gone);
        assert_eq!(gone(PeerState::Asking(asked)), PeerState::Asking(asked));
        assert_eq!(
            gone(PeerState::Renewing(Some(asked))),
            PeerState::Asking(asked)
        );
        for state in [
            PeerState::Handshaking,
            PeerState::Established,
            PeerState::Renewing(None),
        ] {
            assert_eq!(gone(state), PeerState::Wanted);
        }
    }

    proptest! {
        #[test]
        fn only_what_is_said_in_a_session_leads_out_of_plain(event in event()) {
            let after = PeerState::Plain.after(event);
            let leads_out = matches!(event, PeerEvent::IsSotto | PeerEvent::Began | PeerEvent::Decrypted);
            prop_assert_eq!(after != PeerState::Plain, leads_out);
        }

        #[test]
        fn whoever_has_no_session_is_asked_or_waits_to_be(state in state()) {
            let ways = [
                state == PeerState::Plain,
                state.has_session(),
                state.asked().is_some(),
                state.wants_bundle(),
            ];
            prop_assert_eq!(ways.into_iter().filter(|way| *way).count(), 1);
        }

        #[test]
        fn what_was_decrypted_always_counts(state in state()) {
            prop_assert_eq!(state.after(PeerEvent::Decrypted), PeerState::Established);
        }
    }
}
