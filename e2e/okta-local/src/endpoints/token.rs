//! `/token`: codes and refresh tokens into tokens (RFC 6749 §4.1.3, §6), checks in Okta's order.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{
    AccessClaims, AccessToken, AuthScheme, Confirmation, IdClaims, IdToken, RefreshToken, Scopes, Thumbprint,
    TokenResponse, UnixTime, at_hash,
};

use serde::Serialize;
use serde_json::{Map, Value};

use super::server_id::ServerId;
use super::{answer, client, grant_log, service_token, token_proof};
use crate::catalogue::{Code, Refusal};
use crate::cors;
use crate::counters::Endpoint;
use crate::grants::{FamilyId, Grant, Redemption, RefreshRefusal};
use crate::org::app_kind::GrantType;
use crate::org::authorization_server::ORG_SERVER;
use crate::org::client::Client;
use crate::org::policy::Lifetimes;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;
use crate::signing::KeyRing;
use crate::system_log::{Outcome, event_of};
use crate::tokens::Issuance;
use crate::unverified::RENEWED_ID_TOKEN_HAS_NONCE;

/// Says that tokens are not for search engines.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Exchanges a grant for tokens.
pub(super) async fn token(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Token);
    if !answer::has_server(&tenant.state(), &path) {
        return answer::no_such_server(&path);
    }
    let Some(form) = Parameters::from_form(&request, &body) else { return answer::wrong_media_type() };
    client::fetch_keys(&tenant, &form).await;
    let mut response = match exchange(&tenant, &path, &request, &form) {
        Ok(draft) => {
            let is_bound = draft.access.cnf.is_some();
            let mut issued = answer::json(StatusCode::OK, &draft.sign(&tenant.keys_of(&path), &path));
            issued.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex,nofollow"));
            if is_bound {
                token_proof::add_nonce(&tenant, &mut issued);
            }
            issued
        }
        Err(refusal) => {
            grant_log::refused(&tenant, &path, client::claimed_id(&request, &form), &refusal);
            let mut refused = answer::refusal_to(&request, &refusal);
            if refusal.code() == Code::UseDpopNonce {
                token_proof::add_nonce(&tenant, &mut refused);
            }
            refused
        }
    };
    cors::share_with_client(&tenant, &request, client::claimed_id(&request, &form), &mut response);
    response
}

fn exchange(
    tenant: &Tenant,
    server_id: &str,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<Draft, Refusal> {
    if form.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    let client = client::authenticate(tenant, server_id, &tenant.state().directory, request, form)?.clone();
    let grant_type = grant_type(&client, form)?;
    tenant.counters.count_grant(grant_type);
    let origin = cors::origin(request);
    if origin.is_some_and(|origin| !client.may_be_called_from(origin)) {
        return Err(Code::IllegalOriginBrowserRequest.into());
    }
    let from_a_page = origin.is_some();
    // Before a code or a refresh token is looked at: a bad proof uses neither up.
    let key = token_proof::key(tenant, request, &client, grant_type, form)?;
    let call = Call { tenant, server_id, client: &client, form, from_a_page, key, now: tenant.now() };
    let mut state = tenant.state();
    match grant_type {
        GrantType::AuthorizationCode => call.redeem(&mut state),
        GrantType::RefreshToken => call.renew(&mut state),
        GrantType::ClientCredentials => call.serve(&state),
    }
}

fn grant_type(client: &Client, form: &Parameters) -> Result<GrantType, Refusal> {
    let text =
        form.get("grant_type").ok_or_else(|| Code::TokenRequestMissingGrantType.with(client.grant_list()))?;
    let grant = GrantType::parse(text).ok_or_else(|| Code::UnsupportedGrantType.with(client.grant_list()))?;
    if client.grant_types.contains(&grant) {
        Ok(grant)
    } else {
        Err(Code::UnauthorizedClient.with(client.grant_list()))
    }
}

/// A token request whose client is known.
struct Call<'a> {
    tenant: &'a Tenant,
    server_id: &'a str,
    client: &'a Client,
    form: &'a Parameters,
    /// Whether a browser sent it for a page.
    from_a_page: bool,
    /// The key that the tokens are bound to; none: they are bearer tokens.
    key: Option<Thumbprint>,
    now: UnixTime,
}

