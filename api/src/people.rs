//! Who may do what: the extractors of the routes for people. Each asks for a good token and a pace that leaves room
//! for others, most for a scope as well, and staff's for the group.

use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use okta_actix::{Bearer, RequiredScope, Subject, required_scope};
use shared::paths;

use crate::error::ApiError;
use crate::rate_limiter::RateLimiter;

required_scope! {
    /// To read one's cart and orders.
    pub(crate) Reading = paths::SCOPE_READ
}
required_scope! {
    /// To change one's cart, to order and to cancel.
    pub(crate) Writing = paths::SCOPE_WRITE
}

/// Whose good token a request shows, for the log and the metrics.
#[derive(Clone, Debug)]
pub(crate) struct Known(pub(crate) Subject);

/// Somebody with a good token.
#[derive(Debug)]
pub(crate) struct SignedIn(Bearer);

/// Somebody whose token was granted the scopes of `S`.
#[derive(Debug)]
pub(crate) struct Person<S>(Bearer, PhantomData<fn() -> S>);

/// A [`Person`] who keeps the shop.
#[derive(Debug)]
pub(crate) struct Staff<S>(Person<S>);

impl Deref for SignedIn {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<S> Deref for Person<S> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<S> Deref for Staff<S> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = Bearer::from_request(request, payload);
        let request = request.clone();
        async move {
            let bearer = bearer.await?;
            let subject = bearer.subject();
            request.extensions_mut().insert(Known(subject.clone()));
            if let Some(limiter) = request.app_data::<web::Data<RateLimiter>>() {
                let (allowance, outcome) = limiter.count(&subject).await.map_err(ApiError::StoreAway)?;
                request.extensions_mut().insert(allowance);
                outcome.map_err(ApiError::TooFast)?;
            }
            Ok(Self(bearer))
        }
        .boxed_local()
    }
}

impl<S: RequiredScope> FromRequest for Person<S> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        async move {
            let SignedIn(bearer) = signed_in.await?;
            bearer.require_scopes(S::SCOPE)?;
            Ok(Self(bearer, PhantomData))
        }
        .boxed_local()
    }
}

impl<S: RequiredScope> FromRequest for Staff<S> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = Person::<S>::from_request(request, payload);
        async move {
            let person = person.await?;
            person.require_group(paths::STAFF_GROUP)?;
            Ok(Self(person))
        }
        .boxed_local()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::OnceLock;

    use okta_actix::{Subject, Verifier};
    use okta_local::{App, Org, RunningOrg};
    use tokio::runtime::Runtime;

    static ISSUER: OnceLock<(Runtime, RunningOrg, Verifier)> = OnceLock::new();

    /// A person for tests. There is one way to a [`Subject`], a verified token, so this goes it.
    pub(crate) fn subject(id: &str) -> Subject {
        let id = id.to_owned();
        std::thread::spawn(move || {
            let (runtime, org, verifier) = ISSUER.get_or_init(issuer);
            let token = org.mint_access_token(|claims| {
                claims.insert("uid".to_owned(), id.into());
            });
            runtime.block_on(verifier.verify_at(&token, crate::clock::now())).unwrap().subject()
        })
        .join()
        .unwrap()
    }

    fn issuer() -> (Runtime, RunningOrg, Verifier) {
        let runtime = Runtime::new().unwrap();
        let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
        let org = runtime.block_on(Org::builder().port(0).app(app).start()).unwrap();
        let verifier = Verifier::builder(org.issuer().clone())
            .audience("api://default")
            .client_id(org.client_id())
            .build()
            .unwrap();
        runtime.block_on(verifier.warm()).unwrap();
        (runtime, org, verifier)
    }
}
