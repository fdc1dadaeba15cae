//! Which tokens are bound, and to what.

use super::*;

#[test]
fn where_the_org_takes_proofs_a_key_is_made_and_everything_is_proven_with_it() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    let proof = shared.keys.last_proof();
    assert_eq!((&*proof.htm, &*proof.htu, proof.iat.0), ("POST", TOKEN, shared.now()));
    assert_eq!((proof.nonce, proof.ath), (None, None));
    finish(&mut tab, &bound(1, Some(&nonce), shared.now()));
    assert!(tab.is_signed_in() && shared.keys.count() == 1);

    tab.fetch(1, "http://localhost:8000/api/o%2f1?page=2#x");
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::DPoP));
    let proof = shared.keys.last_proof();
    assert_eq!((&*proof.htm, &*proof.htu), ("GET", "http://localhost:8000/api/o%2f1"));
    assert_eq!(proof.ath, Some(okta_types::access_token_hash("access-1")));

    tab.take(Event::UserInfoWanted);
    assert_eq!(shared.keys.last_proof().htu, format!("{}/v1/userinfo", org::ISSUER));
    assert!(shared.keys.last_proof().ath.is_some());

    shared.pass(3600);
    tab.fetch(2, API);
    assert_eq!((&*shared.keys.last_proof().htu, shared.keys.used().len()), (TOKEN, 1));
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    assert_eq!(shared.keys.last_proof().ath, Some(okta_types::access_token_hash("access-2")));
    tab.fetch(3, "http://evil.test/");
    assert_eq!((forwarded(&tab, 3), shared.keys.last_proof().htu.as_str()), (None, API));
}

#[test]
fn no_proof_is_sent_where_the_org_takes_none_or_the_app_wants_none() {
    let rs256 = org::metadata_with(|m| m["dpop_signing_alg_values_supported"] = json!(["RS256"]));
    for (dpop, document) in
        [(Dpop::WhenOffered, org::metadata()), (Dpop::WhenOffered, rs256), (Dpop::Off, metadata())]
    {
        let shared = Shared::new();
        let (mut tab, nonce) = at_the_exchange(&shared, &configured(dpop), &document);
        assert_eq!((shared.keys.made.get(), shared.keys.proofs.borrow().len()), (0, 0));
        finish(&mut tab, &org::tokens(1, &nonce, shared.now()));
        tab.fetch(1, API);
        assert_eq!(forwarded(&tab, 1), Some(AuthScheme::Bearer));
        assert!(shared.stored_session().unwrap().contains(r#""v":2"#), "older code reads it");
    }
}

#[test]
fn an_org_whose_app_has_the_setting_off_answers_with_a_bearer_token_and_the_key_goes() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    assert_eq!(shared.keys.count(), 1);
    finish(&mut tab, &org::tokens(1, &nonce, shared.now()));
    assert!(tab.is_signed_in() && shared.keys.count() == 0);
    tab.fetch(1, API);
    assert_eq!(forwarded(&tab, 1), Some(AuthScheme::Bearer));
    shared.pass(3600);
    tab.fetch(2, API);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!((tab.forwarded(2), shared.keys.proofs.borrow().len()), (vec![Some("access-2".into())], 1));
}

#[test]
fn an_app_that_requires_it_takes_no_bearer_token() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &configured(Dpop::Required), &metadata());
    tab.answer("/token", 200, &org::tokens(1, &nonce, shared.now()));
    assert_eq!((tab.failure().as_deref(), shared.stored_session()), (Some("invalid_answer"), None));
    check_cause(&tab, AnswerProblem::NotBound);
    check_revoked(&mut tab, "token=refresh-1&token_type_hint=refresh_token");
    assert_eq!(shared.keys.count(), 0);

    let shared = Shared::new();
    let mut tab = Tab::open_with(&shared, PAGE, &configured(Dpop::Required), BTreeMap::new());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata());
    let Some(AuthNotice::SignInFailed(error)) = tab.notice() else { panic!("{:?}", tab.notice()) };
    assert!(error.to_string().contains("does not offer DPoP"), "{error}");
}

#[test]
fn an_app_that_requires_it_does_not_go_on_with_a_session_from_before() {
    let shared = Shared::new();
    let _ = Tab::of_alice(&shared);
    let tab = Tab::open_with(&shared, PAGE, &configured(Dpop::Required), BTreeMap::new());
    assert!(!tab.is_signed_in() && shared.stored_session().is_none());
    let tab = signed_in_with(&shared, &configured(Dpop::Required)).load(PAGE);
    assert!(tab.is_signed_in());
}

#[test]
fn a_bound_token_that_nobody_asked_for_is_refused() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &org::metadata());
    let tokens = org::tokens_with(
        1,
        Some(&nonce),
        shared.now(),
        |_| {},
        |answer| {
            answer["token_type"] = "DPoP".into();
            answer.as_object_mut().unwrap().remove("refresh_token");
        },
    );
    tab.answer("/token", 200, &tokens);
    assert_eq!(tab.failure().as_deref(), Some("invalid_answer"));
    check_cause(&tab, AnswerProblem::BoundUnasked);
    check_revoked(&mut tab, "token=access-1&token_type_hint=access_token");
}

#[test]
fn a_refused_id_token_takes_the_refresh_token_beside_it_along() {
    let shared = Shared::new();
    let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
    tab.answer("/token", 200, &bound(1, Some(&nonce), shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(false);
    assert_eq!(tab.failure().as_deref(), Some("invalid_id_token"));
    check_revoked(&mut tab, "token=refresh-1&");
    assert_eq!(shared.keys.count(), 0);
}

#[test]
fn a_renewal_of_the_other_kind_ends_the_session() {
    for bound_before in [true, false] {
        let shared = Shared::new();
        let mut tab = if bound_before { signed_in(&shared) } else { Tab::of_alice(&shared) };
        shared.pass(3600);
        tab.fetch(1, API);
        let (unbound, bound) = (org::renewed(2, shared.now()), bound(2, None, shared.now()));
        tab.answer("/token", 200, if bound_before { &unbound } else { &bound });
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired), "bound before: {bound_before}");
        assert_eq!((tab.refused(1), shared.is_expired()), (Some(&FetchError::SessionExpired), true));
        check_revoked(&mut tab, "token=refresh-2&");
        assert_eq!(shared.keys.count(), 0);
    }
}

#[test]
fn every_tab_proves_with_the_one_key_and_one_of_them_renews() {
    let shared = Shared::new();
    let mut tabs = [signed_in(&shared), Tab::open(&shared, PAGE), Tab::open(&shared, PAGE)];
    for (number, tab) in tabs.iter_mut().enumerate() {
        tab.fetch(number as u64, API);
        assert_eq!(forwarded(tab, number as u64), Some(AuthScheme::DPoP));
    }
    shared.pass(3600);
    let proofs = shared.keys.proofs.borrow().len();
    tabs.iter_mut().for_each(|tab| tab.fetch(9, API));
    tabs[0].answer("/token", 200, &bound(2, None, shared.now()));
    tabs[0].verify(true);
    for tab in &mut tabs[1..] {
        tab.grant_lock();
        assert!(tab.sent.is_empty());
        assert_eq!(tab.forwarded(9), [Some(org::access_token(2))]);
    }
    assert_eq!(shared.keys.proofs.borrow().len(), proofs + 4, "one renewal and three requests");
    assert_eq!((shared.keys.made.get(), shared.keys.used().len()), (1, 1));
}
