//! One attempt to place one order.

/// An order and the key that makes sending it again harmless. Both stay as they are until it is known what became
/// of it: the same key with another order would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) key: String,
    /// As JSON.
    pub(crate) order: String,
}

impl Attempt {
    /// The key, a space, and the order.
    pub(super) fn encode(&self) -> String {
        [&self.key, " ", &self.order].concat()
    }

    /// Reads what [`Attempt::encode`] wrote.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let (key, order) = text.split_once(' ')?;
        let whole = !key.is_empty() && order.starts_with('{');
        whole.then(|| Self { key: key.to_owned(), order: order.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_read_as_it_was_written() {
        let attempt = Attempt { key: "k".to_owned(), order: r#"{"a": 1}"#.to_owned() };
        assert_eq!(Attempt::decode(&attempt.encode()), Some(attempt));
    }

    #[test]
    fn garbage_is_no_attempt() {
        for garbage in ["", " ", "first", "first ", " {}", "first lines"] {
            assert_eq!(Attempt::decode(garbage), None, "{garbage:?}");
        }
    }
}