impl Call<'_> {
    fn redeem(&self, state: &mut State) -> Result<Draft, Refusal> {
        let shown = Redemption {
            code: self.required("code")?,
            server_id: self.server_id,
            client_id: &self.client.id,
            redirect_uri: self.form.get("redirect_uri"),
            verifier: self.form.get("code_verifier"),
        };
        let redeemed = state.grants.redeem(shown, self.now);
        let (family, grant) = redeemed.map_err(|refusal| self.to_a_page(refusal))?;
        self.bind(state, &family);
        let lifetimes = self.permit(state, &grant, GrantType::AuthorizationCode, &grant.scopes)?;
        let with_refresh = grant.scopes.contains("offline_access")
            && self.client.grant_types.contains(&GrantType::RefreshToken);
        let refresh = with_refresh.then(|| state.grants.issue_refresh(&family, lifetimes, self.now));
        let nonce = grant.nonce.clone();
        self.draft(state, Granted { family, scopes: grant.scopes.clone(), grant, lifetimes, refresh, nonce })
    }

    fn renew(&self, state: &mut State) -> Result<Draft, Refusal> {
        let token = self.required("refresh_token")?;
        let grace = self.client.leeway;
        let found = state.grants.find_refresh(token, grace, self.now);
        let (family, grant) = found.map_err(|refusal| self.report(state, refusal))?;
        if grant.server_id != self.server_id {
            return Err(Code::MismatchedAuthorizationServer.into());
        }
        if grant.client_id != self.client.id {
            return Err(Code::MismatchedClient.into());
        }
        let scopes = self.narrowed(&grant.scopes)?;
        let lifetimes = self.permit(state, &grant, GrantType::RefreshToken, &scopes)?;
        self.bind(state, &family);
        let refresh = Some(self.next_refresh(state, token, &family, lifetimes));
        let nonce = grant.nonce.clone().filter(|_| RENEWED_ID_TOKEN_HAS_NONCE);
        self.draft(state, Granted { family, scopes, grant, lifetimes, refresh, nonce })
    }

    /// All that comes of one authorization is bound to one key.
    fn bind(&self, state: &mut State, family: &str) {
        if let Some(key) = &self.key {
            state.grants.bind(family, key);
        }
    }

    fn confirmation(&self) -> Option<Confirmation> {
        self.key.clone().map(|jkt| Confirmation { jkt })
    }

    fn next_refresh(
        &self,
        state: &mut State,
        token: &str,
        family: &FamilyId,
        lifetimes: Lifetimes,
    ) -> String {
        if self.client.rotates {
            return state.grants.rotate(token, family, lifetimes, self.now);
        }
        state.grants.prolong(token, family, lifetimes, self.now);
        token.to_owned()
    }

    /// A token for the client itself.
    fn serve(&self, state: &State) -> Result<Draft, Refusal> {
        let server = state.directory.server(self.server_id).ok_or(Code::ServerError)?;
        let (mut access, scopes) =
            service_token::claims(self.tenant, server, self.client, self.form, self.now)?;
        access.cnf = self.confirmation();
        Ok(Draft { access, id: None, refresh: None, scopes })
    }

    /// A browser's page that shows no verifier is told in words of its own.
    fn to_a_page(&self, refusal: Refusal) -> Refusal {
        match refusal.code() {
            Code::PkceMissingVerifier if self.from_a_page => Code::BrowserRequestWithoutPkce.into(),
            _ => refusal,
        }
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.form.get(name).ok_or_else(|| Code::MissingTokenRequestParameter.with(name))
    }

    /// A replay is an alarm, and looks to the caller like any other bad token.
    fn report(&self, state: &State, refusal: RefreshRefusal) -> Refusal {
        if let RefreshRefusal::Reused(grant) = refusal {
            let actor = state.directory.user(&grant.user_id).map(|user| user.login.as_str());
            let about = About { actor, client_id: Some(&grant.client_id) };
            let reason = Outcome::Failure("reused_refresh_token".to_owned());
            self.tenant.record(event_of(self.server_id, "app.oauth2.as.token.detect_reuse"), reason, about);
        }
        Code::InvalidRefreshToken.into()
    }

    /// The scopes of a renewal: those asked for, which must have been granted, or else all.
    fn narrowed(&self, granted: &Scopes) -> Result<Scopes, Refusal> {
        let Some(text) = self.form.get("scope") else { return Ok(granted.clone()) };
        let asked = Scopes::parse(text);
        if asked.is_empty() {
            return Err(Code::MissingScopes.into());
        }
        let denied: Vec<_> = asked.iter().filter(|scope| !granted.contains(scope)).collect();
        if denied.is_empty() { Ok(asked) } else { Err(Code::RefreshScopesDenied.with(denied.join(", "))) }
    }

    fn permit(
        &self,
        state: &State,
        grant: &Grant,
        grant_type: GrantType,
        scopes: &Scopes,
    ) -> Result<Lifetimes, Refusal> {
        let directory = &state.directory;
        let server = directory.server(&grant.server_id).ok_or(Code::ServerError)?;
        let user = directory.user(&grant.user_id).ok_or(Code::InvalidUserStatusError)?;
        if !self.tenant.limits.take_for(&user.id, self.now) {
            return Err(Code::UserRateLimited.into());
        }
        directory.permit(server, self.client, user, grant_type, scopes)
    }

    /// Writes down what will be signed once the lock is free, and that it was issued.
    fn draft(&self, state: &mut State, granted: Granted) -> Result<Draft, Refusal> {
        let directory = &state.directory;
        let user = directory.user(&granted.grant.user_id).ok_or(Code::InvalidUserStatusError)?;
        let issuer = self.tenant.issuer(self.server_id);
        let issuance = Issuance {
            issuer: &issuer,
            server: directory.server(self.server_id).ok_or(Code::ServerError)?,
            directory,
            user,
            grant: &granted.grant,
            scopes: &granted.scopes,
            refresh_family: granted.refresh.as_ref().map(|_| granted.family.as_str()),
            lifetimes: granted.lifetimes,
            now: self.now,
        };
        let access = AccessClaims { cnf: self.confirmation(), ..issuance.access_claims()? };
        let own = issuance.own_id_claims()?;
        let id = granted.scopes.contains("openid");
        let id = id.then(|| IdPayload { claims: issuance.id_claims(granted.nonce), own });
        let about = About { actor: Some(&user.login), client_id: Some(&self.client.id) };
        let asked = grant_log::Asked { form: self.form, client: self.client, scopes: &granted.scopes };
        let log = |event, targets| asked.record(self.tenant, self.server_id, event, about, targets);
        log("app.oauth2.as.token.grant.access_token", grant_log::targets(&access, issuance.server));
        if id.is_some() {
            log("app.oauth2.as.token.grant.id_token", Vec::new());
        }
        if granted.refresh.is_some() {
            log("app.oauth2.as.token.grant.refresh_token", Vec::new());
        }
        state.grants.record_access(&granted.family, access.jti.clone(), access.exp);
        Ok(Draft { access, id, refresh: granted.refresh, scopes: granted.scopes })
    }
}

