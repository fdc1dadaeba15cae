use std::sync::Arc;
use std::time::Duration;

use okta_types::Issuer;

use crate::denylist::Denylist;
use crate::error::ConfigError;
use crate::form::Form;
use crate::introspection::{Introspection, Introspector};
use crate::keys::{KeySet, KeySetLimits, OnWithdrawal, Source};
use crate::policy::{Clients, Policy};
use crate::token_cache::{TokenCache, TokenCacheLimits};
use crate::trusted_issuer::TrustedIssuer;
use crate::verifier::Verifier;

/// Okta's own verifiers for Go and Java allow two minutes.
const DEFAULT_LEEWAY: Duration = Duration::from_secs(120);

/// RFC 9068 §4: "no more than a few minutes".
const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

/// The longest lifetime that Okta's access policies can give an access token.
const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Collects a [`Verifier`]'s configuration. An audience and either client ids or
/// [`any_client`](Self::any_client) are required.
#[derive(Clone, Debug)]
pub struct VerifierBuilder {
    issuer: Issuer,
    audience: String,
    clients: Option<Clients>,
    form: Form,
    leeway: Duration,
    max_lifetime: Duration,
    key_set_url: Option<String>,
    fixed_keys: Option<Vec<u8>>,
    limits: KeySetLimits,
    token_cache: Option<TokenCacheLimits>,
    introspection: Option<Introspection>,
    /// Of further issuers.
    others: Vec<VerifierBuilder>,
}

impl Verifier {
    /// Begins with the identifier of a custom authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub fn builder(issuer: Issuer) -> VerifierBuilder {
        VerifierBuilder {
            issuer,
            audience: String::new(),
            clients: None,
            form: Form::default(),
            leeway: DEFAULT_LEEWAY,
            max_lifetime: DEFAULT_MAX_LIFETIME,
            key_set_url: None,
            fixed_keys: None,
            limits: KeySetLimits::default(),
            token_cache: Some(TokenCacheLimits::default()),
            introspection: None,
            others: Vec::new(),
        }
    }
}

