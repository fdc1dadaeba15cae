//! Where the link of a mail leads that is a second factor: on with the sign-in, in the browser where it began. In another
//! browser it proves nothing and shows the code, for whoever has the sign-in before them (Okta's guide "Email Magic Links
//! overview", "Same device, same browser only").

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::factor_proved;
use super::submission::expired;
use crate::counters::Endpoint;
use crate::endpoints::cookies;
use crate::fingerprint::Fingerprint;
use crate::org::factor_method::FactorMethod;
use crate::org::tenant::{About, Tenant};
use crate::pages::mail_code::MailCodePage;
use crate::parameters::Parameters;
use crate::system_log::Outcome;

/// Follows the link.
pub(in crate::endpoints) async fn mail_link(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    client_id: web::Path<String>,
) -> HttpResponse {
    tenant.counters.count(Endpoint::SignIn);
    let query = Parameters::parse(request.query_string());
    let token = Fingerprint::of(query.get("token").unwrap_or_default());
    let now = tenant.now();
    let mut state = tenant.state();
    let challenge = state.mail_challenges.look(&token, now).cloned();
    let challenge = challenge.filter(|challenge| challenge.request.client_id == *client_id);
    let Some(challenge) = challenge else { return expired() };
    let client = state.directory.client(&client_id);
    let Some(device) = cookies::device(&request).filter(|device| challenge.is_in(device)) else {
        let app = client.map_or("", |client| client.app.label.as_str());
        return MailCodePage { app, code: &challenge.code }.respond();
    };
    // Who is locked out stays so, whichever way the code comes.
    if state.lockouts.holds(&challenge.session.user_id, now)
        || state.mail_challenges.take(&token, now).is_none()
    {
        return expired();
    }
    let actor = state.directory.user(&challenge.session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&client_id) };
    tenant.record("system.email.challenge_factor_redeemed", Outcome::Success, about);
    let (asked, session) = (Arc::clone(&challenge.request), challenge.session);
    factor_proved(&tenant, &mut state, &request, &asked, &device, &session, FactorMethod::Email)
}
