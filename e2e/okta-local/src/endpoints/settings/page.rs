//! The page of somebody's settings.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::gate::person;
use crate::endpoints::{account_step, cookies, dashboard};
use crate::org::account::{AccountPage, Settings, SettingsNotice};
use crate::org::ceremony::Ceremony;
use crate::org::factor::FactorKind;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::pages::account::frame::Frame;
use crate::pages::account::settings::{PasskeyEntry, SettingsPage};
use crate::paths;

/// Begins the page.
pub(super) async fn settings(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let mut state = tenant.state();
    let device = cookies::device(&request);
    match device.zip(person(&tenant, &mut state, &request)) {
        Some((device, (_, user))) => go_to(&tenant, &mut state, &user, None, &device),
        None => dashboard::sign_in_again(&tenant, paths::SETTINGS),
    }
}

/// Leads this person to the page.
pub(in crate::endpoints) fn go_to(
    tenant: &Tenant,
    state: &mut State,
    user: &User,
    notice: Option<SettingsNotice>,
    device: &str,
) -> HttpResponse {
    let is_on = state.directory.authenticators.passkeys;
    let ceremony = is_on.then(|| Ceremony::registration(&tenant.base_url, user)).flatten().map(Arc::new);
    let page = AccountPage::Settings(Settings { user_id: user.id.clone(), ceremony, notice });
    account_step::go_to(tenant, state, page, None, device)
}

/// Shows the page to the person that it is for.
pub(in crate::endpoints) fn show(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    settings: &Settings,
    frame: &Frame<'_>,
) -> HttpResponse {
    let found = person(tenant, state, request).filter(|(_, user)| user.id == settings.user_id);
    let Some((_, user)) = found else { return dashboard::sign_in_again(tenant, paths::SETTINGS) };
    let of_passkeys = user.factors.iter().filter(|factor| matches!(factor.kind, FactorKind::Passkey { .. }));
    let entry = |factor: &crate::org::factor::Factor| PasskeyEntry {
        id: factor.id.clone(),
        made_at: factor.created_at,
    };
    let passkeys: Vec<_> = of_passkeys.map(entry).collect();
    let options = settings.ceremony.as_ref().map(|ceremony| ceremony.options.as_str());
    SettingsPage { frame, login: &user.login, passkeys: &passkeys, options, notice: settings.notice }
        .respond()
}
