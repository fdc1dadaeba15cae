//! Extractors that ask for more than a good token: a scope (RFC 6750 §3.1, `insufficient_scope`), a group, or
//! a stronger or more recent sign-in (RFC 9470).

use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::bearer::Bearer;
use crate::rejection::Rejection;
use crate::step_up::StepUp;

/// Names the scopes of a [`Scoped`] route; [`required_scope!`](crate::required_scope) writes it.
pub trait RequiredScope: 'static {
    /// One scope, or several with a space between them, all of which are needed.
    const SCOPE: &'static str;
}

/// Names the group of an [`InGroup`] route; [`required_group!`](crate::required_group) writes it.
pub trait RequiredGroup: 'static {
    /// As the authorization server's `groups` claim spells it.
    const GROUP: &'static str;
}

/// Names the authentication contexts of an [`Acr`] route; [`required_acr!`](crate::required_acr) writes it.
pub trait RequiredAcr: 'static {
    /// Every one that would do, with a space between them, e.g. `urn:okta:loa:2fa:any phr phrh`.
    const ACR_VALUES: &'static str;
}

/// [`Bearer`] whose token was granted the scopes of `S`; else 403 `insufficient_scope` that names them.
///
/// ```
/// use okta_actix::{Scoped, required_scope};
///
/// required_scope!(Reading = "messages.read");
///
/// async fn messages(reader: Scoped<Reading>) -> String {
///     format!("Nothing new, {}", reader.subject().id())
/// }
/// ```
#[derive(Debug)]
pub struct Scoped<S>(Bearer, PhantomData<fn() -> S>);

/// [`Bearer`] whose token names the group of `G`; else 403.
#[derive(Debug)]
pub struct InGroup<G>(Bearer, PhantomData<fn() -> G>);

/// [`Bearer`] of a person who signed in with one of the authentication contexts of `A`; else 401
/// `insufficient_user_authentication` that names them.
#[derive(Debug)]
pub struct Acr<A>(Bearer, PhantomData<fn() -> A>);

/// [`Bearer`] of a person who signed in at most so many seconds ago; else 401
/// `insufficient_user_authentication` that says how many.
///
/// ```
/// use okta_actix::MaxAge;
///
/// async fn change_address(person: MaxAge<300>) -> String {
///     format!("Changed, {}", person.subject().id())
/// }
/// ```
#[derive(Debug)]
pub struct MaxAge<const SECONDS: u64>(Bearer);

/// [`Bearer`] whose token is bound to a key, shown with a proof of it (RFC 9449); else 401 that asks for scheme DPoP. Of
/// use where [`DpopPolicy::accepted`](crate::DpopPolicy::accepted) is configured; without a policy nobody gets in.
#[derive(Debug)]
pub struct WithProof(Bearer);

impl Deref for WithProof {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl FromRequest for WithProof {
    type Error = Rejection;
    type Future = LocalBoxFuture<'static, Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let satisfied = satisfied(request, payload, Bearer::require_proof);
        async move { Ok(Self(satisfied.await?)) }.boxed_local()
    }
}

impl<S> Deref for Scoped<S> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<G> Deref for InGroup<G> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<A> Deref for Acr<A> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<const SECONDS: u64> Deref for MaxAge<SECONDS> {
    type Target = Bearer;
    fn deref(&self) -> &Bearer {
        &self.0
    }
}

impl<S: RequiredScope> FromRequest for Scoped<S> {
    type Error = Rejection;
    type Future = LocalBoxFuture<'static, Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let satisfied = satisfied(request, payload, |bearer| bearer.require_scopes(S::SCOPE));
        async move { Ok(Self(satisfied.await?, PhantomData)) }.boxed_local()
    }
}

impl<G: RequiredGroup> FromRequest for InGroup<G> {
    type Error = Rejection;
    type Future = LocalBoxFuture<'static, Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let satisfied = satisfied(request, payload, |bearer| bearer.require_group(G::GROUP));
        async move { Ok(Self(satisfied.await?, PhantomData)) }.boxed_local()
    }
}

impl<A: RequiredAcr> FromRequest for Acr<A> {
    type Error = Rejection;
    type Future = LocalBoxFuture<'static, Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let wanted = const { StepUp::new().acr(A::ACR_VALUES) };
        let satisfied = satisfied(request, payload, move |bearer| bearer.step_up(wanted));
        async move { Ok(Self(satisfied.await?, PhantomData)) }.boxed_local()
    }
}

impl<const SECONDS: u64> FromRequest for MaxAge<SECONDS> {
    type Error = Rejection;
    type Future = LocalBoxFuture<'static, Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let wanted = const { StepUp::new().max_age(Duration::from_secs(SECONDS)) };
        let satisfied = satisfied(request, payload, move |bearer| bearer.step_up(wanted));
        async move { Ok(Self(satisfied.await?)) }.boxed_local()
    }
}

/// A good token comes first: who sends a bad one is told that, not what it would have to allow.
fn satisfied(
    request: &HttpRequest,
    payload: &mut Payload,
    demand: impl FnOnce(&Bearer) -> Result<(), Rejection> + 'static,
) -> impl Future<Output = Result<Bearer, Rejection>> + 'static {
    let bearer = Bearer::from_request(request, payload);
    async move {
        let bearer = bearer.await?;
        demand(&bearer)?;
        Ok(bearer)
    }
}
