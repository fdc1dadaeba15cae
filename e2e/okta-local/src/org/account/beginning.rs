//! Where somebody came from: the sign-in that they began, to which they go back.

use std::sync::Arc;

use okta_types::UnixTime;

use crate::fingerprint::Fingerprint;
use crate::org::authorize_request::AuthorizeRequest;
use crate::unverified::STATE_TOKEN_LIFETIME;

/// A sign-in that was begun and left for another page.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    request: Arc<AuthorizeRequest>,
    device: Fingerprint,
    begun_at: UnixTime,
}

impl Beginning {
    /// In this browser, now.
    pub(crate) fn of(request: Arc<AuthorizeRequest>, device: &str, now: UnixTime) -> Self {
        Self { request, device: Fingerprint::of(device), begun_at: now }
    }

    /// Whether it began in that browser.
    pub(crate) fn is_in(&self, device: &str) -> bool {
        self.device == Fingerprint::of(device)
    }

    /// The request to go on with, where it began in that browser and is not too old.
    pub(crate) fn request_in(&self, device: &str, now: UnixTime) -> Option<&Arc<AuthorizeRequest>> {
        (self.is_in(device) && now.since(self.begun_at) < STATE_TOKEN_LIFETIME).then_some(&self.request)
    }

    /// The app that it was for.
    pub(crate) fn client_id(&self) -> &str {
        &self.request.client_id
    }

    /// Where the app is, for pages whose forms may lead there.
    pub(crate) fn redirect_uri(&self) -> &str {
        &self.request.return_to.redirect_uri
    }
}
