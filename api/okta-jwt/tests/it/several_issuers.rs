//! One API, several issuers: each with its own rules and keys, and none good for another.

use okta_jwt::{ConfigError, Issuer, Refusal, Revocation, UnixTime, Verifier, VerifyError};
use okta_types::JwsError;

use crate::issuer::{FakeIssuer, KEYS};
use crate::key_set::{SECOND_OF_TIME, pass, until};
use crate::look;
use crate::signer::{FIRST, SECOND, STRANGER, Signer};
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

struct Pair {
    shop: FakeIssuer,
    staff: FakeIssuer,
    both: Verifier,
}

impl Pair {
    async fn start() -> Self {
        let (shop, staff) = (FakeIssuer::start(&[&FIRST]).await, FakeIssuer::start(&[&SECOND]).await);
        let strict = staff.builder().audience("api://staff");
        let both = shop.builder().also_trust(strict).build().unwrap();
        Self { shop, staff, both }
    }

    async fn verify(&self, token: &Token) -> Result<String, VerifyError> {
        let verified = self.both.verify_at(&token.text(), NOW).await?;
        Ok(verified.subject().iss().to_owned())
    }

    fn token(issuer: &FakeIssuer, signer: &'static Signer, audience: &str) -> Token {
        Token::good(&issuer.url).signed_by(signer).claim("aud", audience)
    }
}

#[tokio::test]
async fn each_token_is_measured_by_its_own_issuers_rules() {
    let pair = Pair::start().await;
    let (shop, staff) = (&pair.shop, &pair.staff);
    for _ in 0..2 {
        assert_eq!(pair.verify(&Pair::token(shop, &FIRST, AUDIENCE)).await, Ok(shop.url.clone()));
        assert_eq!(pair.verify(&Pair::token(staff, &SECOND, "api://staff")).await, Ok(staff.url.clone()));
    }
    let crossed = [Pair::token(shop, &FIRST, "api://staff"), Pair::token(staff, &SECOND, AUDIENCE)];
    for token in &crossed {
        assert_eq!(pair.verify(token).await, Err(Refusal::Audience.into()));
    }
}

#[tokio::test]
async fn what_was_seen_is_judged_by_its_own_issuers_rules_too() {
    let pair = Pair::start().await;
    let tokens =
        [Pair::token(&pair.shop, &FIRST, AUDIENCE), Pair::token(&pair.staff, &SECOND, "api://staff")];
    let seen = |token: &Token, now| look::seen(&pair.both, token.text(), now);
    for token in &tokens {
        assert_eq!(seen(token, NOW), None);
        pair.verify(token).await.unwrap();
        assert_eq!(seen(token, NOW), Some(Ok(())));
        assert_eq!(seen(token, UnixTime(NOW.0 + 3120)), Some(Err(Refusal::Expired.into())));
    }
    let jti = "AT.NovJtQ_NrJ6cgy3h1-638ArovwYXWslu0teQ2M3Ux9c".to_owned();
    pair.both.deny(&pair.staff.url, Revocation::Token { jti, exp: UnixTime(NOW.0 + 3000) }, NOW);
    assert_eq!(tokens.map(|token| seen(&token, NOW)), [Some(Ok(())), Some(Err(Refusal::Revoked.into()))]);
}

#[tokio::test]
async fn without_waiting_the_same_is_said_wherever_the_keys_are_known() {
    let pair = Pair::start().await;
    let now = |token: &str| look::at_once(&pair.both, token, NOW).map(|verdict| verdict.map(drop));
    let staff = Pair::token(&pair.staff, &SECOND, "api://staff").text();
    assert!(now(&staff).is_none() && !pair.both.is_ready());
    pair.both.warm().await.unwrap();
    assert!(pair.both.is_ready());
    for (token, expected) in [
        (staff, Ok(())),
        (Pair::token(&pair.shop, &FIRST, AUDIENCE).text(), Ok(())),
        (Pair::token(&pair.staff, &SECOND, AUDIENCE).text(), Err(Refusal::Audience.into())),
        (Token::good("https://evil.test/oauth2/x").text(), Err(Refusal::Issuer.into())),
        ("garbage".to_owned(), Err(JwsError::Parts.into())),
        ("a".repeat(66_000), Err(JwsError::TooLong.into())),
    ] {
        for _ in 0..2 {
            assert_eq!(now(&token), Some(expected.clone()), "{token:.20}");
        }
    }
    assert_eq!(now(&Pair::token(&pair.shop, &SECOND, AUDIENCE).text()), None, "a key to be looked for");
}

