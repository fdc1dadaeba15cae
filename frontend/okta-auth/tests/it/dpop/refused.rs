//! Proofs that are refused: nonces, clocks, and what is tried again.

use super::*;

#[test]
fn the_orgs_nonce_is_asked_for_once_and_kept_over_a_reload() {
    for (after, known) in [(20 * 3600 - 1, true), (20 * 3600, false)] {
        let shared = Shared::new();
        let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
        wants_nonce(&mut tab, "n1");
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("n1"));
        finish(&mut tab, &bound(1, Some(&nonce), shared.now()));
        shared.pass(after);
        let mut tab = Tab::open(&shared, PAGE);
        tab.fetch(1, API);
        tab.answer("openid-configuration", 200, &metadata());
        let proof = shared.keys.last_proof();
        assert_eq!((&*proof.htu, proof.nonce.is_some()), (TOKEN, known), "{after}");
    }
}

#[test]
fn a_nonce_that_is_refused_again_is_not_tried_a_third_time() {
    let shared = Shared::new();
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    wants_nonce(&mut tab, "n1");
    wants_nonce(&mut tab, "n2");
    assert_eq!((tab.failure().as_deref(), tab.under_way().len()), (Some("use_dpop_nonce"), 0));
    assert_eq!(shared.keys.count(), 0);
}

#[test]
fn a_stale_nonce_at_a_renewal_is_replaced_and_the_session_goes_on() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    wants_nonce(&mut tab, "n9");
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("n9"));
    answer_with_nonce(&mut tab, "/token", 200, &bound(2, None, shared.now()), "n10");
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    assert!(shared.stored_session().unwrap().contains(r#""nonce":"n10""#));
}

#[test]
fn an_api_may_ask_for_a_nonce_of_its_own_once_a_request() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    for status in [401, 400] {
        tab.fetch(1, API);
        answered(&mut tab, 1, status, "use_dpop_nonce", Some("a1"));
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("a1"));
        assert!(!tab.delivered(1));
        answered(&mut tab, 1, status, "use_dpop_nonce", Some("a2"));
        assert!(tab.delivered(1), "{status}");
        tab.done.clear();
    }
    tab.take(Event::UserInfoWanted);
    assert_eq!(shared.keys.last_proof().nonce, None, "the org is another server");
    tab.fetch(2, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("a2"));
    // Without a nonce there is nothing to try.
    answered(&mut tab, 2, 401, "use_dpop_nonce", None);
    assert!(tab.delivered(2));
}

#[test]
fn an_answer_that_was_overtaken_does_not_bring_an_old_nonce_back() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    let (early, late) = (FetchId(1), FetchId(2));
    tab.fetch(1, API);
    tab.fetch(2, API);
    tab.take(Event::NonceGiven { fetch: late, nonce: "new".into() });
    tab.take(Event::NonceGiven { fetch: early, nonce: "old".into() });
    tab.fetch(3, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("new"));
    tab.take(Event::NonceGiven { fetch: FetchId(3), nonce: "newer".into() });
    tab.fetch(4, API);
    assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("newer"));
}

#[test]
fn the_claims_endpoint_may_ask_for_a_nonce_in_the_header_or_the_body_once() {
    let header = Some(r#"DPoP algs="ES256", error="use_dpop_nonce""#.to_owned());
    for (challenge, body) in [(header, String::new()), (None, org::error("use_dpop_nonce", ""))] {
        let shared = Shared::new();
        let mut tab = signed_in(&shared);
        tab.take(Event::UserInfoWanted);
        for nonce in ["u1", "u2"] {
            let (id, _) = tab.request("/userinfo");
            let answer = HttpAnswer {
                status: 400,
                body: Sensitive::new(&*body),
                dpop_nonce: Some(nonce.into()),
                challenge: challenge.clone(),
                ..HttpAnswer::default()
            };
            tab.take(Event::Answered { id, answer: Ok(answer) });
        }
        assert_eq!(shared.keys.last_proof().nonce.as_deref(), Some("u1"));
        assert!(tab.sent.is_empty());
        assert!(matches!(tab.machine().user_info(), UserInfoStatus::Failed(_)), "{challenge:?}");
    }
}

#[test]
fn a_nonce_of_the_claims_endpoint_is_of_its_own_origin() {
    let shared = Shared::new();
    let endpoints = vec![(Endpoint::UserInfo, "https://claims.example/userinfo".into())];
    let mut tab = signed_in_with(&shared, &AuthConfig { endpoints, ..config() });
    tab.take(Event::UserInfoWanted);
    let body = org::error("use_dpop_nonce", "Authorization server requires nonce in DPoP proof.");
    answer_with_nonce(&mut tab, "/userinfo", 400, &body, "u1");
    let proof = shared.keys.last_proof();
    assert_eq!((&*proof.htu, proof.nonce.as_deref()), ("https://claims.example/userinfo", Some("u1")));
    shared.pass(3600);
    tab.fetch(1, API);
    assert_eq!((&*shared.keys.last_proof().htu, shared.keys.last_proof().nonce), (TOKEN, None));
}

#[test]
fn who_proves_nothing_has_nothing_to_prove_again() {
    let shared = Shared::new();
    let (mut tab, _) = at_the_exchange(&shared, &configured(Dpop::Off), &metadata());
    wants_nonce(&mut tab, "n1");
    assert_eq!((tab.failure().as_deref(), tab.under_way().len()), (Some("use_dpop_nonce"), 0));
}

#[test]
fn an_org_that_is_down_is_asked_no_sooner_for_its_words_about_proofs() {
    let shared = Shared::new();
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    let body = org::error("use_dpop_nonce", "Authorization server requires nonce in DPoP proof.");
    answer_with_nonce(&mut tab, "/token", 503, &body, "n1");
    assert_eq!(tab.under_way().len(), 0, "{:?}", tab.failure());
}

#[test]
fn a_clock_an_hour_off_is_set_right_by_the_pages_own_server() {
    for offset in [3600, -3600] {
        let shared = Shared::new();
        shared.keys.time.set(Some(offset));
        let (mut tab, nonce) = at_the_exchange(&shared, &config(), &metadata());
        refuse_proof(&mut tab);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset);
        finish(&mut tab, &{
            let now = shared.now() + offset;
            org::tokens_with(1, Some(&nonce), now, |_| {}, |answer| answer["token_type"] = "DPoP".into())
        });
        assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
        tab.fetch(1, API);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset);
        let mut tab = tab.load(PAGE);
        tab.fetch(1, API);
        assert_eq!(shared.keys.last_proof().iat.0, shared.now() + offset, "a reload knows it");
    }
}

