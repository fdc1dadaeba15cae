//! The page about an account that a browser was sent to.

use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::Form;

use super::destination::initiate_login_uri;
use super::submission::expired;
use crate::endpoints::{cookies, settings, steps};
use crate::org::account::{AccountPage, Beginning, NewPassword};
use crate::org::return_address::with_query;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::pages::account::code::CodePage;
use crate::pages::account::confirm::ConfirmPage;
use crate::pages::account::frame::Frame;
use crate::pages::account::new_password::NewPasswordPage;
use crate::pages::account::recover::RecoverPage;
use crate::pages::account::sign_up::SignUpPage;
use crate::pages::account::unlocked;
use crate::parameters::Parameters;

/// Shows the page that waits for an answer, after a redirect.
pub(super) async fn page(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let token = query.get("stateToken").unwrap_or_default();
    let Some(device) = cookies::device(&request) else { return expired() };
    let now = tenant.now();
    let mut state = tenant.state();
    let Some((page, beginning)) = state.accounts.pages.look(token, &device, now) else { return expired() };
    let asked = beginning.as_ref().and_then(|beginning| beginning.request_in(&device, now));
    let back = asked.map(|asked| steps::begin_again(&tenant, asked));
    let targets = targets(&tenant, &state, beginning.as_ref(), &page);
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let app = beginning.as_ref().and_then(|beginning| state.directory.client(beginning.client_id()));
    let app = app.map(|client| client.app.label.as_str());
    let app = app.map(str::to_owned);
    let to_app = app_address(&tenant, &state, beginning.as_ref()).filter(|_| back.is_none());
    let frame = Frame { app: app.as_deref(), state_token: token, back: back.as_deref(), targets: &targets };
    match &page {
        AccountPage::Settings(wanted) => settings::show(&tenant, &mut state, &request, wanted, &frame),
        page => show(&state, page, to_app.as_deref(), &frame),
    }
}

/// Where the app begins a sign-in that somebody came from in another browser.
fn app_address(tenant: &Tenant, state: &State, beginning: Option<&Beginning>) -> Option<String> {
    let uri = state.directory.client(beginning?.client_id())?.app.initiate_login_uri.as_deref()?;
    Some(with_query(uri, &Form::new().with("iss", &tenant.base_url)))
}

fn show(state: &State, page: &AccountPage, to_app: Option<&str>, frame: &Frame<'_>) -> HttpResponse {
    match page {
        AccountPage::Recover { kind, was_refused } => {
            RecoverPage { frame, kind: *kind, was_refused: *was_refused }.respond()
        }
        AccountPage::Code { of, name, failures, .. } => {
            CodePage { frame, of: *of, name, was_refused: *failures > 0 }.respond()
        }
        AccountPage::NewPassword(wanted) => match state.directory.user(&wanted.user_id) {
            Some(user) => new_password(state, wanted, user, frame),
            None => expired(),
        },
        AccountPage::Confirm { of, .. } => ConfirmPage { frame, of: *of }.respond(),
        AccountPage::SignUp { given, problems } => SignUpPage { frame, given, problems }.respond(),
        AccountPage::Unlocked => unlocked::respond(frame, to_app),
        // Shown to whoever is signed in, by the module of the settings.
        AccountPage::Settings(_) => expired(),
    }
}

fn new_password(state: &State, wanted: &NewPassword, user: &User, frame: &Frame<'_>) -> HttpResponse {
    let question = user.recovery.as_ref().filter(|_| wanted.asks_question);
    NewPasswordPage {
        frame,
        login: &user.login,
        occasion: wanted.occasion,
        question: question.map(|recovery| recovery.question.as_str()),
        offers_to_end_sessions: !state.directory.reset_ends_sessions,
        problems: &wanted.problems,
    }
    .respond()
}

/// Where the form may lead: this org, the app's callback and where it begins a sign-in.
fn targets(tenant: &Tenant, state: &State, beginning: Option<&Beginning>, page: &AccountPage) -> Vec<String> {
    let callback = beginning.map(|beginning| beginning.redirect_uri().to_owned());
    let user = match page {
        AccountPage::NewPassword(wanted) => state.directory.user(&wanted.user_id),
        _ => None,
    };
    let of_user = user.and_then(|user| initiate_login_uri(&state.directory, beginning, user));
    let of_app = || state.directory.client(beginning?.client_id())?.app.initiate_login_uri.as_deref();
    let initiate = of_user.or_else(of_app);
    std::iter::once(tenant.base_url.clone()).chain(callback).chain(initiate.map(str::to_owned)).collect()
}
