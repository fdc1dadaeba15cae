//! Factors as the management API shows them.

use okta_types::base64url;
use serde_json::{Value, json};

use crate::org::factor::{Factor, FactorKind, Provider};
use crate::org::second_factor::seeded_id;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::timestamp::iso;

/// Okta's keys of security questions, and the questions.
pub(super) const QUESTIONS: [(&str, &str); 20] = [
    ("disliked_food", "What is the food you least liked as a child?"),
    ("name_of_first_plush_toy", "What is the name of your first stuffed animal?"),
    ("first_award", "What did you earn your first medal or award for?"),
    ("favorite_security_question", "What is your favorite security question?"),
    ("favorite_toy", "What is the toy/stuffed animal you liked the most as a kid?"),
    ("first_computer_game", "What was the first computer game you played?"),
    ("favorite_movie_quote", "What is your favorite movie quote?"),
    ("first_sports_team_mascot", "What was the mascot of the first sports team you played on?"),
    ("first_music_purchase", "What music album or song did you first purchase?"),
    ("favorite_art_piece", "What is your favorite piece of art?"),
    ("grandmother_favorite_desert", "What was your grandmother's favorite dessert?"),
    ("first_thing_cooked", "What was the first thing you learned to cook?"),
    ("childhood_dream_job", "What was your dream job as a child?"),
    ("first_kiss_location", "Where did you have your first kiss?"),
    ("place_where_significant_other_was_met", "Where did you meet your spouse/significant other?"),
    ("favorite_vacation_location", "Where did you go for your favorite vacation?"),
    ("new_years_two_thousand", "Where were you on New Year's Eve in the year 2000?"),
    ("favorite_speaker_actor", "Who is your favorite speaker/orator?"),
    ("favorite_book_movie_character", "Who is your favorite book/movie character?"),
    ("favorite_sports_player", "Who is your favorite sports player?"),
];

/// What a passkey is called.
const AUTHENTICATOR_NAME: &str = "Passkey";

/// Where somebody is in the API.
fn own(tenant: &Tenant, user: &User) -> String {
    format!("{}/api/v1/users/{}", tenant.base_url, user.id)
}

/// A link that allows one thing.
fn post(href: String) -> Value {
    json!({"href": href, "hints": {"allow": ["POST"]}})
}

/// The authenticator app that somebody was seeded with.
pub(super) fn seeded(tenant: &Tenant, user: &User) -> Option<Value> {
    let secret = user.totp.clone()?;
    let factor = Factor {
        id: seeded_id(user),
        kind: FactorKind::Totp { provider: Provider::Google, secret },
        active: true,
        created_at: user.created_at,
        updated_at: user.created_at,
    };
    Some(show(tenant, user, &factor))
}

/// A factor. The secret of an authenticator app is told until it is activated.
pub(super) fn show(tenant: &Tenant, user: &User, factor: &Factor) -> Value {
    let own = own(tenant, user);
    let at = format!("{own}/factors/{}", factor.id);
    let (kind, provider, profile) = match &factor.kind {
        FactorKind::Totp { provider, .. } => {
            ("token:software:totp", json!(provider), json!({"credentialId": user.login}))
        }
        FactorKind::Question { question, .. } => {
            let text = QUESTIONS.iter().find(|(key, _)| key == question).map(|(_, text)| text);
            ("question", json!(Provider::Okta), json!({"question": question, "questionText": text}))
        }
        FactorKind::Passkey { credential } => {
            let id = base64url::encode(&credential.credential_id);
            let profile = json!({"credentialId": id, "authenticatorName": AUTHENTICATOR_NAME});
            ("webauthn", json!("FIDO"), profile)
        }
    };
    let mut shown = json!({
        "id": factor.id,
        "factorType": kind,
        "provider": provider,
        "vendorName": provider,
        "status": if factor.active { "ACTIVE" } else { "PENDING_ACTIVATION" },
        "created": iso(factor.created_at),
        "lastUpdated": iso(factor.updated_at),
        "profile": profile,
        "_links": links(&own, &at, factor),
    });
    if let FactorKind::Totp { secret, .. } = &factor.kind
        && !factor.active
    {
        shown["_embedded"] = json!({ "activation": activation(&secret.base32()) });
    }
    shown
}

/// What may be done, in Okta's order.
fn links(own: &str, at: &str, factor: &Factor) -> Value {
    let get = |href: &str| json!({"href": href, "hints": {"allow": ["GET"]}});
    let mut links = json!({});
    match &factor.kind {
        FactorKind::Question { .. } => links["questions"] = get(&format!("{own}/factors/questions")),
        FactorKind::Totp { .. } if !factor.active => {
            links["activate"] = post(format!("{at}/lifecycle/activate"));
        }
        FactorKind::Totp { .. } | FactorKind::Passkey { .. } => {}
    }
    let allow: &[&str] = if factor.active { &["GET", "DELETE"] } else { &["GET"] };
    links["self"] = json!({"href": at, "hints": {"allow": allow}});
    if factor.active && matches!(factor.kind, FactorKind::Totp { .. }) {
        links["verify"] = post(format!("{at}/verify"));
    }
    links["user"] = get(own);
    links
}

/// What an authenticator app needs to know.
fn activation(secret: &str) -> Value {
    json!({"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": 6})
}

/// What somebody may enroll, and what they have.
pub(super) fn catalog(tenant: &Tenant, user: &User) -> Vec<Value> {
    let own = own(tenant, user);
    let has = |kind: &str, provider: Provider| {
        let is_it = |factor: &Factor| match &factor.kind {
            FactorKind::Totp { provider: known, .. } => kind != "question" && *known == provider,
            FactorKind::Question { .. } => kind == "question",
            FactorKind::Passkey { .. } => false,
        };
        let seeded = user.totp.is_some() && kind != "question" && provider == Provider::Google;
        seeded || user.factors.iter().any(|factor| factor.active && is_it(factor))
    };
    let kinds = [
        ("question", Provider::Okta),
        ("token:software:totp", Provider::Okta),
        ("token:software:totp", Provider::Google),
    ];
    let entry = |(kind, provider): (&str, Provider)| {
        let mut links = json!({"enroll": post(format!("{own}/factors"))});
        if kind == "question" {
            let questions = format!("{own}/factors/questions");
            links["questions"] = json!({"href": questions, "hints": {"allow": ["GET"]}});
        }
        json!({
            "factorType": kind, "provider": provider, "vendorName": provider, "_links": links,
            "status": if has(kind, provider) { "ACTIVE" } else { "NOT_SETUP" },
        })
    };
    kinds.into_iter().map(entry).collect()
}
