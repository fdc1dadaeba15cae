//! Where somebody goes on who has a password now: to the sign-in that they began in this browser, or else to their app,
//! which begins one (its *Initiate login URI*, with the org's address as `iss`, as a click on its tile does it, and with what
//! has happened as hints).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Form;

use crate::endpoints::{answer, sign_in};
use crate::org::account::{Beginning, Occasion};
use crate::org::return_address::with_query;
use crate::org::session::Session;
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::paths;
use crate::unverified::{ACTIVATION_HINT, PASSWORD_RECOVERY_HINT};

/// Somebody who has a password now.
#[derive(Clone, Copy)]
pub(super) struct Newcomer<'a> {
    pub(super) user: &'a User,
    /// What an app that begins a sign-in is told of it: see [`type_hint`].
    pub(super) occasion: Occasion,
    /// Whether they want to stay signed in.
    pub(super) is_kept: bool,
}

/// Signs somebody in who chose a password just now, and sends the browser on.
pub(super) fn sign_in(
    tenant: &Tenant,
    request: &HttpRequest,
    beginning: Option<&Beginning>,
    device: &str,
    newcomer: Newcomer<'_>,
) -> HttpResponse {
    let now = tenant.now();
    let session = Session::by_password(newcomer.user.id.clone(), now);
    let session = if newcomer.is_kept { session.kept(now) } else { session };
    let mut state = tenant.state();
    if let Some(asked) = beginning.and_then(|beginning| beginning.request_in(device, now)) {
        return sign_in::by_first_page(tenant, &mut state, request, asked, device, session);
    }
    let location = initiated(tenant, &state.directory, beginning, newcomer);
    let mut response = answer::redirect(StatusCode::SEE_OTHER, &location);
    // Where the org asks everybody for a second factor, the sign-in that the app begins asks for it, and for the password.
    if !state.directory.second_factor {
        let client_id = beginning.map(Beginning::client_id);
        let cookie = sign_in::open(tenant, &mut state, request, &session, client_id);
        // A cookie made of base64url is always one.
        let _ = response.add_cookie(&cookie);
    }
    response
}

/// The app that somebody came from, or the first of theirs, begins a sign-in; who has none goes to the dashboard.
fn initiated(
    tenant: &Tenant,
    directory: &Directory,
    beginning: Option<&Beginning>,
    newcomer: Newcomer<'_>,
) -> String {
    let Newcomer { user, occasion, .. } = newcomer;
    let Some(uri) = initiate_login_uri(directory, beginning, user) else {
        return format!("{}{}", tenant.base_url, paths::DASHBOARD);
    };
    let session_hint = if directory.second_factor { "UNAUTHENTICATED" } else { "AUTHENTICATED" };
    let asked = Form::new()
        .with("iss", &tenant.base_url)
        .with("type_hint", type_hint(occasion))
        .with("session_hint", session_hint)
        .with("login_hint", &user.login);
    with_query(uri, &asked)
}

fn type_hint(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Reset | Occasion::Expired(_) | Occasion::Chosen => PASSWORD_RECOVERY_HINT,
        Occasion::Activation => ACTIVATION_HINT,
    }
}

/// The address at which the app begins a sign-in.
pub(super) fn initiate_login_uri<'a>(
    directory: &'a Directory,
    beginning: Option<&Beginning>,
    user: &User,
) -> Option<&'a str> {
    let client = match beginning {
        Some(beginning) => directory.client(beginning.client_id()),
        None => directory
            .active_clients()
            .find(|client| client.app.initiate_login_uri.is_some() && directory.may_use(client, user)),
    };
    client?.app.initiate_login_uri.as_deref()
}
