//! What stands between a browser and its code, one step after the other: password, second factor,
//! permission, consent (OpenID Connect Core §3.1.2.3, §3.1.2.4).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use okta_types::UnixTime;

use super::{answer, authorization_response, passkeys, stage_token};
use crate::catalogue::{Code, Refusal};
use crate::grants::Grant;
use crate::org::acr::Assurance;
use crate::org::app_kind::GrantType;
use crate::org::authorize_request::{AuthorizeRequest, Prompt};
use crate::org::factor_method::FactorMethod;
use crate::org::session::Session;
use crate::org::sign_in::{Enrollment, Stage, Verification};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::paths;
use crate::system_log::{Outcome, event_of};

/// The next step of an authorization request.
#[derive(Debug)]
pub(super) enum Step {
    /// The person has something to do.
    Ask(Stage),
    /// Back with a code.
    Back(Session),
    /// Back with an error.
    Refuse(Refusal),
}

/// How far this person has come. `fresh` says that the session was proved for this very request.
pub(super) fn next(
    state: &State,
    asked: &AuthorizeRequest,
    session: Option<Session>,
    fresh: bool,
    now: UnixTime,
) -> Step {
    let silent = asked.prompt == Prompt::None;
    let Some(session) = session else {
        return if silent { Step::Refuse(nobody(state, asked)) } else { Step::Ask(Stage::Password) };
    };
    let expected = asked.expected_user.as_deref().is_none_or(|expected| expected == session.user_id);
    if !expected && (silent || fresh) {
        // Somebody else is signed in, or signed in just now (OpenID Connect Core §3.1.2.1, id_token_hint).
        return Step::Refuse(Code::LoginRequired.into());
    }
    let age = now.since(session.auth_time).as_secs();
    let too_old = asked.max_age.is_some_and(|max_age| max_age == 0 || age > max_age);
    if !fresh && (too_old || !expected || asked.prompt.asks_for_password()) {
        return if silent {
            Step::Refuse(Code::AppSignOnRequired.into())
        } else {
            Step::Ask(Stage::Password)
        };
    }
    match beyond_the_first_page(state, asked, &session) {
        Err(refusal) => Step::Refuse(refusal),
        Ok(Some(_)) if silent => Step::Refuse(Code::AppSignOnRequired.into()),
        Ok(Some(stage)) => Step::Ask(stage),
        Ok(None) if fresh && passkeys::is_offered(state, &session) => {
            let enrollment = Enrollment { session, demanded: false, was_refused: false };
            Step::Ask(Stage::EnrollPasskey(enrollment))
        }
        Ok(None) => permission_and_consent(state, asked, session),
    }
}

/// What an app is told that may not ask and finds nobody signed in.
fn nobody(state: &State, asked: &AuthorizeRequest) -> Refusal {
    match state.directory.client(&asked.client_id) {
        Some(client) if client.app.interaction_code => Code::InteractionRequired.into(),
        _ => Code::LoginRequired.into(),
    }
}

/// What is still to be proved by somebody who proved something, where anything is.
fn beyond_the_first_page(
    state: &State,
    asked: &AuthorizeRequest,
    session: &Session,
) -> Result<Option<Stage>, Refusal> {
    let user = state.directory.user(&session.user_id).ok_or(Code::InvalidUserStatusError)?;
    let by_policy = state.directory.asks_for_two(&asked.client_id);
    let methods = state.directory.methods_of(user);
    let two = match asked.assurance {
        Assurance::SecondFactor => true,
        Assurance::SecondFactorIfPossible => by_policy || !methods.is_empty(),
        Assurance::AnyFactor | Assurance::Password | Assurance::PhishingResistant => by_policy,
    };
    let by_passkey = asked.assurance == Assurance::PhishingResistant && !session.is_phishing_resistant();
    let ask_for = |by| Ok(Some(Stage::SecondFactor(Verification::new(session.clone(), by))));
    match methods.first() {
        _ if asked.assurance == Assurance::Password && session.password_at.is_none() => {
            Ok(Some(Stage::Password))
        }
        Some(FactorMethod::Passkey) if by_passkey => ask_for(FactorMethod::Passkey),
        Some(method) if (two || by_passkey) && !session.is_two_factor() => ask_for(*method),
        _ if !by_passkey && (!two || session.is_two_factor()) => Ok(None),
        // Who has none may register one, having proved what they have (Okta's guide "Step-up authentication", "Factor
        // enrollment").
        _ if state.directory.authenticators.passkeys => {
            let enrollment = Enrollment { session: session.clone(), demanded: true, was_refused: false };
            Ok(Some(Stage::EnrollPasskey(enrollment)))
        }
        _ => Err(Code::UnmetAuthenticationRequirements.into()),
    }
}

