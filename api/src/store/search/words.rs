//! What a text is searched by: its words, and the letters that stand together in them. Pure, so that both databases
//! find the same.

use std::collections::BTreeSet;

/// The longest word, in characters; of a longer one its beginning.
const MAX_WORD: usize = 64;
/// So many letters make a gram.
const GRAM: usize = 3;

/// What stands before a word and after it where its grams are made: no word holds it.
const EDGE: char = ' ';

/// The form in which texts are compared. Databases disagree about case beyond ASCII.
pub(in crate::store) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The words of a text: what stands between white space, and the parts of that which are letters and digits or
/// neither. `100% well-drained` has `100%`, `100`, `%`, `well-drained`, `well`, `-` and `drained`.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for piece in pieces(text) {
        let mut part = String::new();
        for c in piece.chars() {
            if part.chars().next_back().is_some_and(|last| last.is_alphanumeric() != c.is_alphanumeric()) {
                words.insert(std::mem::take(&mut part));
            }
            part.push(c);
        }
        words.extend([part, piece]);
    }
    words
}

/// What somebody looks for, each piece by itself.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let pieces: Vec<String> =
        folded.split_whitespace().map(|piece| piece.chars().take(MAX_WORD).collect()).collect();
    pieces.into_iter()
}

/// The grams of a word with its edges: `fig` has ` fi`, `fig` and `ig `.
pub(super) fn grams(word: &str) -> BTreeSet<String> {
    grams_of(std::iter::once(EDGE).chain(word.chars()).chain([EDGE]))
}

/// The grams that a word must have to hold this piece; none where the piece is too short.
pub(super) fn grams_inside(piece: &str) -> BTreeSet<String> {
    grams_of(piece.chars())
}

fn grams_of(letters: impl Iterator<Item = char>) -> BTreeSet<String> {
    let letters: Vec<char> = letters.collect();
    letters.windows(GRAM).map(|gram| gram.iter().collect()).collect()
}

/// How many letters may be wrong in a piece: none in a short one, one in five, two in eight.
pub(super) fn tolerance(piece: &str) -> usize {
    match piece.chars().count() {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    }
}

/// How many letters of `piece` must be changed, left out, put in, or swapped with the next one, until `word` begins
/// with it.
pub(super) fn distance(piece: &str, word: &str) -> usize {
    let (piece, word): (Vec<char>, Vec<char>) = (piece.chars().collect(), word.chars().collect());
    let mut rows = vec![(0..=word.len()).collect::<Vec<usize>>()];
    for i in 1..=piece.len() {
        let mut row = vec![i];
        for j in 1..=word.len() {
            let changed = rows[i - 1][j - 1] + usize::from(piece[i - 1] != word[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && piece[i - 1] == word[j - 2] && piece[i - 2] == word[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.iter().min().copied()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_text_has_its_pieces_and_their_parts() {
        check("", &[]);
        check(" Fig\tfig ", &["fig"]);
        check("100% ÄPFEL", &["%", "100", "100%", "äpfel"]);
        check("well-drained,", &[",", "-", "drained", "well", "well-drained,"]);
        check(&"x".repeat(100), &[&"x".repeat(64)]);
    }

    #[test]
    fn grams_know_where_a_word_begins_and_ends() {
        assert_eq!(grams("fig").into_iter().collect::<Vec<_>>(), [" fi", "fig", "ig "]);
        assert_eq!(grams_inside("tomat").into_iter().collect::<Vec<_>>(), ["mat", "oma", "tom"]);
        assert!(grams_inside("to").is_empty());
    }

    #[test]
    fn the_distance_is_that_to_the_beginning_of_a_word() {
        for (piece, word, expected) in [
            ("tomatto", "tomato", 1),
            ("tomatto", "tomatoes", 1),
            ("tomatos", "tomatoes", 1),
            ("tmoato", "tomato", 1),
            ("spde", "spade", 1),
            ("rake", "carrot", 3),
            ("lavendar", "lavender", 1),
        ] {
            assert_eq!(distance(piece, word), expected, "{piece} {word}");
        }
    }
}