#[tokio::test]
async fn one_issuers_key_is_none_of_anothers() {
    let pair = Pair::start().await;
    let (shop, staff) = (&pair.shop, &pair.staff);
    let lie = Pair::token(shop, &SECOND, AUDIENCE);
    assert_eq!(pair.verify(&lie).await, Err(Refusal::KeyUnknown.into()));
    let lie = Pair::token(staff, &FIRST, "api://staff").header("kid", SECOND.kid);
    assert_eq!(pair.verify(&lie).await, Err(Refusal::Signature.into()));
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let pair = Pair::start().await;
    let good = || Token::good(&pair.shop.url);
    assert_eq!(
        pair.verify(&good().claim("iss", "https://evil.test/oauth2/x")).await,
        Err(Refusal::Issuer.into())
    );
    assert_eq!(pair.verify(&good().without("iss")).await, Err(Refusal::ClaimMissing("iss").into()));
    assert_eq!(pair.verify(&good().claim("iss", 5)).await, Err(Refusal::ClaimType("iss").into()));
    assert_eq!((pair.shop.asked_for(KEYS), pair.staff.asked_for(KEYS)), (0, 0));
}

#[tokio::test]
async fn one_issuers_outage_is_not_the_others() {
    let pair = Pair::start().await;
    pair.staff.fail();
    assert!(pair.both.warm().await.is_err());
    let keys: Vec<_> = pair.both.key_sets().map(|(issuer, status)| (issuer.as_str(), status.keys)).collect();
    assert_eq!(keys, [(pair.shop.url.as_str(), 1), (pair.staff.url.as_str(), 0)]);
    assert!(!pair.both.is_ready());
    assert!(pair.verify(&Pair::token(&pair.shop, &FIRST, AUDIENCE)).await.is_ok());
    let refused = pair.verify(&Pair::token(&pair.staff, &SECOND, "api://staff")).await.unwrap_err();
    assert!(refused.retry_after().is_some(), "{refused}");
}

#[tokio::test]
async fn an_org_that_goes_by_two_names_is_two_issuers_with_the_same_keys() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let custom = issuer.url.replace("127.0.0.1", "localhost");
    let by_custom_domain = Verifier::builder(Issuer::parse(&custom).unwrap())
        .audience(AUDIENCE)
        .client_id(CLIENT)
        .key_set_url(format!("{custom}/v1/keys"));
    let alone = issuer.verifier();
    let token = Token::good(&custom).text();
    assert_eq!(alone.verify_at(&token, NOW).await.map(drop), Err(Refusal::Issuer.into()));

    let both = issuer.builder().also_trust(by_custom_domain).build().unwrap();
    for iss in [&issuer.url, &custom] {
        let verified = both.verify_at(&Token::good(iss).text(), NOW).await.unwrap();
        assert_eq!(verified.subject().iss(), iss);
    }
}

#[tokio::test]
async fn an_issuer_is_listed_once() {
    let (issuer, other) = (FakeIssuer::start(&[]).await, FakeIssuer::start(&[]).await);
    let twice = issuer.builder().also_trust(other.builder().also_trust(issuer.builder()));
    let refused = twice.build().unwrap_err();
    assert!(matches!(&refused, ConfigError::DuplicateIssuer(twice) if twice.as_str() == issuer.url));
    let three = issuer.builder().also_trust(other.builder().also_trust(Pair::start().await.shop.builder()));
    assert_eq!(three.build().unwrap().issuers().count(), 3);
}

#[tokio::test]
async fn with_one_issuers_key_goes_what_it_signed_and_nothing_else() {
    let pair = Pair::start().await;
    let tokens =
        [Pair::token(&pair.shop, &FIRST, AUDIENCE), Pair::token(&pair.staff, &SECOND, "api://staff")];
    for token in &tokens {
        pair.verify(token).await.unwrap();
    }
    assert_eq!(pair.both.remembered_tokens(), 2);
    pair.staff.publish(&[&STRANGER]);
    pass(571 * SECOND_OF_TIME).await;
    pair.staff.until_asked(KEYS, 2).await;
    until(&pair.both, |both| both.remembered_tokens() == 1).await;
    assert_eq!(tokens.map(|token| look::seen(&pair.both, token.text(), NOW)), [Some(Ok(())), None]);
}
