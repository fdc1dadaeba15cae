//! The answers to the page of somebody's settings.

use actix_web::{HttpRequest, HttpResponse, web};

use super::gate::person;
use super::page::go_to;
use crate::endpoints::account::submission::{Submission, expired, take};
use crate::endpoints::{account_step, dashboard, passkeys};
use crate::org::account::{AccountPage, NewPassword, Occasion, Settings, SettingsNotice};
use crate::org::factor::FactorKind;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::parameters::Parameters;
use crate::paths;

/// A form of the page, and whose it is.
struct Form {
    settings: Settings,
    user: User,
    device: String,
    form: Parameters,
}

/// Takes a form: once, from the browser that was shown the page, while the same person is signed in there.
fn taken(tenant: &Tenant, request: &HttpRequest, body: &[u8]) -> Result<Form, Box<HttpResponse>> {
    let Submission { page, device, form, .. } = take(tenant, request, body)?;
    let AccountPage::Settings(settings) = page else { return Err(Box::new(expired())) };
    match person(tenant, &mut tenant.state(), request).filter(|(_, user)| user.id == settings.user_id) {
        Some((_, user)) => Ok(Form { settings, user, device, form }),
        None => Err(Box::new(dashboard::sign_in_again(tenant, paths::SETTINGS))),
    }
}

/// To the page that asks for a new password, and for the present one.
pub(super) async fn change_password(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Form { user, device, .. } = match taken(&tenant, &request, &body) {
        Ok(form) => form,
        Err(answered) => return *answered,
    };
    let page = AccountPage::NewPassword(NewPassword {
        user_id: user.id,
        token: None,
        occasion: Occasion::Chosen,
        asks_question: false,
        // Their session stays as it is.
        is_kept: false,
        problems: Vec::new(),
    });
    account_step::go_to(&tenant, &mut tenant.state(), page, None, &device)
}

/// Registers a passkey.
pub(super) async fn add_passkey(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Form { settings, user, device, form } = match taken(&tenant, &request, &body) {
        Ok(form) => form,
        Err(answered) => return *answered,
    };
    let answer = form.get("credential").unwrap_or_default();
    let mut state = tenant.state();
    let is_on = state.directory.authenticators.passkeys;
    let added =
        is_on && passkeys::register(&tenant, &mut state, &user.id, settings.ceremony.as_deref(), answer);
    let notice = if added { SettingsNotice::PasskeyAdded } else { SettingsNotice::PasskeyRefused };
    again(&tenant, &mut state, &user.id, notice, &device)
}

/// Removes one of their passkeys.
pub(super) async fn remove_passkey(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Form { user, device, form, .. } = match taken(&tenant, &request, &body) {
        Ok(form) => form,
        Err(answered) => return *answered,
    };
    let id = form.get("factor").unwrap_or_default();
    let mut state = tenant.state();
    if let Some(known) = state.directory.user_mut(&user.id) {
        let before = known.factors.len();
        known.factors.retain(|factor| factor.id != id || !matches!(factor.kind, FactorKind::Passkey { .. }));
        if known.factors.len() < before {
            passkeys::record(&tenant, "user.mfa.factor.deactivate", known);
        }
    }
    again(&tenant, &mut state, &user.id, SettingsNotice::PasskeyRemoved, &device)
}

/// The page as it is now, with what there is to say.
fn again(
    tenant: &Tenant,
    state: &mut State,
    user_id: &str,
    notice: SettingsNotice,
    device: &str,
) -> HttpResponse {
    match state.directory.user(user_id).cloned() {
        Some(user) => go_to(tenant, state, &user, Some(notice), device),
        None => expired(),
    }
}
