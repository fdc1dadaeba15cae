//! `response_type` and `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices §2, §5).
//!
//! Okta's servers know six response types; an app has those of its grants. No app of this org has the
//! implicit grant (RFC 9700 §2.1.2), so only `code` is ever granted. What is asked for in another shape is
//! refused by the rule that it breaks first.

use crate::catalogue::{Code, Refusal};
use crate::org::app_kind::GrantType;
use crate::org::client::Client;
use crate::org::return_address::ResponseMode;
use crate::parameters::Parameters;

/// The values that a response type is made of, in any order.
const PARTS: [&str; 3] = ["code", "id_token", "token"];

/// What a response type says about the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ResponseType {
    /// Whether tokens would come back through the browser.
    has_tokens: bool,
}

impl ResponseType {
    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.split(' ').collect();
        let known =
            parts.iter().enumerate().all(|(i, part)| PARTS.contains(part) && !parts[..i].contains(part));
        known.then_some(Self { has_tokens: parts != ["code"] })
    }
}

/// How answers travel, also the refusal of a mode that will not do: tokens never stand in a query.
pub(super) fn mode(parameters: &Parameters) -> ResponseMode {
    let asked = parameters.get("response_mode").and_then(ResponseMode::parse);
    let has_tokens = asked_type(parameters).is_some_and(|asked| asked.has_tokens);
    match asked {
        None | Some(ResponseMode::Query) if has_tokens => ResponseMode::Fragment,
        asked => asked.unwrap_or_default(),
    }
}

/// Whether this app may have what it asks for.
///
/// # Errors
/// The first rule that is broken: an unknown type, an unknown mode, tokens in a query, tokens without a
/// `nonce`, a type that the app does not have.
pub(super) fn check(client: &Client, parameters: &Parameters) -> Result<(), Refusal> {
    let unsupported = || Code::UnsupportedResponseType.with(configured(client));
    let asked = asked_type(parameters).ok_or_else(unsupported)?;
    let mode = parameters.get("response_mode").map(ResponseMode::parse);
    if mode == Some(None) {
        return Err(Code::UnsupportedResponseMode.into());
    }
    if asked.has_tokens {
        return Err(match mode {
            Some(Some(ResponseMode::Query)) => Code::UnsupportedResponseModeQueryWithTokens.into(),
            _ if parameters.get("nonce").is_none() => Code::InvalidNonce.into(),
            _ => unsupported(),
        });
    }
    if client.grant_types.contains(&GrantType::AuthorizationCode) {
        Ok(())
    } else {
        Err(Code::UnauthorizedClient.with(client.grant_list()))
    }
}

fn asked_type(parameters: &Parameters) -> Option<ResponseType> {
    ResponseType::parse(parameters.get("response_type")?)
}

/// The response types that come with the app's grants.
fn configured(client: &Client) -> &'static str {
    if client.grant_types.contains(&GrantType::AuthorizationCode) { "code" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_type_come_in_any_order_and_once() {
        let has_tokens = |text| ResponseType::parse(text).map(|asked| asked.has_tokens);
        assert_eq!(has_tokens("code"), Some(false));
        for tokens in ["token", "id_token", "code id_token", "id_token code", "token code id_token"] {
            assert_eq!(has_tokens(tokens), Some(true), "{tokens}");
        }
        for unknown in ["", "none", "Code", "code code", "code  token", "code,token"] {
            assert_eq!(has_tokens(unknown), None, "{unknown}");
        }
    }

    #[track_caller]
    fn check_mode(query: &str, expected: ResponseMode) {
        assert_eq!(mode(&Parameters::parse(query)), expected, "{query}");
    }

    #[test]
    fn tokens_travel_in_the_fragment_unless_a_page_carries_them() {
        check_mode("response_type=code", ResponseMode::Query);
        check_mode("response_type=code&response_mode=fragment", ResponseMode::Fragment);
        check_mode("response_type=id_token", ResponseMode::Fragment);
        check_mode("response_type=token&response_mode=query", ResponseMode::Fragment);
        check_mode("response_type=token&response_mode=form_post", ResponseMode::FormPost);
        check_mode("response_type=pigeon&response_mode=query", ResponseMode::Query);
    }
}
