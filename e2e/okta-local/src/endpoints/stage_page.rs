//! Which page a stage of a sign-in shows.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::{cookies, stage_token, steps};
use crate::org::acr::Assurance;
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::session::Session;
use crate::org::sign_in::{Enrollment, Stage, Waiting};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::pages::consent::ConsentPage;
use crate::pages::enroll_passkey::EnrollPasskeyPage;
use crate::pages::second_factor::SecondFactorPage;
use crate::pages::sign_in::SignInPage;

/// Shows the page of a stage. Its state token is made here.
pub(super) fn begin(
    tenant: &Tenant,
    state: &mut State,
    asked: Arc<AuthorizeRequest>,
    stage: Stage,
    request: &HttpRequest,
) -> HttpResponse {
    let (device, new_device) = cookies::device_or_new(request);
    let (token, ceremony) = stage_token::begin(tenant, state, &asked, stage.clone(), &device);
    let waiting = Waiting { request: asked, stage, ceremony };
    let mut response = show(tenant, state, &waiting, &token, &device);
    if let Some(cookie) = new_device {
        // A cookie made of base64url is always one.
        let _ = response.add_cookie(&cookie);
    }
    response
}

/// The page of a stage, with a state token made before.
pub(super) fn show(
    tenant: &Tenant,
    state: &mut State,
    waiting: &Waiting,
    state_token: &str,
    device: &str,
) -> HttpResponse {
    let Waiting { request: asked, stage, ceremony } = waiting;
    let refused = state.sign_ins.take_refused(asked, device, tenant.now());
    let directory = &state.directory;
    let app = directory.client(&asked.client_id).map_or("", |client| client.app.label.as_str());
    let login = |session: &Session| directory.user(&session.user_id).map_or("", |user| user.login.as_str());
    let back = &asked.return_to.redirect_uri;
    let options = ceremony.as_ref().map(|ceremony| ceremony.options.as_str());
    match stage {
        Stage::Password => {
            let expected = || Some(directory.user(asked.expected_user.as_deref()?)?.login.as_str());
            let hint = asked.login_hint.as_deref().or_else(expected);
            let identifier = refused.as_deref().or(hint).unwrap_or_default();
            let sign_up = directory.client(&asked.client_id).is_some_and(|client| client.app.sign_up);
            let passkey = options.filter(|_| asked.assurance != Assurance::Password);
            let was_refused = refused.is_some();
            SignInPage { app, state_token, identifier, was_refused, sign_up, passkey }.respond(back)
        }
        Stage::SecondFactor(verification) => {
            let user = directory.user(&verification.session.user_id);
            SecondFactorPage {
                app,
                login: user.map_or("", |user| &user.login),
                email: user.map_or("", |user| &user.email),
                state_token,
                begin_again: &steps::begin_again(tenant, asked),
                by: verification.by,
                was_mailed: verification.mailed.is_some(),
                methods: &user.map(|user| directory.methods_for(asked.assurance, user)).unwrap_or_default(),
                passkey: options,
                notice: verification.notice,
            }
            .respond(back)
        }
        Stage::EnrollPasskey(Enrollment { session, demanded, was_refused }) => EnrollPasskeyPage {
            app,
            login: login(session),
            state_token,
            options: options.unwrap_or_default(),
            demanded: *demanded,
            was_refused: *was_refused,
        }
        .respond(back),
        Stage::Consent { session, scopes } => {
            let server = directory.server(&asked.server_id);
            let meaning = |scope| server.map_or("", |server| server.meaning_of(scope));
            let scopes: Vec<_> = scopes.iter().map(|scope| (scope.as_str(), meaning(scope))).collect();
            ConsentPage { app, login: login(session), state_token, scopes: &scopes }.respond(back)
        }
    }
}
