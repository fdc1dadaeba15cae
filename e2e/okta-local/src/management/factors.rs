//! `/api/v1/users/{id}/factors`: authenticator apps and a security question, enrolled, activated, verified. Sign-ins ask
//! for codes of authenticator apps only; the question is kept for this API.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, no_content};
use super::body::read;
use super::factor_shapes::{QUESTIONS, catalog, seeded, show};
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::factor::{Factor, FactorKind, Provider};
use crate::org::lockout::{self, Attempt};
use crate::org::second_factor::{CodeCheck, seeded_id};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::{User, UserStatus};
use crate::system_log::Outcome;

/// What Okta calls a factor in its refusals.
const FACTOR: &str = "UserFactor";

const WRONG_CODE: &str = "Your passcode doesn't match our records. Please try again.";
const WRONG_ANSWER: &str = "Your answer doesn't match our records. Please try again.";

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = "/users/{id}/factors";
    config
        .service(at(base).route(web::get().to(list)).route(web::post().to(enroll)))
        .service(at(&format!("{base}/catalog")).route(web::get().to(supported)))
        .service(at(&format!("{base}/questions")).route(web::get().to(questions)))
        .service(
            at(&format!("{base}/{{factor}}"))
                .route(web::get().to(get))
                .route(web::put().to(update))
                .route(web::delete().to(unenroll)),
        )
        .service(at(&format!("{base}/{{factor}}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{base}/{{factor}}/verify")).route(web::post().to(verify)));
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FactorBody {
    factor_type: String,
    provider: String,
    profile: ProfileBody,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileBody {
    question: String,
    answer: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ProofBody {
    pass_code: String,
    answer: String,
}

impl ProfileBody {
    /// The question's key and the answer as it is compared.
    fn check(&self) -> Result<(String, String), Refusal> {
        if !QUESTIONS.iter().any(|(key, _)| *key == self.question) {
            let cause = format!("question: There is no question '{}'.", self.question);
            return Err(Refusal::invalid("question", cause));
        }
        let answer = self.answer.trim().to_lowercase();
        if answer.chars().count() < 4 {
            let cause = "answer: The security question answer must be at least 4 characters in length";
            return Err(Refusal::invalid("answer", cause));
        }
        Ok((self.question.clone(), answer))
    }
}

async fn list(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let user = lookup::user(&state.directory, &id)?;
    let enrolled = user.factors.iter().map(|factor| show(&tenant, user, factor));
    let all: Vec<_> = seeded(&tenant, user).into_iter().chain(enrolled).collect();
    Ok(HttpResponse::Ok().json(all))
}

async fn supported(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(catalog(&tenant, lookup::user(&state.directory, &id)?)))
}

async fn questions(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    lookup::user(&tenant.state().directory, &id)?;
    let shown = QUESTIONS.map(|(key, text)| json!({"question": key, "questionText": text}));
    Ok(HttpResponse::Ok().json(shown))
}

/// An authenticator app waits for its first code; a question counts immediately.
async fn enroll(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: FactorBody = read(&body)?;
    let user = changeable(&tenant, &id)?;
    let now = tenant.now();
    let factor = match (body.factor_type.as_str(), body.provider.as_str()) {
        ("token:software:totp", "OKTA") => Factor::totp(Provider::Okta, now),
        ("token:software:totp", "GOOGLE") => Factor::totp(Provider::Google, now),
        ("question", "OKTA") => {
            let (question, answer) = body.profile.check()?;
            Factor::question(question, tenant.hash(Some(answer)).await, now)
        }
        _ => {
            let cause =
                "factorType: This org enrolls 'token:software:totp' of OKTA or GOOGLE, and 'question'.";
            return Err(Refusal::invalid("factorType", cause));
        }
    };
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &user.id)?;
    if has_active(user, &factor) {
        let cause = "A factor of this type is already set up.";
        return Err(Refusal::invalid("factorEnrollRequest", cause));
    }
    // One that still waits for its first code gives way to another.
    user.factors.retain(|known| !is_same(known, &factor));
    if factor.active {
        tenant.record_change("user.mfa.factor.activate", vec![targets::user(user)]);
    }
    let shown = show(&tenant, user, &factor);
    user.factors.push(factor);
    Ok(HttpResponse::Ok().json(shown))
}

/// Somebody who is not gone.
fn changeable(tenant: &Tenant, id: &str) -> Result<User, Refusal> {
    let user = lookup::user(&tenant.state().directory, id)?.clone();
    if user.status == UserStatus::Deprovisioned { Err(Refusal::WrongStatus) } else { Ok(user) }
}

fn has_active(user: &User, factor: &Factor) -> bool {
    let is_googles = matches!(factor.kind, FactorKind::Totp { provider: Provider::Google, .. });
    user.factors.iter().any(|known| known.active && is_same(known, factor))
        || is_googles && user.totp.is_some()
}

/// Whether both are of one type and provider.
fn is_same(one: &Factor, other: &Factor) -> bool {
    match (&one.kind, &other.kind) {
        (FactorKind::Totp { provider: one, .. }, FactorKind::Totp { provider: other, .. }) => one == other,
        (FactorKind::Question { .. }, FactorKind::Question { .. }) => true,
        _ => false,
    }
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let state = tenant.state();
    let user = lookup::user(&state.directory, &path.0)?;
    if let Some(shown) = seeded(&tenant, user).filter(|_| seeded_id(user) == path.1) {
        return Ok(HttpResponse::Ok().json(shown));
    }
    Ok(HttpResponse::Ok().json(show(&tenant, user, find(user, &path.1)?)))
}

