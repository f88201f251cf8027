//! Full-text search over all messages (FTS5), newest first.
//!
//! The index is [`super::search_index`]; what of a text is shown is [`super::search_snippet`]'s.
//! What the person looks for is never read as FTS5's query language: each word is quoted.
//! Results are ordered by row id; ordering by rank would have to score every hit.

use super::messages::Direction;
use super::search_snippet::{Sought, snippet};
use crate::fold::folded;
use crate::{ChatId, MessageId, Reader, Result};
use rusqlite::Row;

/// Up to where hits are counted, and the most that are given at once.
const MAX_COUNT: u32 = 1000;
/// The most words of a query, and the most letters of a word, that are looked for.
const MAX_WORDS: usize = 32;
const MAX_LETTERS: usize = 200;

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
    let sought = Sought::of(words_of(query.text));
    let limit = query.limit.clamp(1, MAX_COUNT);
    let mut hits = hits(reader, query, &words, &sought, limit + 1)?;
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

fn hits(
    reader: &Reader,
    query: &Query<'_>,
    words: &str,
    sought: &Sought,
    limit: u32,
) -> Result<Vec<Hit>> {
    let before = query.before.unwrap_or(MessageId(i64::MAX));
    macro_rules! select {
        ($filter:literal) => {
            concat!(
                "SELECT m.id, m.chat, m.direction, m.created_at, m.relay_at, m.text
                 FROM messages_fts CROSS JOIN messages m ON m.id = messages_fts.rowid
                 WHERE messages_fts MATCH ?1 AND messages_fts.rowid < ?2 ",
                $filter,
                " ORDER BY messages_fts.rowid DESC LIMIT ?3"
            )
        };
    }
    let hit = |row: &Row<'_>| hit(row, sought);
    match query.chat {
        None => reader.rows(select!(""), (words, before, limit), hit),
        Some(chat) => reader.rows(
            select!("AND EXISTS (SELECT 1 FROM messages c WHERE c.chat = ?4 AND c.id = messages_fts.rowid)"),
            (words, before, limit, chat),
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
    let mut query = String::new();
    for word in words_of(text) {
        query.push_str(" \"");
        for letter in folded(word).chars().filter(|letter| *letter != '\0') {
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

/// The words of a text that can be looked for, each cut at a bearable length.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace().map(|word| {
        let end = word.char_indices().nth(MAX_LETTERS).map(|(at, _)| at);
        end.and_then(|end| word.get(..end)).unwrap_or(word)
    });
    words
        .filter(|word| folded(word).contains(char::is_alphanumeric))
        .take(MAX_WORDS)
}

fn hit(row: &Row<'_>, sought: &Sought) -> rusqlite::Result<Hit> {
    let text = row.get_ref(5)?.as_str()?;
    Ok(Hit {
        message: row.get(0)?,
        chat: row.get(1)?,
        direction: row.get(2)?,
        snippet: snippet(text, sought),
        created_at: row.get(3)?,
        relay_at: row.get(4)?,
    })
}
