//! What somebody looks for, as the database's own search understands it.
//!
//! Each piece of what was typed stands for the words of the catalogue that hold it, or, where there are none, for
//! those that it may be a slip of. A product is found if it has a word of each piece.

use std::collections::BTreeSet;

use serde::Serialize;

use super::words::{distance, grams, grams_inside, pieces, tolerance};
use crate::store::session::{Session, args};

/// The most words that a piece stands for: the first ones, for nobody means hundreds.
const MAX_WORDS: i64 = 200;
/// The last character there is: after all that begins with the same.
const LAST: char = char::MAX;

/// What is to be found, in three degrees, the best one first. Each holds the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Matching {
    /// In the name, and the words themselves where there are such.
    pub(in crate::store) best: String,
    /// In the name.
    pub(in crate::store) name: String,
    /// Anywhere.
    pub(in crate::store) anywhere: String,
}

/// The words that a piece stands for.
struct Meant {
    /// The piece itself, where it is a word.
    itself: Option<String>,
    words: BTreeSet<String>,
}

/// Looks the pieces up; `None` where one of them stands for nothing.
pub(in crate::store) async fn matching(
    session: &mut Session<'_>,
    text: &str,
) -> Result<Option<Matching>, sqlx::Error> {
    let mut meant = Vec::new();
    for piece in pieces(text) {
        match meant_by(session, piece).await? {
            words if words.words.is_empty() => return Ok(None),
            words => meant.push(words),
        }
    }
    let all: Vec<_> = meant.iter().map(|meant| meant.words.clone()).collect();
    let best: Vec<_> = meant.iter().map(Meant::best).collect();
    let form = match session {
        Session::Sqlite(_) => fts5,
        Session::Postgres { .. } => tsquery,
    };
    Ok(Some(Matching { best: form("name", &best), name: form("name", &all), anywhere: form("words", &all) }))
}

impl Meant {
    fn best(&self) -> BTreeSet<String> {
        self.itself.clone().map_or_else(|| self.words.clone(), |itself| BTreeSet::from([itself]))
    }
}

async fn meant_by(session: &mut Session<'_>, piece: String) -> Result<Meant, sqlx::Error> {
    let inside = grams_inside(&piece);
    let mut words = if inside.is_empty() {
        beginning_with(session, &piece).await?
    } else {
        let holding = with_grams(session, &inside, inside.len()).await?;
        holding.into_iter().filter(|word| word.contains(&piece)).collect()
    };
    let wrong = tolerance(&piece);
    if words.is_empty() && wrong > 0 {
        let like = with_grams(session, &grams(&piece), 1).await?;
        words = like.into_iter().filter(|word| distance(&piece, word) <= wrong).collect();
    }
    Ok(Meant { itself: words.contains(&piece).then_some(piece), words })
}

/// A word's first grams are its beginning.
async fn beginning_with(session: &mut Session<'_>, piece: &str) -> Result<BTreeSet<String>, sqlx::Error> {
    let from = format!(" {piece}");
    let to = format!("{from}{LAST}");
    let found: Vec<(String,)> = session
        .fetch_all(
            "SELECT DISTINCT word FROM search_grams WHERE gram >= $1 AND gram < $2 ORDER BY word LIMIT $3",
            args![&from, &to, MAX_WORDS],
        )
        .await?;
    Ok(found.into_iter().map(|(word,)| word).collect())
}

#[derive(Serialize)]
struct Gram<'a> {
    gram: &'a str,
}

/// The words that have at least so many of these grams, those with the most first.
async fn with_grams(
    session: &mut Session<'_>,
    grams: &BTreeSet<String>,
    least: usize,
) -> Result<Vec<String>, sqlx::Error> {
    let grams: Vec<_> = grams.iter().map(|gram| Gram { gram }).collect();
    let grams = serde_json::to_string(&grams).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let found: Vec<(String,)> = session
        .fetch_all(
            "SELECT word FROM search_grams
             WHERE gram IN (SELECT value ->> 'gram' FROM json_each($1))
             GROUP BY word HAVING COUNT(*) >= $2 ORDER BY COUNT(*) DESC, word LIMIT $3",
            args![&grams, i64::try_from(least).unwrap_or(i64::MAX), MAX_WORDS],
        )
        .await?;
    Ok(found.into_iter().map(|(word,)| word).collect())
}

/// For SQLite: `words : (("fig" OR "figs") AND ("tree"))`.
fn fts5(column: &str, pieces: &[BTreeSet<String>]) -> String {
    let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
    format!("{column} : ({})", joined(pieces, quoted, " OR ", " AND "))
}

/// For PostgreSQL, which is told the column apart: `('fig' | 'figs') & ('tree')`.
fn tsquery(_: &str, pieces: &[BTreeSet<String>]) -> String {
    let quoted = |word: &String| format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"));
    joined(pieces, quoted, " | ", " & ")
}

fn joined(pieces: &[BTreeSet<String>], quoted: impl Fn(&String) -> String, or: &str, and: &str) -> String {
    let any =
        |words: &BTreeSet<String>| format!("({})", words.iter().map(&quoted).collect::<Vec<_>>().join(or));
    pieces.iter().map(any).collect::<Vec<_>>().join(and)
}
