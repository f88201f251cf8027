//! A relay of level 0 without sockets: what it reads from one connection becomes what others get.

use crate::api::RelayProblem;
use crate::core::ConnectionEvent;
use sotto_protocol::envelope;
use sotto_wire::{ClientFrame, ClientFrameRef, ListedUser, PublicKey, RelayFrame, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Whose habits a relay has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The guide's: anybody takes any name, an older socket that closes unlists the newer one.
    Guide,
    /// Ours: a name belongs to its holder, the same key moves it, another key is refused.
    Ours,
}

/// What a client put on the wire.
#[derive(Clone, Debug)]
pub(super) enum FromClient {
    Text(String),
    Ping(u64),
    Close,
}

/// A connection, as its relay counts them.
pub(super) type Conn = u64;

/// One relay.
#[derive(Debug)]
pub(super) struct RelayModel {
    pub(super) kind: Kind,
    pub(super) alive: bool,
    /// The largest frame taken; a larger one ends the connection.
    pub(super) max_frame: usize,
    /// Whether texts are forwarded twice.
    pub(super) doubles: bool,
    /// Whether texts are forwarded to nobody.
    pub(super) swallows: bool,
    /// Of whom texts are forwarded to nobody.
    pub(super) swallows_from: Option<String>,
    /// Of whom envelopes are forwarded to nobody; they are kept.
    pub(super) holds_back: Option<String>,
    pub(super) held_back: Vec<String>,
    /// Every ciphertext that was read.
    pub(super) read: BTreeSet<String>,
    /// Each ciphertext with the connection that it was forwarded to.
    pub(super) forwarded: Vec<(String, Conn)>,
    /// Ciphertexts for nobody from senders who were not listed and so did not hear that their
    /// recipient was away. (Only at the guide's relay can a connected client be unlisted.)
    pub(super) unheard: BTreeSet<String>,
    /// The frames read since the last look, as text.
    pub(super) frames: Vec<String>,
    names: BTreeMap<String, (Conn, PublicKey)>,
    conns: BTreeMap<Conn, Option<String>>,
}

/// What goes to which connection.
pub(super) type Out = Vec<(Conn, ConnectionEvent)>;

