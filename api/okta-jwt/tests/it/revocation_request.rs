//! Requests of an org to end a person's tokens (Universal Logout).

use okta_jwt::{
    Issuer, Refusal, RevocationRequestError, RevocationRequests, SubjectError, UnixTime, Verifier,
    VerifyError,
};
use serde_json::{Value, json};

use crate::issuer::{Answer, FakeIssuer};
use crate::signer::{FIRST, SECOND, STRANGER, Signer};
use crate::token::{NOW, Token};

const ENDPOINT: &str = "https://shop.example/api/global-token-revocation";
const ALICE: &str = "00u47ijy7sRLaeSdC0g7";

/// An org with its authorization server `default`; the org's messages are signed by another key than its tokens.
struct Org {
    server: FakeIssuer,
    url: String,
    requests: RevocationRequests,
    verifier: Verifier,
}

impl Org {
    async fn start() -> Self {
        let server = FakeIssuer::start(&[&FIRST]).await;
        let url = server.url.strip_suffix("/oauth2/default").unwrap().to_owned();
        let keys = format!("{url}/oauth2/v1/keys");
        let metadata = json!({"issuer": url, "jwks_uri": keys}).to_string();
        server.answer("/.well-known/openid-configuration", Answer::Say(200, "", metadata));
        let org = Issuer::parse(&url).unwrap();
        let requests = RevocationRequests::new(org, ENDPOINT).unwrap();
        let org = Self { verifier: server.verifier(), server, url, requests };
        org.publish(&SECOND);
        org
    }

    fn publish(&self, signer: &Signer) {
        let keys = json!({"keys": [signer.jwk()]}).to_string();
        self.server.answer("/oauth2/v1/keys", Answer::Say(200, "", keys));
    }

    /// As Okta's documentation shows it.
    fn message(&self) -> Token {
        Token::empty()
            .header("typ", "global-token-revocation+jwt")
            .signed_by(&SECOND)
            .claim("jti", "1")
            .claim("iss", &*self.url)
            .claim("sub", "0oa1")
            .claim("aud", ENDPOINT)
            .claim("iat", NOW.0)
            .claim("nbf", NOW.0)
            .claim("exp", NOW.0 + 300)
    }

    fn alice(&self) -> Value {
        json!({"format": "iss_sub", "iss": self.url, "sub": ALICE})
    }

    /// Carries a request out, and says how many revocations it was.
    async fn take(&self, message: &Token, subject: Value) -> Result<usize, RevocationRequestError> {
        let body = json!({"sub_id": subject}).to_string();
        let request = self.requests.verify(message.text(), body.as_bytes(), NOW).await?;
        let revocations: Vec<_> = request.revocations(&self.verifier).collect();
        for (issuer, revocation) in &revocations {
            self.verifier.deny(issuer.as_str(), revocation.clone(), NOW);
        }
        Ok(revocations.len())
    }

    async fn accepts(&self, token: Token) -> bool {
        match self.verifier.verify_at(&token.text(), NOW).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, Refusal::Revoked.into());
                false
            }
        }
    }

    fn token(&self, iat: i64) -> Token {
        Token::good(&self.server.url).claim("iat", iat)
    }
}

#[tokio::test]
async fn a_persons_tokens_end_where_they_were_issued_before_and_nobody_elses() {
    for format in ["iss_sub", "issuer", "opaque", "email"] {
        let org = Org::start().await;
        assert!(org.accepts(org.token(NOW.0)).await);
        let subject = match format {
            "iss_sub" => org.alice(),
            "issuer" => json!({"format": "iss_sub", "iss": org.server.url, "sub": ALICE}),
            "opaque" => json!({"format": "opaque", "id": ALICE}),
            _ => json!({"format": "email", "email": "Alice@Example.com"}),
        };
        assert_eq!(org.take(&org.message(), subject).await, Ok(1), "{format}");
        assert!(
            !org.accepts(org.token(NOW.0)).await && !org.accepts(org.token(NOW.0 - 600)).await,
            "{format}"
        );
        assert!(org.accepts(org.token(NOW.0 + 1)).await, "{format}");
        let bob = org.token(NOW.0).claim("uid", "00uBob").claim("sub", "bob@example.com");
        assert!(org.accepts(bob).await, "{format}");
        // Whoever has her login without being her, or is her under another login.
        let namesake = org.token(NOW.0).claim("uid", "00uOther");
        let renamed = org.token(NOW.0).claim("sub", "new@example.com");
        assert_eq!(org.accepts(namesake).await, format != "email", "{format}");
        assert_eq!(org.accepts(renamed).await, format == "email", "{format}");
    }
}

