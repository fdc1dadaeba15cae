//! The authorization server that a path of the API names.

use std::ops::Deref;

use serde::Deserialize;

use crate::org::authorization_server::path_name;

/// The custom authorization server that a path names.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(super) struct ServerId(String);

impl From<String> for ServerId {
    fn from(named: String) -> Self {
        Self(path_name(&named).to_owned())
    }
}

impl Deref for ServerId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
