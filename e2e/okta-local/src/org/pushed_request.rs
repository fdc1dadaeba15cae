//! Pushed authorization requests (RFC 9126): kept under a name until it has ended, or its request was answered.

use okta_types::{UnixTime, base64url};

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::parameters::Parameters;
use crate::random;
use crate::unverified::PUSHED_REQUEST_LIFETIME;

/// A request in which everything was in order when it was pushed.
#[derive(Clone, Debug)]
pub(crate) struct PushedRequest {
    /// Of the authorization server.
    pub(crate) server_id: String,
    /// Of the app that pushed it.
    pub(crate) client_id: String,
    /// What `/authorize` is asked.
    pub(crate) parameters: Parameters,
    /// Whether a code was issued for it.
    pub(crate) used: bool,
}

/// All of them, by the fingerprint of their name.
#[derive(Debug, Default)]
pub(crate) struct PushedRequests(ExpiringMap<Fingerprint, PushedRequest>);

impl PushedRequests {
    /// Keeps a request and returns its `request_uri`.
    pub(crate) fn push(&mut self, request: PushedRequest, now: UnixTime) -> String {
        // Okta's names are of this form: `urn:okta:` and base64url of a token with a colon.
        let uri = format!("urn:okta:{}", base64url::encode(format!("{}:", random::token())));
        self.0.insert(Fingerprint::of(&uri), request, now + PUSHED_REQUEST_LIFETIME, now);
        uri
    }

    /// The request of this name, if it is still good.
    pub(crate) fn look(&mut self, uri: &str, now: UnixTime) -> Option<PushedRequest> {
        self.0.get_mut(&Fingerprint::of(uri), now).filter(|request| !request.used).cloned()
    }

    /// Notes that a code is issued for it; `false` where one was before. A page may be answered after the name has
    /// ended.
    pub(crate) fn use_up(&mut self, uri: &str, now: UnixTime) -> bool {
        let request = self.0.get_mut(&Fingerprint::of(uri), now);
        request.is_none_or(|request| !std::mem::replace(&mut request.used, true))
    }

    /// How many are kept.
    pub(crate) fn count(&self) -> usize {
        self.0.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_its_hour_or_its_code() {
        let mut requests = PushedRequests::default();
        let request = PushedRequest {
            server_id: "default".to_owned(),
            client_id: "0oa1".to_owned(),
            parameters: Parameters::parse("scope=openid"),
            used: false,
        };
        let end = UnixTime(0) + PUSHED_REQUEST_LIFETIME;
        let uri = requests.push(request.clone(), UnixTime(0));
        assert_ne!(uri, requests.push(request, UnixTime(0)));
        assert!(requests.look(&uri, UnixTime(end.0 - 1)).is_some() && requests.look(&uri, end).is_none());
        assert!(requests.look("urn:okta:x", UnixTime(0)).is_none());
        assert!(requests.use_up(&uri, UnixTime(5)) && !requests.use_up(&uri, UnixTime(6)));
        assert!(requests.look(&uri, UnixTime(6)).is_none());
    }
}
