//! The authorization server that a path names.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::org::authorization_server::{ORG_SERVER, path_name};

/// The id of the authorization server that a path names; of the org's own where it names none.
pub(super) struct ServerId(String);

impl Deref for ServerId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromRequest for ServerId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("server").map_or(ORG_SERVER, path_name).to_owned())))
    }
}
