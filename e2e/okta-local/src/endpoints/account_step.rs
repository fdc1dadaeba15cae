//! From one page about an account to the next, always by a redirect, so that a reload repeats nothing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::answer;
use crate::org::account::{AccountPage, Beginning};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::paths;

/// Sends the browser to a page, which is made here.
pub(super) fn go_to(
    tenant: &Tenant,
    state: &mut State,
    page: AccountPage,
    beginning: Option<Beginning>,
    device: &str,
) -> HttpResponse {
    let token = state.accounts.pages.begin(page, beginning, device, tenant.now());
    let location = format!("{}{}?stateToken={token}", tenant.base_url, paths::ACCOUNT);
    answer::redirect(StatusCode::SEE_OTHER, &location)
}
