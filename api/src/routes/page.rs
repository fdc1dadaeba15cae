//! Pages of lists, asked for alike everywhere: `?limit=&cursor=`, answered with a `next_cursor`.

use serde::Deserialize;
use shared::{DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT};
use utoipa::IntoParams;

use crate::error::ApiError;

/// Which part of a list. An empty value, which an untouched form field sends, counts as none.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedPage {
    /// How many items at most; 50 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

impl WantedPage {
    /// How many items.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        match given(self.limit.as_deref()) {
            None => Ok(DEFAULT_PAGE_LIMIT),
            Some(text) => {
                let limit = text.parse().ok().filter(|limit| (1..=MAX_PAGE_LIMIT).contains(limit));
                limit.ok_or_else(|| ApiError::Parameter {
                    parameter: "limit",
                    expected: format!("a whole number from 1 to {MAX_PAGE_LIMIT}").into(),
                })
            }
        }
    }

    /// After which item: what `parse` makes of the cursor.
    pub(super) fn cursor<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ApiError> {
        match given(self.cursor.as_deref()) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or(ApiError::Parameter {
                parameter: "cursor",
                expected: "the next_cursor of a page of the same list".into(),
            }),
        }
    }
}

/// A parameter with a value.
pub(super) fn given(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty())
}

/// A parameter that takes one of a few words.
pub(super) fn chosen<T>(
    parameter: &'static str,
    word: Option<&str>,
    parse: fn(&str) -> Option<T>,
    words: &[&str],
) -> Result<Option<T>, ApiError> {
    match given(word) {
        None => Ok(None),
        Some(word) => parse(word).map(Some).ok_or_else(|| ApiError::Parameter {
            parameter,
            expected: format!("one of {}", words.join(", ")).into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(limit: &str, expected: Option<u32>) {
        let wanted = WantedPage { limit: Some(limit.to_owned()), cursor: None };
        assert_eq!(wanted.limit().ok(), expected, "{limit}");
    }

    #[test]
    fn a_page_has_1_to_100_items() {
        check("", Some(50));
        check("1", Some(1));
        check("100", Some(100));
        for bad in ["0", "101", "-1", "1.5", "ten", "4294967297"] {
            check(bad, None);
        }
    }
}
