//! Who may do what: the extractors of the routes for people. Each asks for a good token and a pace that leaves room
//! for others, most for a scope as well, and staff's for the group.

use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use okta_actix::{Bearer, Rejection, RequiredScope, Subject, required_scope};
use shared::paths;

use crate::error::ApiError;
use crate::rate_limiter::{Allowance, Counted, RateLimiter};
use crate::shared_store::StoreAway;

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
pub(crate) struct Known {
    pub(crate) subject: Subject,
    /// What is left to them, where it was counted.
    pub(crate) allowance: Option<Allowance>,
}

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

/// Nearly always all is known at once, and then nobody waits.
type Extraction<T> = Either<Ready<Result<T, Error>>, LocalBoxFuture<'static, Result<T, Error>>>;

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = match Bearer::from_request(request, payload) {
            Either::Left(bearer) => bearer.into_inner(),
            Either::Right(bearer) => return Either::Right(sign_in(request.clone(), bearer).boxed_local()),
        };
        match bearer {
            Ok(bearer) => count(request, bearer),
            Err(rejection) => Either::Left(ready(Err(rejection.into()))),
        }
    }
}

async fn sign_in(
    request: HttpRequest,
    bearer: impl Future<Output = Result<Bearer, Rejection>>,
) -> Result<SignedIn, Error> {
    count(&request, bearer.await?).await
}

/// Counts their request.
fn count(request: &HttpRequest, bearer: Bearer) -> Extraction<SignedIn> {
    let subject = bearer.subject();
    let Some(limiter) = request.app_data::<web::Data<RateLimiter>>() else {
        request.extensions_mut().insert(Known { subject, allowance: None });
        return Either::Left(ready(Ok(SignedIn(bearer))));
    };
    if let Some(counted) = limiter.count_alone(&subject) {
        return Either::Left(ready(admit(request, bearer, subject, Ok(counted))));
    }
    let (request, limiter) = (request.clone(), limiter.clone());
    Either::Right(
        async move {
            let counted = limiter.count(&subject).await;
            admit(&request, bearer, subject, counted)
        }
        .boxed_local(),
    )
}

fn admit(
    request: &HttpRequest,
    bearer: Bearer,
    subject: Subject,
    counted: Result<Counted, StoreAway>,
) -> Result<SignedIn, Error> {
    let (allowance, outcome) = match counted {
        Ok((allowance, outcome)) => (Some(allowance), outcome.map_err(ApiError::TooFast)),
        Err(away) => (None, Err(ApiError::StoreAway(away))),
    };
    request.extensions_mut().insert(Known { subject, allowance });
    outcome?;
    Ok(SignedIn(bearer))
}

impl<S: RequiredScope + 'static> FromRequest for Person<S> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        and_then(SignedIn::from_request(request, payload), |SignedIn(bearer)| {
            bearer.require_scopes(S::SCOPE)?;
            Ok(Self(bearer, PhantomData))
        })
    }
}

impl<S: RequiredScope + 'static> FromRequest for Staff<S> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        and_then(Person::from_request(request, payload), |person: Person<S>| {
            person.require_group(paths::STAFF_GROUP)?;
            Ok(Self(person))
        })
    }
}

fn and_then<T: 'static, U: 'static>(
    extraction: Extraction<T>,
    then: fn(T) -> Result<U, Error>,
) -> Extraction<U> {
    match extraction {
        Either::Left(done) => Either::Left(ready(done.into_inner().and_then(then))),
        Either::Right(pending) => Either::Right(async move { then(pending.await?) }.boxed_local()),
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
