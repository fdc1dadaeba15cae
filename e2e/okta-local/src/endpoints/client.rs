//! Who calls: client authentication at the token endpoint and its neighbours (RFC 6749 §2.3).
//!
//! A confidential client may show its secret either way that has one, by HTTP Basic or in the form;
//! never both at once (§2.3).

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_types::parse_query;

use crate::catalogue::{Code, Refusal};
use crate::org::app::Client;
use crate::org::state::Directory;
use crate::parameters::Parameters;

/// Who a request says it is from.
struct Credentials {
    client_id: String,
    secret: Option<String>,
    /// What an unknown client is told.
    unknown: Code,
}

/// The client that calls.
///
/// # Errors
/// No client named, an unknown one, or credentials that are not the client's.
pub(super) fn authenticate<'a>(
    directory: &'a Directory,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<&'a Client, Refusal> {
    let query = Parameters::parse(request.query_string());
    if query.get("client_id").is_some() || query.get("client_secret").is_some() {
        return Err(Code::ClientCredentialsInQuery.into());
    }
    let shown = credentials(request, form)?;
    let client = directory.client(&shown.client_id).ok_or(shown.unknown)?;
    match (&client.secret, shown.secret) {
        (None, None) => Ok(client),
        (None, Some(_)) => Err(Code::InvalidClient.into()),
        (Some(_), None) => Err(Code::MissingClientCredentials.into()),
        (Some(secret), Some(shown)) if secret.matches(&shown) => Ok(client),
        (Some(_), Some(_)) => Err(Code::InvalidClientSecret.into()),
    }
}

fn credentials(request: &HttpRequest, form: &Parameters) -> Result<Credentials, Refusal> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else { return in_form(form) };
    if ["client_id", "client_secret", "client_assertion"].iter().any(|name| form.get(name).is_some()) {
        return Err(Code::MultipleClientCredentials.into());
    }
    let basic = basic(header).filter(|_| headers.next().is_none());
    let (client_id, secret) = basic.ok_or(Code::InvalidBasicAuthCreds)?;
    Ok(Credentials { client_id, secret: Some(secret), unknown: Code::InvalidBasicAuthCreds })
}

fn in_form(form: &Parameters) -> Result<Credentials, Refusal> {
    // Assertions are keys' business, and no client of this org has a key.
    if form.get("client_assertion").is_some() {
        return Err(Code::InvalidClient.into());
    }
    Ok(Credentials {
        client_id: form.get("client_id").ok_or(Code::MissingClientCredentials)?.to_owned(),
        secret: form.get("client_secret").map(str::to_owned),
        unknown: Code::InvalidClientId,
    })
}

/// Id and secret of a Basic header (RFC 7617 §2), each encoded like a form's value (RFC 6749 §2.3.1).
fn basic(header: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("Basic"))?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A separator that was not encoded belongs to the text.
    let text = text.replace('&', "%26").replace('=', "%3D");
    parse_query(&format!("v={text}")).pop().map_or_else(String::new, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<(&str, &str)>) {
        let read = basic(&HeaderValue::from_str(header).unwrap());
        assert_eq!(read.as_ref().map(|(id, secret)| (id.as_str(), secret.as_str())), expected, "{header}");
    }

    #[test]
    fn a_basic_header_is_read_as_oauth_encodes_it() {
        check(&format!("Basic {}", STANDARD.encode("0oa1:se-cret")), Some(("0oa1", "se-cret")));
        check(&format!("basic  {}", STANDARD.encode("a%3Ab:c%2Bd+e=f&g")), Some(("a:b", "c+d e=f&g")));
        check(&format!("Basic {}", STANDARD.encode("0oa1:")), Some(("0oa1", "")));
        check(&format!("Basic {}", STANDARD.encode("no-colon")), None);
        check(&format!("Bearer {}", STANDARD.encode("0oa1:s")), None);
        check("Basic ***", None);
        check("Basic", None);
    }
}
