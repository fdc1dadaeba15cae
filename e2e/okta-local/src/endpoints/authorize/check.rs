//! What `/authorize` is asked, and every reason to refuse it before anyone signs in (okta 4.2).
//!
//! Two kinds of refusal: where client or address are not certain the browser is told on a page of the
//! org and sent nowhere (RFC 6749 §3.1.2.4); all others go back to the app.

use okta_types::{CodeChallenge, IdClaims, Scopes};

use super::response_type;
use crate::catalogue::{Code, Refusal};
use crate::org::acr;
use crate::org::app_kind::ApplicationType;
use crate::org::authorization_server::{AuthorizationServer, needs_openid};
use crate::org::authorize_request::{AuthorizeRequest, Prompt};
use crate::org::client::Client;
use crate::org::return_address::ReturnAddress;
use crate::org::state::Directory;
use crate::parameters::Parameters;
use crate::unverified::MAX_SCOPE_LENGTH;

/// Where a request arrives, and what the caller found out about it.
pub(in crate::endpoints) struct Asking<'a> {
    pub(in crate::endpoints) directory: &'a Directory,
    pub(in crate::endpoints) server: &'a AuthorizationServer,
    /// The issuer, where answers name it.
    pub(in crate::endpoints) iss: Option<String>,
    /// Whom the app means, or that its hint is none.
    pub(in crate::endpoints) hint: Result<Option<IdClaims>, Code>,
    /// Whether it was pushed, or is being.
    pub(in crate::endpoints) pushed: bool,
}

/// A request that is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// On a page of the org, without a redirect.
    Here(Refusal),
    /// By sending the browser back to the app.
    Back(ReturnAddress, Refusal),
}

impl Refused {
    /// Why, wherever it is told.
    pub(in crate::endpoints) fn into_refusal(self) -> Refusal {
        match self {
            Self::Here(refusal) | Self::Back(_, refusal) => refusal,
        }
    }
}

/// Checks a request, in Okta's order.
///
/// # Errors
/// The first thing that is wrong.
pub(in crate::endpoints) fn check(
    asking: Asking<'_>,
    parameters: &Parameters,
) -> Result<AuthorizeRequest, Refused> {
    let (client, return_to) =
        return_address(asking.directory, asking.iss.clone(), parameters).map_err(Refused::Here)?;
    check_rest(asking, client, return_to.clone(), parameters)
        .map_err(|refusal| Refused::Back(return_to, refusal))
}

fn check_rest(
    asking: Asking<'_>,
    client: &Client,
    return_to: ReturnAddress,
    parameters: &Parameters,
) -> Result<AuthorizeRequest, Refusal> {
    if parameters.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    if return_to.state.is_none() {
        return Err(Code::InvalidState.into());
    }
    if asking.directory.requires_pushed_requests && !asking.pushed {
        return Err(Code::InvalidRequest.into());
    }
    response_type::check(client, parameters)?;
    check_detours(asking.directory, parameters)?;
    let prompt = prompt(parameters)?;
    let max_age = max_age(parameters, prompt)?;
    let (acr, assurance) = {
        let passkeys = asking.directory.authenticators.passkeys;
        acr::choose(parameters.get("acr_values").unwrap_or_default(), passkeys)?
    };
    Ok(AuthorizeRequest {
        server_id: asking.server.id.clone(),
        client_id: client.id.clone(),
        return_to,
        scopes: scopes(asking.server, parameters)?,
        nonce: parameters.get("nonce").map(str::to_owned),
        challenge: challenge(client, parameters)?,
        prompt,
        max_age,
        login_hint: parameters.get("login_hint").map(str::to_owned),
        expected_user: expected_user(asking.hint?, client)?,
        acr,
        assurance,
        pushed_as: None,
        query: parameters.to_query(),
    })
}