#[tokio::test]
async fn another_orgs_person_is_nobody_here() {
    let org = Org::start().await;
    for iss in ["https://other.okta.com", "https://other.okta.com/oauth2/default"] {
        let subject = json!({"format": "iss_sub", "iss": iss, "sub": ALICE});
        let message = org.message().claim("jti", iss);
        assert_eq!(org.take(&message, subject).await, Ok(0));
    }
    assert!(org.accepts(org.token(NOW.0)).await);
}

#[tokio::test]
async fn only_a_message_of_the_org_for_this_endpoint_and_for_now_is_taken() {
    let org = Org::start().await;
    let refused = |refusal: Refusal| Err(RevocationRequestError::Message(refusal.into()));
    let message = || org.message();
    for (message, expected) in [
        (message().without_header("typ"), refused(Refusal::Type)),
        (message().header("typ", "JWT"), refused(Refusal::Type)),
        (message().header("typ", "at+jwt"), refused(Refusal::Type)),
        (message().header("alg", "none"), refused(Refusal::Algorithm)),
        (message().header("alg", "HS256"), refused(Refusal::Algorithm)),
        (message().header("crit", json!(["exp"])), refused(Refusal::Extension)),
        (message().signed_by(&STRANGER), refused(Refusal::KeyUnknown)),
        // The key of the authorization server is not the org's.
        (message().signed_by(&FIRST), refused(Refusal::KeyUnknown)),
        (message().signature(|text| STRANGER.rs256(text)), refused(Refusal::Signature)),
        (message().without("iss"), refused(Refusal::ClaimMissing("iss"))),
        (message().claim("iss", &*org.server.url), refused(Refusal::Issuer)),
        (message().without("aud"), refused(Refusal::ClaimMissing("aud"))),
        (message().claim("aud", "https://shop.example/"), refused(Refusal::Audience)),
        (message().claim("aud", "api://default"), refused(Refusal::Audience)),
        (message().without("iat"), refused(Refusal::ClaimMissing("iat"))),
        (message().without("exp"), refused(Refusal::ClaimMissing("exp"))),
        (message().claim("exp", "soon"), refused(Refusal::ClaimType("exp"))),
        (message().claim("iat", NOW.0 - 420).claim("exp", NOW.0 - 120), refused(Refusal::Expired)),
        (message().claim("iat", NOW.0 + 121).claim("exp", NOW.0 + 400), refused(Refusal::IssuedInFuture)),
        (message().claim("nbf", NOW.0 + 121), refused(Refusal::NotYetValid)),
        (message().claim("nbf", json!(null)), refused(Refusal::ClaimType("nbf"))),
        (message().claim("exp", NOW.0 + 3601), refused(Refusal::Lifetime)),
        (message().claim("exp", NOW.0), refused(Refusal::Lifetime)),
        (message().without("jti"), refused(Refusal::ClaimMissing("jti"))),
    ] {
        assert_eq!(org.take(&message, org.alice()).await, expected);
    }
    assert!(org.accepts(org.token(NOW.0)).await);
    for good in [
        message().claim("jti", "2").claim("aud", json!([ENDPOINT, "x"])),
        message().claim("jti", "3").without("nbf"),
        message().claim("jti", "4").claim("iat", NOW.0 - 419).claim("exp", NOW.0 - 119),
        message().claim("jti", "5").without("sub"),
    ] {
        assert_eq!(org.take(&good, org.alice()).await, Ok(1));
    }
}

