//! What shall be asked for in place of what the page asks for. Who chooses a mail is sent one, each time.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::Form;

use super::second_factor::was_proved_elsewhere;
use super::submission::{Submission, again, take};
use crate::endpoints::steps::{self, Step};
use crate::fingerprint::Fingerprint;
use crate::mail::Letter;
use crate::org::factor_method::FactorMethod;
use crate::org::return_address::with_query;
use crate::org::sign_in::{FactorNotice, Stage, Verification};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::User;
use crate::pages::second_factor::FOLLOWED;
use crate::paths;
use crate::system_log::{Outcome, Target};

/// Takes the form.
pub(in crate::endpoints) async fn select_factor(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let Stage::SecondFactor(verification) = &submission.stage else {
        return again(&tenant, &submission.asked);
    };
    let mut state = tenant.state();
    if submission.form.get("method") == Some(FOLLOWED) {
        return after_the_link(&tenant, &mut state, &request, &submission, verification);
    }
    let chosen = submission.form.get("method").and_then(FactorMethod::parse);
    let Some(user) = state.directory.user(&verification.session.user_id).cloned() else {
        return again(&tenant, &submission.asked);
    };
    let methods = state.directory.methods_for(submission.asked.assurance, &user);
    let Some(by) = chosen.filter(|method| methods.contains(method)) else {
        return again(&tenant, &submission.asked);
    };
    // Wrong codes count on: nobody gets more guesses by asking for another mail.
    let verification = Verification { by, notice: None, ..verification.clone() };
    let verification = match by {
        FactorMethod::Email => mailed(&tenant, &mut state, &submission, &user, verification),
        FactorMethod::Totp | FactorMethod::Passkey => verification,
    };
    let step = Step::Ask(Stage::SecondFactor(verification));
    steps::go_on(&tenant, &mut state, &submission.asked, step, &submission.device)
}

/// On with the sign-in, where the link of the mail was followed in another tab of this browser.
fn after_the_link(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    submission: &Submission,
    verification: &Verification,
) -> HttpResponse {
    if was_proved_elsewhere(tenant, state, request, verification) {
        return again(tenant, &submission.asked);
    }
    let notice = Some(FactorNotice::NotFollowed);
    let step = Step::Ask(Stage::SecondFactor(Verification { notice, ..verification.clone() }));
    steps::go_on(tenant, state, &submission.asked, step, &submission.device)
}

/// Sends a mail, unless there were too many.
fn mailed(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    user: &User,
    verification: Verification,
) -> Verification {
    let now = tenant.now();
    if !state.accounts.mail_limit.take_challenge(&user.id, now) {
        return Verification { notice: Some(FactorNotice::TooManyMails), ..verification };
    }
    let (asked, session) = (Arc::clone(&submission.asked), verification.session.clone());
    let (token, code) = state.mail_challenges.begin(asked, session, &submission.device, now);
    let link = format!("{}{}/{}", tenant.base_url, paths::MAIL_CHALLENGE, submission.asked.client_id);
    let link = with_query(&link, &Form::new().with("token", &token));
    let letter = Letter::Challenge.to(&user.email, &user.login, now).with_link(link).with_code(&code);
    let target = Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) };
    let about = About { actor: Some(&user.login), client_id: Some(&submission.asked.client_id) };
    let event = "system.email.send_factor_verify_message";
    tenant.record_with(event, Outcome::Success, about, vec![target], Vec::new());
    tenant.outbox.send(letter);
    Verification { mailed: Some(Fingerprint::of(&token)), ..verification }
}