fn return_address<'a>(
    directory: &'a Directory,
    iss: Option<String>,
    parameters: &Parameters,
) -> Result<(&'a Client, ReturnAddress), Refusal> {
    if parameters.repeats("client_id") || parameters.repeats("redirect_uri") {
        return Err(Code::DuplicateOauthParams.into());
    }
    let client =
        parameters.get("client_id").and_then(|id| directory.client(id)).ok_or(Code::InvalidClientId)?;
    if client.app.kind == ApplicationType::Service {
        return Err(Code::InvalidClientApplicationType.with("authorize"));
    }
    let uri = parameters.get("redirect_uri").filter(|uri| client.may_redirect_to(uri));
    let redirect_uri = uri.ok_or(Code::IllegalRedirectUri)?.to_owned();
    let state = parameters.get("state").filter(|_| !parameters.repeats("state")).map(str::to_owned);
    Ok((client, ReturnAddress { redirect_uri, state, mode: response_type::mode(parameters), iss }))
}

/// Parameters that would have someone else say what is asked, or who answers.
fn check_detours(directory: &Directory, parameters: &Parameters) -> Result<(), Refusal> {
    // A signed request must not be ignored silently: its parameters may differ from the open ones.
    if parameters.get("request").is_some() || parameters.get("request_uri").is_some() {
        return Err(Code::InvalidRequest.into());
    }
    if parameters.get("idp").is_some_and(|idp| idp != directory.idp_id) {
        return Err(Code::UnknownIdp.into());
    }
    Ok(())
}

/// The person that a hint is about. It was issued to this very app, or it is none.
fn expected_user(hint: Option<IdClaims>, client: &Client) -> Result<Option<String>, Refusal> {
    match hint {
        Some(claims) if !claims.aud.iter().any(|audience| audience == client.id) => {
            Err(Code::InvalidRequest.into())
        }
        hint => Ok(hint.map(|claims| claims.sub)),
    }
}

fn scopes(server: &AuthorizationServer, parameters: &Parameters) -> Result<Scopes, Refusal> {
    let text = parameters.get("scope").ok_or(Code::NoDefaultScopes)?;
    let scopes = Scopes::parse(text);
    if scopes.is_empty() {
        return Err(Code::MissingScopes.into());
    }
    if text.chars().count() > MAX_SCOPE_LENGTH || !scopes.iter().all(|scope| server.has_scope(scope)) {
        return Err(Code::NoMatchingScope.into());
    }
    if scopes.iter().any(needs_openid) && !scopes.contains("openid") {
        return Err(Code::OpenidScopeRequired.into());
    }
    Ok(scopes)
}

fn prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    match parameters.get("prompt") {
        None => Ok(Prompt::Auto),
        Some("none") => Ok(Prompt::None),
        Some("login") => Ok(Prompt::Login),
        Some("consent") => Ok(Prompt::Consent),
        Some("login consent" | "consent login") => Ok(Prompt::LoginAndConsent),
        // People of this org cannot add authenticators by themselves.
        Some("enroll_authenticator") => Err(Code::FeatureNotEnabledAccessDenied.into()),
        Some(_) => Err(Code::InvalidPrompt.with("none, login, consent, login consent")),
    }
}

fn max_age(parameters: &Parameters, prompt: Prompt) -> Result<Option<u64>, Refusal> {
    let Some(text) = parameters.get("max_age") else { return Ok(None) };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds =
        text.parse().ok().filter(|seconds| digits && *seconds < 1u64 << 31).ok_or(Code::InvalidMaxAge)?;
    if seconds == 0 && prompt == Prompt::None {
        return Err(Code::InvalidPromptForZeroMaxAge.into());
    }
    Ok(Some(seconds))
}

/// A challenge without a method would be `plain` (RFC 7636 §4.3), which Okta does not have.
fn challenge(client: &Client, parameters: &Parameters) -> Result<Option<String>, Refusal> {
    let Some(challenge) = parameters.get("code_challenge") else {
        return if client.requires_pkce() { Err(Code::PkceMissingChallenge.into()) } else { Ok(None) };
    };
    if parameters.get("code_challenge_method") != Some(CodeChallenge::METHOD) {
        return Err(Code::PkceUnsupportedCodeChallengeMethod.with(CodeChallenge::METHOD));
    }
    let legal = challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !legal || challenge.len() != 43 {
        return Err(Code::PkceInvalidChallenge.into());
    }
    Ok(Some(challenge.to_owned()))
}

#[cfg(test)]
mod tests {
    use okta_types::{Form, UnixTime};