/// Another question, or another answer.
async fn update(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let body: FactorBody = read(&body)?;
    let user = changeable(&tenant, &path.0)?;
    if !matches!(find(&user, &path.1)?.kind, FactorKind::Question { .. }) {
        return Err(Refusal::invalid("factorType", "factorType: Only a question can be changed."));
    }
    let (question, answer) = body.profile.check()?;
    let answer = tenant.hash(Some(answer)).await;
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &user.id)?;
    let factor = find_mut(user, &path.1)?;
    (factor.kind, factor.updated_at) = (FactorKind::Question { question, answer }, now);
    let factor = factor.clone();
    tenant.record_change("user.mfa.factor.update", vec![targets::user(user)]);
    Ok(HttpResponse::Ok().json(show(&tenant, user, &factor)))
}

async fn unenroll(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let id = changeable(&tenant, &path.0)?.id;
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    if user.totp.is_some() && seeded_id(user) == path.1 {
        user.totp = None;
    } else {
        find(user, &path.1)?;
        user.factors.retain(|factor| factor.id != path.1);
    }
    tenant.record_change("user.mfa.factor.deactivate", vec![targets::user(user)]);
    Ok(no_content())
}

/// By a code, which shows that the secret was taken over.
async fn activate(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let body: ProofBody = if body.is_empty() { ProofBody::default() } else { read(&body)? };
    let id = changeable(&tenant, &path.0)?.id;
    let now = tenant.now();
    let mut state = tenant.state();
    let factor = find(lookup::user(&state.directory, &id)?, &path.1)?;
    let Some(secret) = factor.secret().filter(|_| !factor.active) else {
        return Err(Refusal::invalid("factor", "factor: It is not pending activation."));
    };
    let step = secret.step_of(&body.pass_code, now);
    let attempt = state.lockouts.begin(&id, lockout::Guess::SecondFactor, now);
    let Some(step) = step.filter(|_| attempt != Attempt::LockedOut) else {
        return Err(Refusal::InvalidPasscode(WRONG_CODE));
    };
    state.lockouts.succeed(&id, lockout::Guess::SecondFactor);
    state.use_step(path.1.clone(), step);
    let user = lookup::user_mut(&mut state, &id)?;
    let factor = find_mut(user, &path.1)?;
    (factor.active, factor.updated_at) = (true, now);
    let factor = factor.clone();
    tenant.record_change("user.mfa.factor.activate", vec![targets::user(user)]);
    Ok(HttpResponse::Ok().json(show(&tenant, user, &factor)))
}

/// A code or an answer; wrong ones count, as they do at a sign-in.
async fn verify(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let body: ProofBody = if body.is_empty() { ProofBody::default() } else { read(&body)? };
    let user = lookup::user(&tenant.state().directory, &path.0)?.clone();
    let is_seeded = user.totp.is_some() && seeded_id(&user) == path.1;
    let factor = if is_seeded { None } else { Some(find(&user, &path.1)?) };
    let answered = match factor.map(|factor| factor.kind.clone()) {
        Some(FactorKind::Question { answer, .. }) => {
            let given = body.answer.trim().to_lowercase();
            Some(web::block(move || answer.matches(&given)).await.unwrap_or(false))
        }
        _ => None,
    };
    let mut state = tenant.state();
    let checked = prove(&tenant, &mut state, &user, answered, |state| {
        state.try_code(&user.id, Some(&path.1), &body.pass_code, tenant.now())
    });
    match checked {
        CodeCheck::Good => Ok(HttpResponse::Ok().json(json!({"factorResult": "SUCCESS"}))),
        CodeCheck::Used => Err(Refusal::PasscodeReplayed),
        CodeCheck::Wrong if answered.is_some() => Err(Refusal::InvalidPasscode(WRONG_ANSWER)),
        CodeCheck::Wrong => Err(Refusal::InvalidPasscode(WRONG_CODE)),
    }
}

fn prove(
    tenant: &Tenant,
    state: &mut State,
    user: &User,
    answered: Option<bool>,
    code: impl FnOnce(&mut State) -> CodeCheck,
) -> CodeCheck {
    let about = About { actor: Some(&user.login), client_id: None };
    let attempt = state.lockouts.begin(&user.id, lockout::Guess::SecondFactor, tenant.now());
    let checked = match answered {
        _ if attempt == Attempt::LockedOut => CodeCheck::Wrong,
        Some(true) => CodeCheck::Good,
        Some(false) => CodeCheck::Wrong,
        None => code(state),
    };
    let outcome = match checked {
        CodeCheck::Good => {
            state.lockouts.succeed(&user.id, lockout::Guess::SecondFactor);
            Outcome::Success
        }
        _ => Outcome::Failure("INVALID_CREDENTIALS".to_owned()),
    };
    tenant.record("user.authentication.auth_via_mfa", outcome, about);
    checked
}

fn find<'a>(user: &'a User, id: &str) -> Result<&'a Factor, Refusal> {
    user.factors.iter().find(|factor| factor.id == id).ok_or_else(|| Refusal::not_found(id, FACTOR))
}

fn find_mut<'a>(user: &'a mut User, id: &str) -> Result<&'a mut Factor, Refusal> {
    user.factors.iter_mut().find(|factor| factor.id == id).ok_or_else(|| Refusal::not_found(id, FACTOR))
}
