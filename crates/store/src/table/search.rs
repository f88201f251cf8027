//! Full-text search over all messages (FTS5), newest first.
//!
//! The index is [`super::search_index`].
//! What the person looks for is never read as FTS5's query language: each word is quoted.
//! Results are ordered by row id; ordering by rank would have to score every hit.

use super::messages::Direction;
use crate::{ChatId, MessageId, Reader, Result};
use rusqlite::Row;

/// Marks around what was found: code points that are no characters (Unicode 23.7).
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';
/// Up to where hits are counted, and the most that are given at once.
const MAX_COUNT: u32 = 1000;
/// The most words of a query, and the most letters of a word, that are looked for.
const MAX_WORDS: usize = 32;
const MAX_LETTERS: usize = 200;
/// The most characters of a snippet: a word of 60 KiB is one token.
const MAX_SNIPPET: usize = 400;

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Words, each of which must be there; the last one may be the beginning of a word.
    pub text: &'a str,
    /// Only in this chat.
    pub chat: Option<ChatId>,
    /// Only messages before this row.
    pub before: Option<MessageId>,
    /// How many at most; 1 to 1,000.
    pub limit: u32,
}

/// A found message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub message: MessageId,
    /// Its chat.
    pub chat: ChatId,
    /// Which way it went.
    pub direction: Direction,
    /// A part of the text on one line, at most 400 characters, in pieces; every second one,
    /// beginning with the second, is what was looked for.
    pub snippet: Vec<String>,
    /// When it was typed or received here, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970; received messages only.
    pub relay_at: Option<i64>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// How many there are in all, whatever `before` says, counted up to 1,000.
    pub total: u32,
}

/// Finds messages. Without a word in the text, which may be anything, nothing is found.
pub fn find(reader: &Reader, query: &Query<'_>) -> Result<Found> {
    let Some(words) = quoted(query.text) else {
        return Ok(Found::default());
    };
    let limit = query.limit.clamp(1, MAX_COUNT);
    let mut hits = hits(reader, query, &words, limit + 1)?;
    let has_more = hits.len() > limit as usize;
    hits.truncate(limit as usize);
    let total = match u32::try_from(hits.len()) {
        Ok(all) if query.before.is_none() && !has_more => all,
        _ => total(reader, query.chat, &words)?,
    };
    Ok(Found {
        hits,
        has_more,
        total,
    })
}

fn hits(reader: &Reader, query: &Query<'_>, words: &str, limit: u32) -> Result<Vec<Hit>> {
    let before = query.before.unwrap_or(MessageId(i64::MAX));
    macro_rules! select {
        ($filter:literal) => {
            concat!(
                "SELECT m.id, m.chat, m.direction, m.created_at, m.relay_at,
                        snippet(messages_fts, 0, ?3, ?4, '…', 20),
                        instr(m.text, ?3) + instr(m.text, ?4)
                 FROM messages_fts CROSS JOIN messages m ON m.id = messages_fts.rowid
                 WHERE messages_fts MATCH ?1 AND messages_fts.rowid < ?2 ",
                $filter,
                " ORDER BY messages_fts.rowid DESC LIMIT ?5"
            )
        };
    }
    let (open, close) = (OPEN.to_string(), CLOSE.to_string());
    match query.chat {
        None => reader.rows(select!(""), (words, before, open, close, limit), hit),
        Some(chat) => reader.rows(
            select!("AND EXISTS (SELECT 1 FROM messages c WHERE c.chat = ?6 AND c.id = messages_fts.rowid)"),
            (words, before, open, close, limit, chat),
            hit,
        ),
    }
}

fn total(reader: &Reader, chat: Option<ChatId>, words: &str) -> Result<u32> {
    match chat {
        None => reader.one(
            "SELECT count(*) FROM
                 (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ?1 LIMIT ?2)",
            (words, MAX_COUNT),
        ),
        Some(chat) => reader.one(
            "SELECT count(*) FROM
                 (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ?1
                  AND EXISTS (SELECT 1 FROM messages c
                              WHERE c.chat = ?3 AND c.id = messages_fts.rowid)
                  LIMIT ?2)",
            (words, MAX_COUNT, chat),
        ),
    }
}

/// Makes an FTS5 query of what a person typed: each word a quoted phrase, the last one a prefix.
/// `None` if there is no word.
fn quoted(text: &str) -> Option<String> {
    let words = text
        .split_whitespace()
        .filter(|word| word.contains(char::is_alphanumeric))
        .take(MAX_WORDS);
    let mut query = String::new();
    for word in words {
        query.push_str(" \"");
        for letter in word
            .chars()
            .take(MAX_LETTERS)
            .filter(|letter| *letter != '\0')
        {
            if letter == '"' {
                query.push('"');
            }
            query.push(letter);
        }
        query.push('"');
    }
    if query.is_empty() {
        return None;
    }
    query.push('*');
    Some(query)
}

fn hit(row: &Row<'_>) -> rusqlite::Result<Hit> {
    let snippet: String = row.get(5)?;
    let forged = row.get::<_, i64>(6)? > 0;
    Ok(Hit {
        message: row.get(0)?,
        chat: row.get(1)?,
        direction: row.get(2)?,
        snippet: pieces(&snippet, forged),
        created_at: row.get(3)?,
        relay_at: row.get(4)?,
    })
}

/// Cuts a snippet at its marks. A text that holds such marks itself is not marked at all.
fn pieces(snippet: &str, forged: bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in snippet.chars().take(MAX_SNIPPET) {
        if letter == OPEN || letter == CLOSE {
            if !forged {
                pieces.push(String::new());
            }
        } else if let Some(piece) = pieces.last_mut() {
            let blank = letter.is_whitespace() || letter.is_control();
            piece.push(if blank { ' ' } else { letter });
        }
    }
    pieces
}
