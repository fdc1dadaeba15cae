//! Who may set something.

use actix_web::HttpRequest;

use crate::endpoints::{cookies, passkeys};
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::unverified::{DASHBOARD_CLIENT_ID, SETTINGS_MAX_AGE};

/// The person of the browser's session, where they proved lately all that they can.
pub(in crate::endpoints) fn person(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
) -> Option<(Session, User)> {
    let now = tenant.now();
    let session = state.sessions.find(&cookies::session(request)?, now)?;
    let user = state.directory.user(&session.user_id)?;
    let is_recent = now.since(session.auth_time) <= SETTINGS_MAX_AGE;
    let may = is_recent
        && state.directory.lets_in(DASHBOARD_CLIENT_ID, &session)
        && passkeys::has_proved_enough(state, &session, user);
    may.then(|| (session, user.clone()))
}