impl RelayModel {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            alive: true,
            max_frame: usize::MAX,
            doubles: false,
            swallows: false,
            swallows_from: None,
            holds_back: None,
            held_back: Vec::new(),
            read: BTreeSet::new(),
            forwarded: Vec::new(),
            unheard: BTreeSet::new(),
            frames: Vec::new(),
            names: BTreeMap::new(),
            conns: BTreeMap::new(),
        }
    }

    pub(super) fn opened(&mut self, conn: Conn) {
        self.conns.insert(conn, None);
    }

    /// The relay process ends: nothing is left of it.
    pub(super) fn die(&mut self) {
        self.alive = false;
        self.names.clear();
        self.conns.clear();
    }

    pub(super) fn is_listed(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Lists somebody who has no connection, or takes a name from its holder.
    pub(super) fn list(&mut self, name: &str, key: PublicKey) -> Out {
        self.names.insert(name.to_owned(), (0, key));
        self.broadcast(&joined(name, key))
    }

    /// Takes a name off the list.
    pub(super) fn unlist(&mut self, name: &str) -> Out {
        self.names.remove(name);
        self.broadcast(&left(name))
    }

    /// The relay notices that a connection ended.
    pub(super) fn closed(&mut self, conn: Conn) -> Out {
        let Some(Some(name)) = self.conns.remove(&conn) else {
            return Out::new();
        };
        match self.kind {
            Kind::Ours
                if self
                    .names
                    .get(&name)
                    .is_none_or(|(holder, _)| *holder != conn) =>
            {
                Out::new()
            }
            Kind::Ours | Kind::Guide => self.unlist(&name),
        }
    }

    /// The relay reads what a connection brought.
    pub(super) fn reads(&mut self, conn: Conn, what: FromClient, wall: i64) -> Out {
        match what {
            FromClient::Ping(token) => vec![(conn, ConnectionEvent::Pong(token))],
            FromClient::Close => {
                let mut out = self.closed(conn);
                out.push((conn, down(RelayProblem::Closed)));
                out
            }
            FromClient::Text(text) if text.len() > self.max_frame => {
                let mut out = self.closed(conn);
                out.push((conn, ConnectionEvent::TooLarge));
                out.push((conn, down(RelayProblem::Closed)));
                out
            }
            FromClient::Text(text) => self.frame(conn, text, wall),
        }
    }

    fn frame(&mut self, conn: Conn, text: String, wall: i64) -> Out {
        let out = match ClientFrame::decode(&text).unwrap() {
            ClientFrameRef::Register {
                user_id,
                public_key,
            } => self.register(conn, user_id.as_str(), public_key),
            ClientFrameRef::GetUsers => {
                let users = self.names.iter();
                let users = users.map(|(name, (_, key))| user(name, *key)).collect();
                let list = RelayFrame::UserList {
                    users,
                    skipped: 0,
                    truncated: false,
                };
                vec![(conn, ConnectionEvent::Frame(list))]
            }
            ClientFrameRef::Message { to, encrypted } => {
                let encrypted: String = serde_json::from_str(encrypted.get()).unwrap();
                self.forward(conn, to.as_str(), encrypted, wall)
            }
            ClientFrameRef::Unknown => Out::new(),
        };
        self.frames.push(text);
        out
    }

    fn register(&mut self, conn: Conn, name: &str, key: PublicKey) -> Out {
        let mut out = Out::new();
        if self.kind == Kind::Ours
            && let Some((holder, held)) = self.names.get(name).copied()
            && holder != conn
        {
            if held != key {
                self.conns.remove(&conn);
                return vec![(conn, down(RelayProblem::NameTaken))];
            }
            self.conns.remove(&holder);
            out.push((holder, down(RelayProblem::Replaced)));
        }
        self.conns.insert(conn, Some(name.to_owned()));
        self.names.insert(name.to_owned(), (conn, key));
        out.extend(self.broadcast(&joined(name, key)));
        out
    }

    fn forward(&mut self, conn: Conn, to: &str, encrypted: String, wall: i64) -> Out {
        self.read.insert(encrypted.clone());
        let Some(Some(from)) = self.conns.get(&conn) else {
            return Out::new();
        };
        let Some((holder, _)) = self.names.get(to).copied() else {
            if self.names.get(from).is_none_or(|(own, _)| *own != conn) {
                self.unheard.insert(encrypted);
            }
            return Out::new();
        };
        if self.holds_back.as_ref() == Some(from) && envelope::is_envelope(&encrypted) {
            self.held_back.push(encrypted);
            return Out::new();
        }
        if self.swallows || self.swallows_from.as_ref() == Some(from) {
            return Out::new();
        }
        self.forwarded.push((encrypted.clone(), holder));
        let message = ConnectionEvent::Frame(RelayFrame::Message {
            from: Some(UserId::new(from).unwrap()),
            encrypted,
            timestamp_ms: wall,
        });
        let times = if self.doubles { 2 } else { 1 };
        vec![(holder, message); times]
    }

    fn broadcast(&self, frame: &RelayFrame) -> Out {
        let listeners = self.names.values().map(|(conn, _)| *conn);
        listeners
            .map(|conn| (conn, ConnectionEvent::Frame(frame.clone())))
            .collect()
    }
}

pub(super) fn down(problem: RelayProblem) -> ConnectionEvent {
    ConnectionEvent::Down { problem }
}

pub(super) fn user(name: &str, key: PublicKey) -> ListedUser {
    ListedUser {
        user_id: UserId::new(name).unwrap(),
        public_key: key,
    }
}

pub(super) fn joined(name: &str, key: PublicKey) -> RelayFrame {
    RelayFrame::UserJoined {
        user: user(name, key),
    }
}

pub(super) fn left(name: &str) -> RelayFrame {
    RelayFrame::UserLeft {
        user_id: UserId::new(name).unwrap(),
    }
}
