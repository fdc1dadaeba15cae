//! The second factor over the Authentication API: proved, or enrolled by who has none.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::shape;
use super::steps::{Answered, StateToken, answered, invalid_token, look, read, succeeded, wrong_state};
use crate::okta_error;
use crate::org::factor::{Factor, Provider};
use crate::org::factor_method::FactorMethod;
use crate::org::lockout::{Attempt, Guess};
use crate::org::second_factor::CodeCheck;
use crate::org::session::Session;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::Stage;
use crate::org::user::User;
use crate::system_log::Outcome;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Code {
    state_token: String,
    pass_code: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Enrollment {
    state_token: String,
    factor_type: String,
    provider: String,
}

/// Takes the code of a factor that somebody has.
pub(super) async fn verify(
    tenant: Data<Tenant>,
    request: HttpRequest,
    factor: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let done = read::<Code>(&request, &body).and_then(|given| prove(&tenant, &factor, &given));
    answered(&tenant, &request, done)
}

fn prove(tenant: &Tenant, factor: &str, given: &Code) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::FactorRequired(session) = transaction.stage else { return Err(wrong_state()) };
    if user.authenticators().all(|(id, _)| id != factor) {
        return Err(no_factor(factor));
    }
    check(tenant, &user, given, |state, now| state.try_code(&user.id, Some(factor), &given.pass_code, now))?;
    Ok(complete(tenant, &given.state_token, &user, &session))
}

/// Tries a code; wrong ones count.
fn check(
    tenant: &Tenant,
    user: &User,
    given: &Code,
    code: impl FnOnce(&mut crate::org::state::State, okta_types::UnixTime) -> CodeCheck,
) -> Result<(), Box<HttpResponse>> {
    if given.pass_code.is_empty() {
        let causes = ["passCode: The field cannot be left blank".to_owned()];
        let summary = "Api validation failed: passCode";
        return Err(Box::new(okta_error::respond_with(
            StatusCode::BAD_REQUEST,
            "E0000001",
            summary,
            &causes,
        )));
    }
    let now = tenant.now();
    let mut state = tenant.state();
    let attempt = state.lockouts.begin(&user.id, Guess::SecondFactor, now);
    let checked = if attempt == Attempt::LockedOut { CodeCheck::Wrong } else { code(&mut state, now) };
    if checked == CodeCheck::Good {
        state.lockouts.succeed(&user.id, Guess::SecondFactor);
        return Ok(());
    }
    drop(state);
    let about = About { actor: Some(&user.login), client_id: None };
    crate::endpoints::sign_in::record_failure(tenant, "user.authentication.auth_via_mfa", attempt, about);
    Err(if checked == CodeCheck::Used { used_code() } else { wrong_code() })
}

/// Both are proved: the session has two factors.
fn complete(tenant: &Tenant, token: &str, user: &User, session: &Session) -> HttpResponse {
    let now = tenant.now();
    tenant.state().transactions.end(token, now);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record("user.authentication.auth_via_mfa", Outcome::Success, about);
    succeeded(tenant, user, session.with_second_factor(FactorMethod::Totp, now))
}

/// For who has no factor and needs one.
pub(super) async fn enroll(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = read::<Enrollment>(&request, &body).and_then(|given| begin_enrollment(&tenant, &given));
    answered(&tenant, &request, done)
}

fn begin_enrollment(tenant: &Tenant, given: &Enrollment) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::FactorEnroll(session) = transaction.stage else { return Err(wrong_state()) };
    let provider = match (given.factor_type.as_str(), given.provider.as_str()) {
        ("token:software:totp", "OKTA") => Provider::Okta,
        ("token:software:totp", "GOOGLE") => Provider::Google,
        _ => {
            let causes = ["factorType: This org enrolls 'token:software:totp' of OKTA or GOOGLE.".to_owned()];
            let summary = "Api validation failed: factorType";
            return Err(Box::new(okta_error::respond_with(
                StatusCode::BAD_REQUEST,
                "E0000001",
                summary,
                &causes,
            )));
        }
    };
    let now = tenant.now();
    let factor = Factor::totp(provider, now);
    let stage = Stage::FactorActivate(session, factor.id.clone());
    let mut state = tenant.state();
    state.transactions.go_on(&given.state_token, stage.clone(), now);
    let user = state.directory.user_mut(&user.id).ok_or_else(invalid_token)?;
    user.factors.retain(|factor| factor.active);
    user.factors.push(factor);
    let user = user.clone();
    drop(state);
    Ok(shape::show(tenant, &given.state_token, &stage, &user))
}

/// Takes the first code of the factor that was enrolled.
pub(super) async fn activate(
    tenant: Data<Tenant>,
    request: HttpRequest,
    factor: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let done = read::<Code>(&request, &body).and_then(|given| finish_enrollment(&tenant, &factor, &given));
    answered(&tenant, &request, done)
}

fn finish_enrollment(tenant: &Tenant, factor: &str, given: &Code) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::FactorActivate(session, id) = transaction.stage else { return Err(wrong_state()) };
    let waiting = user.factors.iter().find(|known| known.id == id && !known.active);
    let secret = waiting.and_then(Factor::secret).filter(|_| id == factor);
    let secret = secret.ok_or_else(|| no_factor(factor))?;
    check(tenant, &user, given, |state, now| match secret.step_of(&given.pass_code, now) {
        Some(step) => state.use_step(id.clone(), step),
        None => CodeCheck::Wrong,
    })?;
    let now = tenant.now();
    let mut state = tenant.state();
    let known = state.directory.user_mut(&user.id).into_iter().flat_map(|user| &mut user.factors);
    for factor in known.filter(|factor| factor.id == id) {
        (factor.active, factor.updated_at) = (true, now);
    }
    drop(state);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record("user.mfa.factor.activate", Outcome::Success, about);
    Ok(complete(tenant, &given.state_token, &user, &session))
}

/// Back to the choice of a factor.
pub(super) async fn previous(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = read::<StateToken>(&request, &body).and_then(|given| back(&tenant, &given.state_token));
    answered(&tenant, &request, done)
}

fn back(tenant: &Tenant, token: &str) -> Answered {
    let (transaction, user) = look(tenant, token)?;
    let Stage::FactorActivate(session, id) = transaction.stage else { return Err(wrong_state()) };
    let stage = Stage::FactorEnroll(session);
    let mut state = tenant.state();
    state.transactions.go_on(token, stage.clone(), tenant.now());
    if let Some(user) = state.directory.user_mut(&user.id) {
        user.factors.retain(|factor| factor.id != id || factor.active);
    }
    drop(state);
    Ok(shape::show(tenant, token, &stage, &user))
}

fn no_factor(id: &str) -> Box<HttpResponse> {
    let summary = format!("Not found: Resource not found: {id} (UserFactor)");
    Box::new(okta_error::respond(StatusCode::NOT_FOUND, "E0000007", &summary))
}

fn wrong_code() -> Box<HttpResponse> {
    let causes = ["Your passcode doesn't match our records. Please try again.".to_owned()];
    let summary = "Invalid Passcode/Answer";
    Box::new(okta_error::respond_with(StatusCode::FORBIDDEN, "E0000068", summary, &causes))
}

fn used_code() -> Box<HttpResponse> {
    let summary = "Each code can only be used once. Please wait for a new code and try again.";
    Box::new(okta_error::respond(StatusCode::FORBIDDEN, "E0000082", summary))
}
