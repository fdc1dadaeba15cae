//! Who calls: client authentication at the token endpoint and its neighbours (RFC 6749 §2.3).
//!
//! A client that has a secret may show it either way, by HTTP Basic or in the form; one that signs assertions shows one
//! in the form; never two things at once (§2.3). A public client may name itself by HTTP Basic too, with an empty secret
//! or without even the colon, as Okta's JavaScript SDK does.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okta_types::parse_query;

use crate::assertion::{self, Assertion};
use crate::catalogue::{Code, Refusal};
use crate::org::app_kind::AuthMethod;
use crate::org::client::Client;
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// Who a request says it is from.
struct Credentials<'a> {
    client_id: String,
    credential: Credential<'a>,
    /// What an unknown client is told.
    unknown: Code,
    /// What a confidential client is told that shows nothing.
    without_credential: Code,
}

/// What it shows for it.
enum Credential<'a> {
    Nothing,
    Secret(String),
    Assertion(Box<Assertion<'a>>),
}

/// Fetches the keys of a client that shows an assertion and keeps its keys elsewhere, unless there is one that fits.
/// Comes before [`authenticate`], which waits for nothing.
pub(super) async fn fetch_keys(tenant: &Tenant, form: &Parameters) {
    let Some(assertion) = form.get("client_assertion").and_then(Assertion::read) else { return };
    let Some(uri) = keys_address(tenant, &assertion) else { return };
    let kept = tenant.client_keys.cached(&uri, tenant.now());
    if !kept.iter().flat_map(|keys| keys.iter()).any(|key| assertion.is_signed_by(key)) {
        tenant.client_keys.fetch(uri, tenant.now()).await;
    }
}

fn keys_address(tenant: &Tenant, assertion: &Assertion<'_>) -> Option<String> {
    let state = tenant.state();
    let client = state.directory.client(assertion.unverified_client_id())?;
    client.keys_address().map(str::to_owned)
}

/// The client that calls an endpoint of that authorization server.
///
/// # Errors
/// No client named, an unknown one, or credentials that are not the client's.
pub(super) fn authenticate<'a>(
    tenant: &Tenant,
    server_id: &str,
    directory: &'a Directory,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<&'a Client, Refusal> {
    let query = Parameters::parse(request.query_string());
    if ["client_id", "client_secret", "client_assertion"].iter().any(|name| query.get(name).is_some()) {
        return Err(Code::ClientCredentialsInQuery.into());
    }
    let shown = credentials(request, form)?;
    let client = directory.client(&shown.client_id).ok_or(shown.unknown)?;
    match (client.auth_method, shown.credential) {
        (_, Credential::Assertion(assertion)) => {
            let here = format!("{}{}", tenant.base_url, request.path());
            let audiences = [tenant.issuer(server_id), tenant.endpoint(server_id, "token"), here];
            let fetched = client.keys_address().and_then(|uri| tenant.client_keys.cached(uri, tenant.now()));
            assertion.verify(client, fetched.as_deref().unwrap_or_default(), &audiences, tenant.now())?;
            let is_new = tenant.assertions.take(&assertion, tenant.now());
            if is_new { Ok(client) } else { Err(Code::InvalidClient.into()) }
        }
        (AuthMethod::None, Credential::Nothing) => Ok(client),
        (AuthMethod::None, Credential::Secret(shown)) if shown.is_empty() => Ok(client),
        (AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost, Credential::Secret(shown)) => {
            let is_own = client.secret.as_ref().is_some_and(|secrets| secrets.matches(&shown));
            if is_own { Ok(client) } else { Err(Code::InvalidClientSecret.into()) }
        }
        (_, Credential::Nothing) => Err(shown.without_credential.into()),
        (_, Credential::Secret(_)) => Err(Code::InvalidClient.into()),
    }
}

/// The id of the client that the request says it is from, true or not.
pub(super) fn claimed_id(request: &HttpRequest, form: &Parameters) -> Option<String> {
    credentials(request, form).ok().map(|shown| shown.client_id)
}

fn credentials<'a>(request: &HttpRequest, form: &'a Parameters) -> Result<Credentials<'a>, Refusal> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else { return in_form(form) };
    if ["client_id", "client_secret", "client_assertion"].iter().any(|name| form.get(name).is_some()) {
        return Err(Code::MultipleClientCredentials.into());
    }
    let basic = basic(header).filter(|_| headers.next().is_none());
    let (client_id, secret) = basic.ok_or(Code::InvalidBasicAuthCreds)?;
    let code = Code::InvalidBasicAuthCreds;
    Ok(Credentials { client_id, credential: of_secret(secret), unknown: code, without_credential: code })
}

fn of_secret<'a>(secret: Option<String>) -> Credential<'a> {
    secret.map_or(Credential::Nothing, Credential::Secret)
}

fn in_form(form: &Parameters) -> Result<Credentials<'_>, Refusal> {
    if let Some(text) = form.get("client_assertion") {
        return by_assertion(form, text);
    }
    Ok(Credentials {
        client_id: form.get("client_id").ok_or(Code::MissingClientCredentials)?.to_owned(),
        credential: of_secret(form.get("client_secret").map(str::to_owned)),
        unknown: Code::InvalidClientId,
        without_credential: Code::MissingClientCredentials,
    })
}

/// The assertion names the client; a `client_id` beside it must be the same (RFC 7521 §4.2).
fn by_assertion<'a>(form: &'a Parameters, text: &'a str) -> Result<Credentials<'a>, Refusal> {
    if form.get("client_secret").is_some() {
        return Err(Code::MultipleClientCredentials.into());
    }
    let is_known = form.get("client_assertion_type") == Some(assertion::TYPE);
    let assertion = Assertion::read(text).filter(|_| is_known).ok_or(Code::InvalidClient)?;
    let client_id = assertion.unverified_client_id().to_owned();
    if form.get("client_id").is_some_and(|named| named != client_id) {
        return Err(Code::InvalidClient.into());
    }
    let code = Code::InvalidClient;
    Ok(Credentials {
        client_id,
        credential: Credential::Assertion(Box::new(assertion)),
        unknown: code,
        without_credential: code,
    })
}

/// Id and secret of a Basic header (RFC 7617 §2), each encoded like a form's value (RFC 6749 §2.3.1). Without a colon
/// all of it is the id.
fn basic(header: &HeaderValue) -> Option<(String, Option<String>)> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = match decoded.split_once(':') {
        Some((id, secret)) => (id, Some(form_decoded(secret))),
        None => (decoded.as_str(), None),
    };
    scheme.eq_ignore_ascii_case("Basic").then(|| (form_decoded(id), secret))
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
    fn check(header: &str, expected: Option<(&str, Option<&str>)>) {
        let read = basic(&HeaderValue::from_str(header).unwrap());
        assert_eq!(read.as_ref().map(|(id, secret)| (id.as_str(), secret.as_deref())), expected, "{header}");
    }

    #[test]
    fn a_basic_header_is_read_as_oauth_encodes_it() {
        check(&format!("Basic {}", STANDARD.encode("0oa1:se-cret")), Some(("0oa1", Some("se-cret"))));
        check(&format!("basic  {}", STANDARD.encode("a%3Ab:c%2Bd+e=f&g")), Some(("a:b", Some("c+d e=f&g"))));
        check(&format!("Basic {}", STANDARD.encode("0oa1:")), Some(("0oa1", Some(""))));
        check(&format!("Basic {}", STANDARD.encode("no-colon")), Some(("no-colon", None)));
        check(&format!("Bearer {}", STANDARD.encode("0oa1:s")), None);
        check("Basic ***", None);
        check("Basic", None);
    }
}
