use super::*;

fn good() -> AuthConfig {
    AuthConfig {
        issuer: "https://dev-1.okta.com/oauth2/default".into(),
        client_id: "0oa48e74ox4t7mQJX0g7".into(),
        redirect_uri: "http://localhost:8080/login/callback".into(),
        post_logout_redirect_uri: "http://localhost:8080".into(),
        scopes: vec!["openid".into(), "profile".into()],
        api_origins: vec!["http://localhost:8000".into()],
        ..AuthConfig::default()
    }
}

#[track_caller]
fn check(change: impl FnOnce(&mut AuthConfig), expected: &[ConfigError]) {
    let mut config = good();
    change(&mut config);
    let found = Settings::check(&config, "http://localhost:8080/a?b#c").err();
    assert_eq!(found.map_or(Vec::new(), |e| e.0), expected);
}

#[test]
fn each_mistake_is_named() {
    use ConfigError as E;
    check(|_| {}, &[]);
    check(
        |c| c.issuer = "https://{yourOktaDomain}/oauth2/default".into(),
        &[E::Issuer(IssuerError::Placeholder)],
    );
    check(
        |c| c.issuer = "https://dev-1-admin.okta.com/oauth2/default".into(),
        &[E::Issuer(IssuerError::AdminHost)],
    );
    check(|c| c.issuer = "http://dev-1.okta.com/oauth2/default".into(), &[E::Issuer(IssuerError::Insecure)]);
    check(|c| c.issuer = "https://dev-1.okta.com".into(), &[E::OrgIssuer]);
    for client_id in ["", "{clientId}", "yourClientId", "0oa 1"] {
        check(|c| c.client_id = client_id.into(), &[E::ClientId]);
    }
    check(
        |c| c.redirect_uri = "/login/callback".into(),
        &[E::RedirectUri(UriProblem::Url(UrlError::NotAbsolute))],
    );
    check(
        |c| c.redirect_uri = "http://127.0.0.1:8080/login/callback".into(),
        &[E::RedirectUri(UriProblem::OtherOrigin)],
    );
    check(|c| c.redirect_uri.push_str("?x=1"), &[E::RedirectUri(UriProblem::QueryOrFragment)]);
    check(
        |c| c.post_logout_redirect_uri = "https://localhost:8080".into(),
        &[E::PostLogoutRedirectUri(UriProblem::OtherOrigin)],
    );
    check(|c| c.scopes = vec!["profile email".into()], &[E::MissingOpenid]);
    check(
        |c| c.api_origins = vec!["http://api.example".into()],
        &[E::ApiOrigin("http://api.example".into(), UriProblem::Insecure)],
    );
    check(
        |c| c.api_origins = vec!["https://api.example/v1".into()],
        &[E::ApiOrigin("https://api.example/v1".into(), UriProblem::NotAnOrigin)],
    );
}

#[test]
#[cfg(feature = "org-addresses")]
fn an_address_of_the_org_is_checked_as_the_issuer_is() {
    check(
        |c| c.org_addresses = vec!["https://dev-1.okta.com".into(), "https://dev-1-admin.okta.com".into()],
        &[ConfigError::OrgAddress("https://dev-1-admin.okta.com".into(), IssuerError::AdminHost)],
    );
}

#[test]
fn the_org_issuer_is_fine_without_an_api() {
    check(
        |c| {
            c.issuer = "https://dev-1.okta.com".into();
            c.api_origins.clear();
        },
        &[],
    );
}

#[test]
fn all_mistakes_are_reported_together() {
    let errors = Settings::check(&AuthConfig::default(), "http://localhost:8080/").unwrap_err();
    assert_eq!(errors.iter().count(), 5, "{errors}");
}

#[test]
fn scopes_may_be_written_in_one_string() {
    let config = AuthConfig { scopes: vec!["openid profile".into()], ..good() };
    assert!(Settings::check(&config, "http://localhost:8080/").unwrap().scopes.contains("profile"));
}

#[test]
#[cfg(feature = "endpoints")]
fn endpoints_are_places_a_token_may_be_sent_to() {
    let named =
        |url: &'static str| move |c: &mut AuthConfig| c.endpoints = vec![(Endpoint::Token, url.into())];
    let problem = |problem| [ConfigError::Endpoint(Endpoint::Token, problem)];
    check(named("https://login.example/token"), &[]);
    check(named("http://127.0.0.1:9000/token"), &[]);
    check(named("http://login.example/token"), &problem(UriProblem::Insecure));
    check(named("/token"), &problem(UriProblem::Url(UrlError::NotAbsolute)));
    check(named("javascript:alert(1)"), &problem(UriProblem::Url(UrlError::NotAbsolute)));
}

#[test]
fn a_limit_of_redirects_allows_some_and_remembers_few() {
    for (redirects, good) in [(0, false), (1, true), (32, true), (33, false)] {
        let expected = [ConfigError::RedirectLimit];
        check(|c| c.redirect_limit.redirects = redirects, if good { &[] } else { &expected });
    }
}

#[test]
#[cfg(feature = "idle")]
fn a_warning_comes_after_the_last_sign_of_life() {
    for (after, warn_before, good) in [(600, 60, true), (60, 60, false), (60, 600, false), (0, 0, false)] {
        let (after, warn_before) = (Duration::from_secs(after), Duration::from_secs(warn_before));
        let expected = [ConfigError::Idle];
        check(|c| c.idle = Some(Idle { after, warn_before }), if good { &[] } else { &expected });
    }
}

#[test]
fn a_build_without_words_for_developers_still_names_the_fields() {
    let errors = Settings::check(&AuthConfig::default(), "http://localhost:8080/").unwrap_err();
    assert_eq!(errors.fields(), "issuer client_id redirect_uri post_logout_redirect_uri scopes ");
}