/// What a request got.
struct Granted {
    family: FamilyId,
    grant: Arc<Grant>,
    scopes: Scopes,
    lifetimes: Lifetimes,
    refresh: Option<String>,
    nonce: Option<String>,
}

/// The claims of an ID token, and those that the server has of its own.
#[derive(Serialize)]
struct IdPayload {
    #[serde(flatten)]
    claims: IdClaims,
    #[serde(flatten)]
    own: Map<String, Value>,
}

/// An answer before its tokens are signed.
struct Draft {
    access: AccessClaims,
    id: Option<IdPayload>,
    refresh: Option<String>,
    scopes: Scopes,
}

impl Draft {
    /// Access tokens of the org's own server are signed with a key that is not published: they are opaque.
    fn sign(self, keys: &KeyRing, server_id: &str) -> TokenResponse {
        let access_token =
            if server_id == ORG_SERVER { keys.sign_opaque(&self.access) } else { keys.sign(&self.access) };
        let id_token = self.id.map(|payload| {
            let claims = IdClaims { at_hash: Some(at_hash(&access_token)), ..payload.claims };
            IdToken::new(keys.sign(&IdPayload { claims, ..payload }))
        });
        let scheme = if self.access.cnf.is_some() { AuthScheme::DPoP } else { AuthScheme::Bearer };
        TokenResponse {
            token_type: scheme.to_string(),
            expires_in: Some(self.access.exp.since(self.access.iat).as_secs()),
            access_token: AccessToken::new(access_token),
            scope: Some(self.scopes),
            refresh_token: self.refresh.map(RefreshToken::new),
            id_token,
        }
    }
}
