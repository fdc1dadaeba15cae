//! Reading bodies, and the checks that many of their fields share.

use serde::de::DeserializeOwned;

use super::refusal::Refusal;

/// Reads a body, which has to be a JSON object whose members are of the right types.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    // A list would be taken for the members in their order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    serde_json::from_slice(body).ok().filter(|_| is_object).ok_or(Refusal::Malformed)
}

/// A text that must not be left out.
pub(super) fn required(field: &'static str, text: &str) -> Result<String, Refusal> {
    match text.trim().is_empty() {
        true => Err(Refusal::invalid(field, format!("{field}: The field cannot be left blank"))),
        false => Ok(text.to_owned()),
    }
}

/// Refuses a name that is already in use.
pub(super) fn already_exists(field: &'static str) -> Refusal {
    Refusal::invalid(
        field,
        format!("{field}: An object with this field already exists in the current organization"),
    )
}