    use super::*;
    use crate::org::acr::Assurance;
    use crate::org::app::App;
    use crate::org::password::PasswordHashing;
    use crate::org::return_address::ResponseMode;
    use crate::org::seed;

    const URI: &str = "http://localhost:8080/login/callback";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn judge(change: &[(&str, Option<&str>)]) -> Result<AuthorizeRequest, Refused> {
        let (apps, hashing) = (vec![App::spa("Grove").redirect_uri(URI)], PasswordHashing::LoweredForTests);
        let directory = seed::directory(apps, "http://localhost", 0, hashing, UnixTime(0));
        let mut pairs = vec![
            ("client_id", directory.clients[0].id.as_str()),
            ("redirect_uri", URI),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in change {
            pairs.retain(|(n, _)| n != name);
            pairs.extend(value.map(|value| (*name, value)));
        }
        let form = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        let asking = Asking {
            directory: &directory,
            server: &directory.servers[0],
            iss: None,
            hint: Ok(None),
            pushed: false,
        };
        super::check(asking, &Parameters::parse(form.as_str()))
    }

    #[track_caller]
    fn check(name: &str, value: Option<&str>, expected: Code) {
        match judge(&[(name, value)]) {
            Err(Refused::Back(_, refusal)) => assert_eq!(refusal.code(), expected, "{name}={value:?}"),
            other => panic!("{name}={value:?}: {other:?}"),
        }
    }

    #[test]
    fn every_parameter_has_its_refusal() {
        check("state", None, Code::InvalidState);
        check("state", Some(""), Code::InvalidState);
        check("response_type", None, Code::UnsupportedResponseType);
        check("response_type", Some("none"), Code::UnsupportedResponseType);
        check("response_type", Some("token"), Code::InvalidNonce);
        check("response_mode", Some("pigeon"), Code::UnsupportedResponseMode);
        check("scope", None, Code::NoDefaultScopes);
        check("scope", Some("openid nope"), Code::NoMatchingScope);
        check("scope", Some("openid Profile"), Code::NoMatchingScope);
        check("scope", Some("profile"), Code::OpenidScopeRequired);
        check("scope", Some(&"openid ".repeat(1000)), Code::NoMatchingScope);
        check("prompt", Some("none login"), Code::InvalidPrompt);
        check("prompt", Some("select_account"), Code::InvalidPrompt);
        check("prompt", Some("enroll_authenticator"), Code::FeatureNotEnabledAccessDenied);
        check("max_age", Some("2147483648"), Code::InvalidMaxAge);
        check("max_age", Some("-1"), Code::InvalidMaxAge);
        check("max_age", Some("+1"), Code::InvalidMaxAge);
        check("code_challenge", None, Code::PkceMissingChallenge);
        check("code_challenge", Some("short"), Code::PkceInvalidChallenge);
        check("code_challenge_method", Some("plain"), Code::PkceUnsupportedCodeChallengeMethod);
        check("code_challenge_method", None, Code::PkceUnsupportedCodeChallengeMethod);
        check("acr_values", Some("phr"), Code::UnmetAuthenticationRequirements);
        check("request", Some("eyJ"), Code::InvalidRequest);
        check("request_uri", Some("urn:okta:x"), Code::InvalidRequest);
        check("idp", Some("00oother"), Code::UnknownIdp);
    }

    #[test]
    fn what_is_in_order_is_taken_over() {
        let request = judge(&[
            ("prompt", Some("login")),
            ("max_age", Some("2147483647")),
            ("acr_values", Some("urn:x phr urn:okta:loa:1fa:any")),
            ("response_mode", Some("query")),
            ("extra", Some("1")),
        ])
        .unwrap();
        assert_eq!((request.prompt, request.max_age), (Prompt::Login, Some(2_147_483_647)));
        assert_eq!(request.acr.as_deref(), Some("urn:okta:loa:1fa:any"));
        assert_eq!((request.return_to.mode, request.assurance), (ResponseMode::Query, Assurance::AnyFactor));
    }

    #[test]
    fn nobody_is_asked_at_once_and_not_at_all() {
        let refused = judge(&[("prompt", Some("none")), ("max_age", Some("0"))]).unwrap_err();
        assert!(matches!(refused, Refused::Back(_, r) if r.code() == Code::InvalidPromptForZeroMaxAge));
    }
}
