//! What the token endpoint answers.

use okta_types::{AccessToken, IdToken, RefreshToken, Scopes, TokenResponse};

use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::org;
use crate::machine::session::{MAX_LIFETIME, is_header_safe};
use crate::protocol::json::{Json, ReadJson};

/// Reads the token endpoint's answer (RFC 6749 §5.1). Whether the token is of a type that was asked for (§7.1) is for
/// whoever has asked.
pub(crate) fn read_tokens(
    answer: &Result<HttpAnswer, HttpFailure>,
    read: ReadJson,
) -> Result<TokenResponse, OrgError> {
    let answer = answer.as_ref().map_err(OrgError::from)?;
    if answer.status != 200 {
        return Err(org::refusal(answer, read));
    }
    let malformed = OrgError::Answer(AnswerProblem::Malformed);
    read(answer.body.expose()).as_ref().and_then(read_response).ok_or(malformed)
}

/// Whole seconds; what is past already is none.
fn lifetime(expires_in: &Json) -> Option<u64> {
    match expires_in {
        Json::Number(seconds) => Some((*seconds as u64).min(MAX_LIFETIME)),
        _ => None,
    }
}

fn read_response(answer: &Json) -> Option<TokenResponse> {
    let token_type = answer.text("token_type")?;
    let access_token = answer.text("access_token").filter(|token| is_header_safe(token))?;
    Some(TokenResponse {
        token_type: token_type.to_owned(),
        expires_in: answer.get("expires_in").and_then(lifetime),
        access_token: AccessToken::new(access_token),
        scope: answer.text("scope").map(Scopes::parse),
        refresh_token: answer.text("refresh_token").map(RefreshToken::new),
        id_token: answer.text("id_token").map(IdToken::new),
    })
}
