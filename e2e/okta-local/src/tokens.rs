//! What stands in tokens and in the UserInfo answer (claims of a custom authorization server).

use okta_types::{AccessClaims, Audience, IdClaims, Scopes, UnixTime, UserInfo};
use serde_json::{Map, Value, json};

use crate::catalogue::Refusal;
use crate::grants::Grant;
use crate::org::authorization_server::AuthorizationServer;
use crate::org::claim::{self, Claim, ClaimType, Subject};
use crate::org::policy::Lifetimes;
use crate::org::state::Directory;
use crate::org::user::User;
use crate::random;

/// How long ID tokens live, in seconds; fixed on custom authorization servers.
const ID_TOKEN_LIFETIME: std::time::Duration = std::time::Duration::from_secs(3600);

/// Whom and what tokens are about to be issued for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Issuance<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) server: &'a AuthorizationServer,
    pub(crate) directory: &'a Directory,
    pub(crate) user: &'a User,
    pub(crate) grant: &'a Grant,
    /// Those of this token; a renewal may ask for fewer than were granted.
    pub(crate) scopes: &'a Scopes,
    /// The family, where a refresh token is issued beside.
    pub(crate) refresh_family: Option<&'a str>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) now: UnixTime,
}

impl Issuance<'_> {
    /// The claims of an access token. `sub` is the login, `uid` the id.
    ///
    /// # Errors
    /// A custom claim that cannot be put in.
    pub(crate) fn access_claims(&self) -> Result<AccessClaims, Refusal> {
        let mut claims = AccessClaims {
            ver: Some(1),
            jti: self.access_jti(),
            iss: self.issuer.to_owned(),
            aud: Audience::One(self.server.audience.clone()),
            iat: self.now,
            exp: self.now + self.lifetimes.access_token,
            cnf: None,
            nbf: None,
            acr: self.grant.acr.clone(),
            cid: self.grant.client_id.clone(),
            uid: Some(self.user.id.clone()),
            scp: self.scopes.iter().map(str::to_owned).collect(),
            auth_time: Some(self.grant.auth_time),
            sub: self.user.login.clone(),
            groups: None,
            other: Map::new(),
        };
        self.add_custom_claims(&mut claims)?;
        Ok(claims)
    }

    /// The claims of an ID token issued beside an access token: the few that Okta marks "always", the
    /// rest is at `/userinfo`. `sub` is the id. The caller adds `at_hash`.
    pub(crate) fn id_claims(&self, nonce: Option<String>) -> IdClaims {
        let with = |scope, value: String| self.scopes.contains(scope).then_some(value);
        IdClaims {
            sub: self.user.id.clone(),
            name: with("profile", self.user.name()),
            email: with("email", self.user.email.clone()),
            ver: Some(1),
            iss: self.issuer.to_owned(),
            aud: Audience::One(self.grant.client_id.clone()),
            iat: self.now,
            exp: self.now + ID_TOKEN_LIFETIME,
            jti: Some(format!("ID.{}", random::token())),
            amr: Some(self.grant.amr.clone()),
            acr: self.grant.acr.clone(),
            idp: Some(self.directory.idp_id.clone()),
            nonce,
            preferred_username: with("profile", self.user.login.clone()),
            auth_time: Some(self.grant.auth_time),
            at_hash: None,
            azp: None,
        }
    }

    /// The server's own claims of that ID token: those that are always in it.
    ///
    /// # Errors
    /// A custom claim that cannot be put in.
    pub(crate) fn own_id_claims(&self) -> Result<Map<String, Value>, Refusal> {
        self.custom_claims(ClaimType::Identity, |claim| claim.always)
    }

    fn access_jti(&self) -> String {
        let jti = format!("AT.{}", random::token());
        match self.refresh_family {
            Some(family) => format!("{jti}.{family}"),
            None => jti,
        }
    }

    fn add_custom_claims(&self, claims: &mut AccessClaims) -> Result<(), Refusal> {
        for (name, value) in self.custom_claims(ClaimType::Resource, |_| true)? {
            match (name.as_str(), serde_json::from_value(value.clone())) {
                ("groups", Ok(groups)) => claims.groups = Some(groups),
                _ => _ = claims.other.insert(name, value),
            }
        }
        Ok(())
    }

    /// What the server's own claims say of this person in such a token.
    fn custom_claims(
        &self,
        kind: ClaimType,
        wanted: impl Fn(&Claim) -> bool,
    ) -> Result<Map<String, Value>, Refusal> {
        let groups: Vec<_> =
            self.directory.groups_of(&self.user.id).map(|group| group.name.as_str()).collect();
        let subject = Subject {
            user: Some(self.user),
            groups: &groups,
            client_id: &self.grant.client_id,
            app: self.directory.client(&self.grant.client_id),
            limits_groups: self.directory.limits_groups,
        };
        claim::values(&self.server.claims, kind, |scope| self.scopes.contains(scope), wanted, subject)
    }
}

/// The claims of an access token of a service: both `sub` and `cid` are the client id, and there is no
/// `uid`, which is how an API tells it from a person's.
pub(crate) fn service_claims(
    issuer: &str,
    server: &AuthorizationServer,
    client_id: &str,
    scopes: &Scopes,
    lifetimes: Lifetimes,
    now: UnixTime,
) -> AccessClaims {
    AccessClaims {
        ver: Some(1),
        jti: format!("AT.{}", random::token()),
        iss: issuer.to_owned(),
        aud: Audience::One(server.audience.clone()),
        iat: now,
        exp: now + lifetimes.access_token,
        cnf: None,
        nbf: None,
        acr: None,
        cid: client_id.to_owned(),
        uid: None,
        scp: scopes.iter().map(str::to_owned).collect(),
        auth_time: None,
        sub: client_id.to_owned(),
        groups: None,
        other: Map::new(),
    }
}

/// What `/userinfo` answers to a token with these scopes (OpenID Connect Core §5.3.2, §5.4).
pub(crate) fn user_info(directory: &Directory, user: &User, scopes: &[String]) -> UserInfo {
    let has = |scope: &str| scopes.iter().any(|s| s == scope);
    let mut claims = Map::new();
    if has("profile") {
        claims.extend([
            ("name".to_owned(), json!(user.name())),
            ("preferred_username".to_owned(), json!(user.login)),
            ("given_name".to_owned(), json!(user.given_name)),
            ("family_name".to_owned(), json!(user.family_name)),
            ("locale".to_owned(), json!("en_US")),
            ("zoneinfo".to_owned(), json!("America/Los_Angeles")),
            ("updated_at".to_owned(), json!(user.updated_at)),
        ]);
    }
    if has("email") {
        claims.extend([("email".to_owned(), json!(user.email)), ("email_verified".to_owned(), json!(true))]);
    }
    for scope in ["profile", "address", "phone"].into_iter().filter(|scope| has(scope)) {
        claims.extend(user.profile_claims(scope));
    }
    if has("groups") {
        let groups: Vec<_> = directory.groups_of(&user.id).map(|group| group.name.as_str()).collect();
        claims.insert("groups".to_owned(), json!(groups));
    }
    UserInfo { sub: user.id.clone(), claims }
}
