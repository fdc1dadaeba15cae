//! A tab whose person signs in.

use std::collections::BTreeMap;

use okta_auth::{AuthConfig, Event, SignIn, SilentRenewal};
use serde_json::Value;

use super::{PAGE, Shared, Tab, Texts, config};
use crate::dpop;
use crate::org::{self, Takes};

impl Tab {
    /// From a page to the org's address, with discovery answered.
    pub(crate) fn leave_for_org(&mut self, request: SignIn) -> BTreeMap<String, String> {
        self.take(Event::SignIn(request));
        if !self.sent.is_empty() {
            self.answer("openid-configuration", 200, &org::metadata());
        }
        self.authorization()
    }

    /// A tab where alice has just signed in, with tokens that last an hour.
    pub(crate) fn signed_in(shared: &Shared) -> Self {
        Self::signed_in_with(shared, &config())
    }

    pub(crate) fn signed_in_with(shared: &Shared, config: &AuthConfig) -> Self {
        let mut tab = Self::open_with(shared, PAGE, config, Texts::new());
        let asked = tab.leave_for_org(SignIn::to("/orders?x=1#y"));
        tab.come_back(&asked, 1, |_| {})
    }

    /// Comes back from the org with a code and takes it all the way to a session, with the tokens of
    /// generation `n` and changed claims.
    pub(crate) fn come_back(self, asked: &Texts, n: u32, claims: impl FnOnce(&mut Value)) -> Self {
        let mut tab = self.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
        tab.answer("openid-configuration", 200, &org::metadata());
        let takes = Takes { silent: tab.silent(), ..Takes::default() };
        let change = |answer: &mut Value| takes.change_answer(answer, false);
        let tokens = org::tokens_with(n, Some(&asked["nonce"]), tab.shared.now(), claims, change);
        tab.answer("/token", 200, &tokens);
        tab.answer("/keys", 200, &org::keys("k1"));
        tab.verify(true);
        assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
        tab
    }

    /// A page of alice's that knows the org's documents already, loaded anew.
    pub(crate) fn of_alice(shared: &Shared) -> Self {
        let mut tab = Self::signed_in(shared);
        tab.done.clear();
        tab
    }

    /// A page of alice's, of such an org; where that is an unusual one, it does not know the org's documents yet.
    pub(crate) fn of_alice_at(shared: &Shared, takes: Takes) -> Self {
        let config = takes.config();
        let mut tab = if takes.proofs {
            dpop::signed_in_with(shared, &config)
        } else {
            Self::signed_in_with(shared, &config)
        };
        tab.done.clear();
        if takes.pushing { tab.load(PAGE) } else { tab }
    }

    /// A page of nobody's that knows such an org.
    pub(crate) fn open_at(shared: &Shared, takes: Takes) -> Self {
        Self::open_with(shared, PAGE, &takes.config(), Texts::new())
    }

    fn silent(&self) -> Option<SilentRenewal> {
        Some(self.config.silent_renewal).filter(|way| *way != SilentRenewal::Off)
    }
}