impl VerifierBuilder {
    /// The audience of the authorization server, e.g. `api://default`. A token for another one is refused.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// Lets an app in, by its client id; call it once for each.
    #[must_use]
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        let mut listed = match self.clients.take() {
            Some(Clients::Listed(listed)) => listed,
            _ => Vec::new(),
        };
        listed.push(client_id.into());
        self.clients = Some(Clients::Listed(listed));
        self
    }

    /// Lets in every app that the authorization server gives tokens to. The last word counts: a
    /// [`client_id`](Self::client_id) after it starts a list anew.
    #[must_use]
    pub fn any_client(mut self) -> Self {
        self.clients = Some(Clients::Any);
        self
    }

    /// For an issuer whose access tokens are those of RFC 9068: `typ` has to be `at+jwt`, and the client, the person and
    /// the scopes are read from `client_id`, `sub` and `scope`, and shown as [`AccessClaims::cid`], `sub` and `scp`. Okta's
    /// tokens, whose names are others, are refused then.
    ///
    /// [`AccessClaims::cid`]: crate::AccessClaims::cid
    #[must_use]
    pub fn require_at_jwt(mut self) -> Self {
        self.form = Form::Rfc9068;
        self
    }

    /// How far the issuer's clock and this machine's may differ, in both directions. Two minutes unless set,
    /// five at most.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The longest time from `iat` to `exp`. 24 hours unless set, which is as much as Okta gives.
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> Self {
        self.max_lifetime = max_lifetime;
        self
    }

    /// The address of the key set, where it is not to be learned from the issuer's metadata.
    #[must_use]
    pub fn key_set_url(mut self, url: impl Into<String>) -> Self {
        self.key_set_url = Some(url.into());
        self
    }

    /// The key set itself, as JSON (RFC 7517 §5): nothing is ever fetched, and nothing changes. For tests, and
    /// for machines without a way to the issuer.
    #[must_use]
    pub fn fixed_keys(mut self, key_set: impl Into<Vec<u8>>) -> Self {
        self.fixed_keys = Some(key_set.into());
        self
    }

    /// The key set's numbers.
    #[must_use]
    pub fn key_set_limits(mut self, limits: KeySetLimits) -> Self {
        self.limits = limits;
        self
    }

    /// How many verified tokens are remembered, so that their signature is not checked twice. A bound of 0
    /// switches it off. Of several issuers, what is said to the first one's builder holds for all of them together.
    #[must_use]
    pub fn token_cache(mut self, limits: TokenCacheLimits) -> Self {
        self.token_cache = Some(limits);
        self
    }

    /// Remembers no token: each signature is checked each time.
    #[must_use]
    pub fn without_token_cache(mut self) -> Self {
        self.token_cache = None;
        self
    }

    /// Asks the issuer whether a token was revoked, too.
    #[must_use]
    pub fn introspection(mut self, introspection: Introspection) -> Self {
        self.introspection = Some(introspection);
        self
    }

    /// Accepts the tokens of another issuer as well, by its own rules: a second domain of the same org, another
    /// authorization server, another org.
    #[must_use]
    pub fn also_trust(mut self, other: Self) -> Self {
        self.others.push(other);
        self
    }

    /// Checks the configuration. Fetches nothing: see [`Verifier::warm`].
    ///
    /// # Errors
    /// What is missing or wrong, in words that say what to do.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        let limits = self.token_cache.filter(|limits| limits.entries > 0 && limits.bytes > 0);
        let cache = limits.map(|limits| Arc::new(TokenCache::new(limits)));
        let mut issuers = Vec::<TrustedIssuer>::new();
        for builder in self.flattened() {
            if issuers.iter().any(|known| *known.name() == builder.issuer) {
                return Err(ConfigError::DuplicateIssuer(builder.issuer));
            }
            issuers.push(builder.trusted_issuer(issuers.len(), cache.clone())?);
        }
        Ok(Verifier::new(issuers, cache))
    }

    /// This one and the others, and what those have been told to trust.
    fn flattened(mut self) -> Vec<Self> {
        let others = std::mem::take(&mut self.others);
        std::iter::once(self).chain(others.into_iter().flat_map(Self::flattened)).collect()
    }

    fn trusted_issuer(
        self,
        place: usize,
        cache: Option<Arc<TokenCache>>,
    ) -> Result<TrustedIssuer, ConfigError> {
        if self.issuer.is_org() {
            return Err(ConfigError::OrgIssuer);
        }
        if self.audience.trim().is_empty() {
            return Err(ConfigError::NoAudience);
        }
        let clients = self.clients.filter(Clients::is_named).ok_or(ConfigError::NoClient)?;
        if self.leeway > LONGEST_LEEWAY {
            return Err(ConfigError::Leeway);
        }
        let keys = match self.fixed_keys {
            Some(json) => KeySet::fixed(&json).map_err(ConfigError::FixedKeys)?,
            None => {
                let source = Source::new(self.issuer.clone(), self.key_set_url, self.limits.clone())?;
                KeySet::new(source, self.limits, cache.clone().map(forgetting))
            }
        };
        let introspector =
            self.introspection.map(|wanted| Introspector::new(self.issuer.clone(), wanted)).transpose()?;
        let policy = Policy {
            issuer: self.issuer,
            audience: self.audience,
            clients,
            form: self.form,
            leeway: self.leeway,
            max_lifetime: self.max_lifetime,
        };
        Ok(TrustedIssuer { policy, keys, introspector, denied: Denylist::default(), cache, place })
    }
}

/// With a key goes what is remembered of its signatures.
fn forgetting(cache: Arc<TokenCache>) -> OnWithdrawal {
    OnWithdrawal::new(move |gone| cache.forget_signed_by(gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(issuer: &str) -> VerifierBuilder {
        Verifier::builder(Issuer::parse(issuer).unwrap())
    }

    fn good() -> VerifierBuilder {
        builder("https://dev-1.okta.com/oauth2/default").audience("api://default").client_id("0oa1")
    }

    #[track_caller]
    fn check(builder: VerifierBuilder, expected: &str) {
        assert_eq!(format!("{:?}", builder.build().err()), format!("Some({expected})"));
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_before_anything_starts() {
        assert!(good().build().is_ok());
        check(builder("https://dev-1.okta.com").audience("api://default").any_client(), "OrgIssuer");
        check(builder("https://dev-1.okta.com/oauth2/default").any_client(), "NoAudience");
        check(good().audience(" "), "NoAudience");
        check(builder("https://dev-1.okta.com/oauth2/default").audience("api://default"), "NoClient");
        check(good().client_id(""), "NoClient");
        check(good().leeway(Duration::from_secs(301)), "Leeway");
        check(good().key_set_url("http://keys.example/v1/keys"), "InsecureKeys");
        check(good().key_set_url("file:///etc/keys"), "InsecureKeys");
        assert!(good().key_set_url("https://keys.example/v1/keys").build().is_ok());
    }

    #[test]
    fn the_org_issuers_remedy_is_in_the_message() {
        let error = builder("https://dev-1.okta.com").build().unwrap_err();
        assert!(
            error.to_string().ends_with("use a custom one, e.g. https://{domain}/oauth2/default"),
            "{error}"
        );
    }
}