#[tokio::test]
async fn an_access_token_and_a_revocation_request_are_never_taken_for_each_other() {
    let org = Org::start().await;
    org.publish(&FIRST);
    let token = org.token(NOW.0).claim("aud", ENDPOINT).claim("iss", &*org.url);
    let refused = Err(RevocationRequestError::Message(Refusal::Type.into()));
    assert_eq!(org.take(&token, org.alice()).await, refused);
    let message = org.token(NOW.0).header("typ", "global-token-revocation+jwt");
    assert_eq!(org.verifier.verify_at(&message.text(), NOW).await.map(drop), Err(Refusal::Type.into()));
}

#[tokio::test]
async fn a_message_is_for_one_body() {
    let org = Org::start().await;
    // One that cannot be read uses nothing up.
    let refused = org.requests.verify(org.message().text(), b"{}", NOW).await.map(drop);
    assert_eq!(refused, Err(SubjectError::Missing.into()));
    assert_eq!(org.take(&org.message(), org.alice()).await, Ok(1));
    assert_eq!(org.take(&org.message(), org.alice()).await, Ok(1), "its answer may have been lost");
    let other = json!({"format": "opaque", "id": "00uBob"});
    assert_eq!(
        org.take(&org.message(), other.clone()).await,
        Err(RevocationRequestError::Message(Refusal::Reused.into()))
    );
    assert_eq!(org.take(&org.message().claim("jti", "2"), other).await, Ok(1));
}

#[tokio::test]
async fn a_message_is_remembered_for_as_long_as_it_is_taken() {
    let org = Org::start().await;
    assert_eq!(org.take(&org.message(), org.alice()).await, Ok(1));
    let other = json!({"sub_id": {"format": "opaque", "id": "00uBob"}}).to_string();
    let last = NOW.0 + 300 + 119;
    for (at, refusal) in [(last, Refusal::Reused), (last + 1, Refusal::Expired)] {
        let outcome = org.requests.verify(org.message().text(), other.as_bytes(), UnixTime(at)).await;
        assert_eq!(outcome.map(drop), Err(RevocationRequestError::Message(refusal.into())));
    }
    assert!(format!("{:?}", org.requests).contains(&org.url));
}

#[tokio::test]
async fn without_the_orgs_keys_it_is_the_org_that_has_to_wait() {
    let org = Org::start().await;
    org.server.answer("/oauth2/v1/keys", Answer::Say(500, "", String::new()));
    let outcome = org.take(&org.message(), org.alice()).await;
    assert!(
        matches!(&outcome, Err(RevocationRequestError::Message(VerifyError::KeysUnavailable { .. }))),
        "{outcome:?}"
    );
    assert!(org.requests.warm().await.is_err());
}

#[tokio::test]
async fn an_endpoint_may_have_several_addresses() {
    let org = Org::start().await;
    let elsewhere = "http://localhost:8080/api/global-token-revocation";
    let message = org.message().claim("aud", elsewhere);
    let refused = Err(RevocationRequestError::Message(Refusal::Audience.into()));
    assert_eq!(org.take(&message, org.alice()).await, refused);
    let org = Org { requests: org.requests.also_at(elsewhere), ..org };
    assert_eq!(org.take(&message, org.alice()).await, Ok(1));
    let later = UnixTime(NOW.0 + 500);
    let body = json!({"sub_id": org.alice()}).to_string();
    let outcome = org.requests.verify(org.message().text(), body.as_bytes(), later).await.map(drop);
    assert_eq!(outcome, Err(RevocationRequestError::Message(Refusal::Expired.into())));
}

#[tokio::test]
async fn an_authorization_server_of_another_domain_is_the_orgs_where_that_is_said() {
    let mut org = Org::start().await;
    let elsewhere = FakeIssuer::start(&[&FIRST]).await;
    org.verifier = elsewhere.verifier();
    assert_eq!(org.take(&org.message(), org.alice()).await, Ok(0));
    org.requests = org.requests.issuer(Issuer::parse(&elsewhere.url).unwrap());
    assert_eq!(org.take(&org.message(), org.alice()).await, Ok(1));
    let token = Token::good(&elsewhere.url);
    assert_eq!(org.verifier.verify_at(&token.text(), NOW).await.map(drop), Err(Refusal::Revoked.into()));
}
