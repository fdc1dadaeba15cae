//! JSON read as strictly as the documentation describes it.
//!
//! What serde derives takes a list for an object, by the order of its fields, and names types of Rust where it
//! refuses. So JSON is read into a [`Tree`] first, and messages out of that by a [`Reader`](reader::Reader) that has
//! the kinds of JSON and no others.

mod error;
mod reader;
mod tree;

pub use error::ShapeError;

use serde::Deserialize;

pub(crate) use tree::Tree;

/// Makes a message of a tree.
///
/// # Errors
/// What is not as it should be, and where.
pub(crate) fn read<'t, T: Deserialize<'t>>(tree: &'t Tree) -> Result<T, ShapeError> {
    T::deserialize(reader::Reader(tree))
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Everything {
        whole: i64,
        count: u32,
        #[serde(default)]
        text: String,
        maybe: Option<bool>,
        pair: Option<Pair>,
        list: Vec<Pair>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        left: u8,
        right: f64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Yes,
        No,
    }

    fn from_text<T: for<'t> Deserialize<'t>>(json: &str) -> Result<T, ShapeError> {
        read(&serde_json::from_str::<Tree>(json).unwrap())
    }

    #[track_caller]
    fn refused<T: for<'t> Deserialize<'t> + Debug>(json: &str, expected: &str) {
        assert_eq!(from_text::<T>(json).unwrap_err().told_of("the body"), expected, "{json}");
    }

    #[test]
    fn a_message_is_read_whole() {
        let json = r#"{"whole":-1,"count":2,"text":"ü\n","maybe":true,"pair":{"left":1,"right":1},
            "list":[{"left":0,"right":-1.5}],"word":"no"}"#;
        let read: Everything = from_text(json).unwrap();
        assert_eq!((read.whole, read.count, read.text.as_str(), read.maybe), (-1, 2, "ü\n", Some(true)));
        assert!(matches!(read.pair, Some(Pair { left: 1, .. })) && matches!(read.word, Some(Word::No)));
        assert_eq!(read.list[0].right, -1.5);
        let read: Everything = from_text(r#"{"whole":0,"count":0,"maybe":null,"list":[]}"#).unwrap();
        assert_eq!((read.maybe, read.text.as_str()), (None, ""));
        assert_eq!(from_text::<(u8, u8)>("[1,2]").unwrap(), (1, 2));
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        refused::<Everything>("[1,2]", "the body: must be an object");
        refused::<Everything>(r#"{"pair":[1,2]}"#, "pair: must be an object");
        refused::<Everything>(r#"{"list":[{"left":1,"right":2},[1,2]]}"#, "list[1]: must be an object");
        refused::<Vec<Pair>>("{}", "the body: must be an array");
    }

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_json() {
        for (json, expected) in [
            ("null", "the body: must be an object"),
            (r#"{"whole":"1"}"#, "whole: must be a whole number"),
            (r#"{"whole":1.5}"#, "whole: must be a whole number"),
            (r#"{"count":-1}"#, "count: must be a whole number from 0 on"),
            (r#"{"count":4294967296}"#, "count: is out of range"),
            (r#"{"whole":9223372036854775808}"#, "whole: is out of range"),
            (r#"{"text":null}"#, "text: must be a string"),
            (r#"{"maybe":0}"#, "maybe: must be true or false"),
            (r#"{"list":{}}"#, "list: must be an array"),
            (r#"{"list":[{"left":256}]}"#, "list[0].left: is out of range"),
            (r#"{"list":[{"right":"2"}]}"#, "list[0].right: must be a number"),
            (r#"{"word":"maybe"}"#, "word: must be one of `yes`, `no`"),
            (r#"{"word":{"yes":1}}"#, "word: must be a string"),
            (r#"{"count":1,"count":1}"#, "the body: the field `count` appears twice"),
            (r#"{"pair":{"left":1}}"#, "pair: missing field `right`"),
            (r#"{"pair":{"Left":1}}"#, "pair: unknown field `Left`; known fields: `left`, `right`"),
        ] {
            refused::<Everything>(json, expected);
        }
    }

    #[test]
    fn what_a_type_says_of_itself_is_passed_on() {
        let expected = "the body: a quantity is a whole number from 1 to 99";
        refused::<shared::Quantity>("100", expected);
        let lines = r#"{"lines":[{"product_id":"../a","quantity":1}]}"#;
        refused::<shared::MergeCart>(
            lines,
            "lines[0].product_id: a product id has 1 to 64 characters of a-z, 0-9 and -",
        );
    }
}