fn permission_and_consent(state: &State, asked: &AuthorizeRequest, session: Session) -> Step {
    if let Err(refusal) = permit(state, asked, &session) {
        return Step::Refuse(refusal);
    }
    let scopes = unconsented(state, asked, &session);
    if scopes.is_empty() {
        Step::Back(session)
    } else if asked.prompt == Prompt::None {
        Step::Refuse(Code::ConsentRequired.with(scopes.join(", ")))
    } else {
        Step::Ask(Stage::Consent { session, scopes })
    }
}

fn permit(state: &State, asked: &AuthorizeRequest, session: &Session) -> Result<(), Refusal> {
    let directory = &state.directory;
    let server = directory.server(&asked.server_id).ok_or(Code::ServerError)?;
    let client = directory.client(&asked.client_id).ok_or(Code::InvalidClientId)?;
    let user = directory.user(&session.user_id).ok_or(Code::InvalidUserStatusError)?;
    directory.permit(server, client, user, GrantType::AuthorizationCode, &asked.scopes).map(|_| ())
}

/// The scopes that the person has to be asked about: all with `prompt=consent`; else, for an app that needs
/// consent, those whose scope asks for it and that were not allowed before.
fn unconsented(state: &State, asked: &AuthorizeRequest, session: &Session) -> Vec<String> {
    let directory = &state.directory;
    let server = directory.server(&asked.server_id);
    let by_app = directory.client(&asked.client_id).is_some_and(|client| client.app.consent_required);
    let open = |scope: &&str| {
        asked.prompt.asks_for_consent()
            || by_app
                && server.is_some_and(|server| server.asks_consent_for(scope))
                && !state.consents.has(&session.user_id, &asked.client_id, &asked.server_id, scope)
    };
    asked.scopes.iter().filter(open).map(str::to_owned).collect()
}

/// Answers a form with the next step, always by 303, so that a reload repeats nothing (RFC 9700 §4.12).
pub(super) fn go_on(
    tenant: &Tenant,
    state: &mut State,
    asked: &Arc<AuthorizeRequest>,
    step: Step,
    device: &str,
) -> HttpResponse {
    match step {
        Step::Ask(Stage::Password) => answer::redirect(StatusCode::SEE_OTHER, &begin_again(tenant, asked)),
        Step::Ask(stage) => {
            let (token, _) = stage_token::begin(tenant, state, asked, stage, device);
            let location = format!("{}{}?stateToken={token}", tenant.base_url, paths::STEP);
            answer::redirect(StatusCode::SEE_OTHER, &location)
        }
        Step::Back(session) => conclude(tenant, state, asked, &session, StatusCode::SEE_OTHER),
        Step::Refuse(refusal) => refuse(tenant, asked, &refusal, StatusCode::SEE_OTHER),
    }
}

/// Sends the browser back with a code.
pub(super) fn conclude(
    tenant: &Tenant,
    state: &mut State,
    asked: &AuthorizeRequest,
    session: &Session,
    status: StatusCode,
) -> HttpResponse {
    let is_new = |uri: &String| state.pushed_requests.use_up(uri, tenant.now());
    if !asked.pushed_as.as_ref().is_none_or(is_new) {
        return refuse(tenant, asked, &Code::InvalidRequest.into(), status);
    }
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&asked.client_id) };
    tenant.record(event_of(&asked.server_id, "app.oauth2.as.authorize.code"), Outcome::Success, about);
    tenant.record("user.authentication.sso", Outcome::Success, about);
    let grant = Grant {
        server_id: asked.server_id.clone(),
        client_id: asked.client_id.clone(),
        user_id: session.user_id.clone(),
        scopes: asked.scopes.clone(),
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        acr: asked.acr.clone(),
        nonce: asked.nonce.clone(),
    };
    let to = &asked.return_to;
    let code = state.grants.issue_code(grant, &to.redirect_uri, asked.challenge.as_deref(), tenant.now());
    authorization_response::with_code(to, status, &code)
}

/// Sends the browser back with the reason why not.
pub(super) fn refuse(
    tenant: &Tenant,
    asked: &AuthorizeRequest,
    refusal: &Refusal,
    status: StatusCode,
) -> HttpResponse {
    let reason = refusal.code().internal().to_owned();
    let about = About { actor: None, client_id: Some(&asked.client_id) };
    tenant.record(event_of(&asked.server_id, "app.oauth2.as.authorize"), Outcome::Failure(reason), about);
    authorization_response::with_error(&asked.return_to, status, refusal)
}

/// The address of the request, to evaluate it again.
pub(super) fn begin_again(tenant: &Tenant, asked: &AuthorizeRequest) -> String {
    format!("{}?{}", tenant.endpoint(&asked.server_id, "authorize"), asked.query)
}
