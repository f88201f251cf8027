//! Full-text search over all messages (FTS5), newest first.
//!
//! The index is [`super::search_index`]; what of a text is shown is [`super::search_snippet`]'s.
//! What the person looks for is never read as FTS5's query language: each word is quoted.
//! Results are ordered by row id; ordering by rank would have to score every hit.

use super::messages::Direction;
use super::search_index;
use super::search_snippet::{Sought, snippet};
use crate::fold::{folded, is_of_word};
use crate::{ChatId, MessageId, Reader, Result};
use rusqlite::Row;

/// Up to where hits are counted, and the most that are given at once.
const MAX_COUNT: u32 = 1000;
/// The most words of a query, and the most letters of a word, that are looked for.
const MAX_WORDS: usize = 32;
const MAX_LETTERS: usize = 200;
/// The index has all beginnings of words with up to so many letters.
const INDEXED_LETTERS: usize = 3;
/// How many words with a longer beginning are named at most.
const MOST_NAMED: usize = 256;

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Words, each of which must be there; the last one may be the beginning of a word.
    pub text: &'a str,
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

/// What to look for in one chat.
#[derive(Clone, Copy, Debug)]
pub struct InChat<'a> {
    /// As in [`Query`].
    pub text: &'a str,
    /// Where.
    pub chat: ChatId,
    /// Only messages before this row.
    pub before: Option<MessageId>,
    /// How many at most; 1 to 1,000. The first few are found long before all are.
    pub limit: u32,
}

/// Where in a chat something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Newest first.
    pub messages: Vec<MessageId>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// Finds messages. Without a word in the text, which may be anything, nothing is found.
pub fn find(reader: &Reader, query: &Query<'_>) -> Result<Found> {
    let Some(words) = expression(reader, query.text)? else {
        return Ok(Found::default());
    };
    let sought = Sought::of(words_of(query.text));
    let limit = query.limit.clamp(1, MAX_COUNT);
    let before = query.before.unwrap_or(MessageId(i64::MAX));
    let mut hits = reader.rows(
        "SELECT m.id, m.chat, m.direction, m.created_at, m.relay_at, m.text
         FROM messages_fts CROSS JOIN messages m ON m.id = messages_fts.rowid
         WHERE messages_fts MATCH ?1 AND messages_fts.rowid < ?2
         ORDER BY messages_fts.rowid DESC LIMIT ?3",
        (&words, before, limit + 1),
        |row| hit(row, &sought),
    )?;
    let has_more = hits.len() > limit as usize;
    hits.truncate(limit as usize);
    let total = match u32::try_from(hits.len()) {
        Ok(all) if query.before.is_none() && !has_more => all,
        _ => reader.one(
            "SELECT count(*) FROM
                 (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ?1 LIMIT ?2)",
            (words, MAX_COUNT),
        )?,
    };
    Ok(Found {
        hits,
        has_more,
        total,
    })
}

/// Finds where in one chat the words are.
pub fn places(reader: &Reader, query: &InChat<'_>) -> Result<Places> {
    let Some(words) = expression(reader, query.text)? else {
        return Ok(Places::default());
    };
    let limit = query.limit.clamp(1, MAX_COUNT);
    let before = query.before.unwrap_or(MessageId(i64::MAX));
    // The plus keeps SQLite from asking the index for each message of the chat.
    let mut messages: Vec<MessageId> = reader.rows(
        "SELECT rowid FROM messages_fts
         WHERE messages_fts MATCH ?1 AND rowid < ?2
           AND +rowid IN (SELECT id FROM messages WHERE chat = ?3)
         ORDER BY rowid DESC LIMIT ?4",
        (words, before, query.chat, limit + 1),
        |row| row.get(0),
    )?;
    let has_more = messages.len() > limit as usize;
    messages.truncate(limit as usize);
    Ok(Places { messages, has_more })
}

/// Makes an FTS5 query of what a person typed: each word a quoted phrase, the last one as the
/// beginning of a word. `None` if there is no word, or if no word begins so.
fn expression(reader: &Reader, text: &str) -> Result<Option<String>> {
    let words: Vec<String> = words_of(text).map(folded).collect();
    let Some((last, others)) = words.split_last() else {
        return Ok(None);
    };
    let Some(last) = beginning(reader, last)? else {
        return Ok(None);
    };
    let mut all: Vec<String> = others.iter().map(|word| quoted(word)).collect();
    all.push(last);
    Ok(Some(all.join(" AND ")))
}

/// The last word of a query. Every word that begins with it is named where that are few: FTS5 then
/// goes through the newest hits only, and has to gather all there are otherwise. The short ones are
/// in an index of their own.
fn beginning(reader: &Reader, word: &str) -> Result<Option<String>> {
    let is_one_word = word.chars().all(is_of_word);
    if !is_one_word || word.chars().count() <= INDEXED_LETTERS {
        return Ok(Some(format!("{}*", quoted(word))));
    }
    Ok(match search_index::words_with(reader, word, MOST_NAMED)? {
        None => Some(format!("{}*", quoted(word))),
        Some(words) if words.is_empty() => None,
        Some(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            Some(format!("({})", words.join(" OR ")))
        }
    })
}

fn quoted(word: &str) -> String {
    let mut phrase = String::from('"');
    for letter in word.chars().filter(|letter| *letter != '\0') {
        if letter == '"' {
            phrase.push('"');
        }
        phrase.push(letter);
    }
    phrase.push('"');
    phrase
}

/// The words of a text that can be looked for, each cut at a bearable length.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
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