#[test]
fn a_clock_that_was_right_or_is_unknown_is_not_tried_again() {
    for time in [None, Some(0), Some(5), Some(-5)] {
        let shared = Shared::new();
        shared.keys.time.set(time);
        let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
        refuse_proof(&mut tab);
        assert_eq!(
            (tab.failure().as_deref(), tab.under_way().len()),
            (Some("invalid_dpop_proof"), 0),
            "{time:?}"
        );
        assert_eq!(shared.keys.count(), 0);
    }
    let shared = Shared::new();
    shared.keys.time.set(Some(6));
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    refuse_proof(&mut tab);
    // Once an exchange, though the time may be another one by now.
    shared.keys.time.set(Some(60));
    refuse_proof(&mut tab);
    assert_eq!((tab.failure().as_deref(), tab.under_way().len()), (Some("invalid_dpop_proof"), 0));
}

#[test]
fn nonce_and_clock_may_both_be_wrong() {
    let shared = Shared::new();
    shared.keys.time.set(Some(3600));
    let (mut tab, _) = at_the_exchange(&shared, &config(), &metadata());
    wants_nonce(&mut tab, "n1");
    refuse_proof(&mut tab);
    let proof = shared.keys.last_proof();
    assert_eq!((proof.nonce.as_deref(), proof.iat.0), (Some("n1"), shared.now() + 3600));
    assert_eq!(tab.under_way().len(), 1);
}

#[test]
fn a_renewal_whose_proof_is_refused_for_good_ends_the_session() {
    for bound_before in [true, false] {
        let shared = Shared::new();
        let mut tab = if bound_before { signed_in(&shared) } else { Tab::of_alice(&shared) };
        shared.pass(3600);
        tab.fetch(1, API);
        refuse_proof(&mut tab);
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired), "bound before: {bound_before}");
        assert_eq!((shared.keys.count(), shared.lock_is_free()), (0, true));
    }
}

#[test]
fn a_refused_proof_at_the_api_is_no_reason_to_renew() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, "invalid_dpop_proof", None);
    assert!(tab.delivered(1) && tab.sent.is_empty());

    shared.keys.time.set(Some(900));
    tab.fetch(2, API);
    answered(&mut tab, 2, 401, "invalid_dpop_proof", None);
    assert_eq!(shared.keys.last_proof().iat.0, shared.now() + 900);
    // Once a request, though the time may be another one by now.
    shared.keys.time.set(Some(1800));
    answered(&mut tab, 2, 401, "invalid_dpop_proof", None);
    assert!(tab.delivered(2) && tab.sent.is_empty());
}

#[test]
fn a_bound_token_that_the_api_refuses_is_renewed_once() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, "invalid_token", None);
    tab.answer("/token", 200, &bound(2, None, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some("access-1".into()), Some("access-2".into())]);
    answered(&mut tab, 1, 401, "invalid_token", None);
    assert!(tab.delivered(1) && tab.sent.is_empty());
}

#[test]
fn a_lost_answer_to_a_renewal_is_asked_for_again_with_another_proof() {
    let shared = Shared::new();
    let mut tab = signed_in(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    let proofs = shared.keys.proofs.borrow().len();
    tab.fail("/token", okta_auth::HttpFailure::Network);
    // The browser made of plain data takes no `jti` twice.
    assert_eq!((tab.under_way().len(), shared.keys.proofs.borrow().len()), (1, proofs + 1));
}
