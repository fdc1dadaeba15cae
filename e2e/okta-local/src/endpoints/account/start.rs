//! From the sign-in page to a page about an account, with the sign-in kept in mind.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::expired;
use crate::endpoints::{account_step, cookies};
use crate::org::account::{AccountPage, Beginning, Given, RecoveryKind};
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::sign_in::{Stage, Waiting};
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// "Forgot password?"
pub(super) async fn forgot_password(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    begin(&tenant, &request, |_, _| Some(recover(RecoveryKind::Password)))
}

/// "Unlock account?"
pub(super) async fn unlock(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    begin(&tenant, &request, |_, _| Some(recover(RecoveryKind::Unlock)))
}

/// "Sign up", where the app allows it.
pub(super) async fn register(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    begin(&tenant, &request, |directory, asked| {
        let allows = directory.client(&asked.client_id).is_some_and(|client| client.app.sign_up);
        allows.then(|| AccountPage::SignUp { given: Given::default(), problems: Vec::new() })
    })
}

fn recover(kind: RecoveryKind) -> AccountPage {
    AccountPage::Recover { kind, was_refused: false }
}

/// The page is begun only by whoever has the sign-in page before them; that one stays good.
fn begin(
    tenant: &Tenant,
    request: &HttpRequest,
    page: impl FnOnce(&Directory, &AuthorizeRequest) -> Option<AccountPage>,
) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let token = query.get("stateToken").unwrap_or_default();
    let Some(device) = cookies::device(request) else { return expired() };
    let now = tenant.now();
    let mut state = tenant.state();
    let waiting = state.sign_ins.look(token, &device, now);
    let Some(Waiting { request: asked, stage: Stage::Password, .. }) = waiting else { return expired() };
    let Some(page) = page(&state.directory, &asked) else { return expired() };
    let beginning = Beginning::of(Arc::clone(&asked), &device, now);
    account_step::go_to(tenant, &mut state, page, Some(beginning), &device)
}
