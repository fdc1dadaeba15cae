//! Transactions as the Authentication API tells them: what is to be done next, and where.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::endpoints::answer;
use crate::org::factor::{Factor, FactorKind, Provider};
use crate::org::tenant::Tenant;
use crate::org::transaction::{Stage, TRANSACTION_LIFETIME};
use crate::org::user::User;
use crate::timestamp::iso;

/// An answer about a transaction.
pub(super) fn show(tenant: &Tenant, token: &str, stage: &Stage, user: &User) -> HttpResponse {
    let mut body = transaction(tenant, status(stage), user);
    body["stateToken"] = json!(token);
    match stage {
        Stage::PasswordExpired => {
            body["_embedded"]["policy"] = policy();
            body["_links"]["next"] = next(tenant, "changePassword", "/credentials/change_password");
        }
        Stage::PasswordReset { activation } => {
            if *activation {
                body["recoveryType"] = json!("ACCOUNT_ACTIVATION");
            }
            body["_embedded"]["policy"] = policy();
            body["_links"]["next"] = next(tenant, "resetPassword", "/credentials/reset_password");
        }
        Stage::Recovery => {
            let question = user.recovery.as_ref().map(|recovery| &recovery.question);
            body["_embedded"]["user"]["recovery_question"] = json!({ "question": question });
            body["_links"]["next"] = next(tenant, "answer", "/recovery/answer");
        }
        Stage::FactorRequired(_) => {
            body["_embedded"]["factors"] = enrolled(tenant, user);
            body["_embedded"]["policy"] = json!({
                "allowRememberDevice": false, "rememberDeviceLifetimeInMinutes": 0, "rememberDeviceByDefault": false,
            });
        }
        Stage::FactorEnroll(_) => body["_embedded"]["factors"] = to_enroll(tenant),
        Stage::FactorActivate(_, id) => {
            let factor = user.factors.iter().find(|factor| factor.id == *id);
            body["_embedded"]["factor"] = json!(factor.map(|factor| activation(user, factor)));
            body["_links"]["next"] = next(tenant, "activate", &format!("/factors/{id}/lifecycle/activate"));
            body["_links"]["prev"] = link(tenant, "/previous");
        }
    }
    answer::json(StatusCode::OK, &body)
}

fn status(stage: &Stage) -> &'static str {
    match stage {
        Stage::PasswordExpired => "PASSWORD_EXPIRED",
        Stage::PasswordReset { .. } => "PASSWORD_RESET",
        Stage::Recovery => "RECOVERY",
        Stage::FactorRequired(_) => "MFA_REQUIRED",
        Stage::FactorEnroll(_) => "MFA_ENROLL",
        Stage::FactorActivate(..) => "MFA_ENROLL_ACTIVATE",
    }
}

/// What all answers have.
pub(super) fn transaction(tenant: &Tenant, status: &str, user: &User) -> Value {
    let attribute = |name: &str, otherwise: &str| user.attribute(name).unwrap_or_else(|| json!(otherwise));
    json!({
        "expiresAt": iso(tenant.now() + TRANSACTION_LIFETIME),
        "status": status,
        "_embedded": {"user": {
            "id": user.id,
            "passwordChanged": user.password_changed_at.map(iso),
            "profile": {
                "login": user.login,
                "firstName": user.given_name,
                "lastName": user.family_name,
                "locale": attribute("locale", "en"),
                "timeZone": attribute("timezone", "America/Los_Angeles"),
            },
        }},
        "_links": {"cancel": link(tenant, "/cancel")},
    })
}

fn link(tenant: &Tenant, path: &str) -> Value {
    json!({"href": format!("{}/api/v1/authn{path}", tenant.base_url), "hints": {"allow": ["POST"]}})
}

fn next(tenant: &Tenant, name: &str, path: &str) -> Value {
    let mut next = link(tenant, path);
    next["name"] = json!(name);
    next
}

/// What a password has to be like.
fn policy() -> Value {
    json!({"complexity": {
        "minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0, "excludeUsername": true,
    }})
}

fn authenticator(id: &str, provider: Provider, user: &User) -> Value {
    json!({
        "id": id, "factorType": "token:software:totp", "provider": provider, "vendorName": provider,
        "profile": {"credentialId": user.login},
    })
}

/// The authenticator apps that somebody can prove.
fn enrolled(tenant: &Tenant, user: &User) -> Value {
    let shown = |(id, _): (String, _)| {
        let known = user.factors.iter().find(|factor| factor.id == id);
        let mut shown = authenticator(&id, known.map_or(Provider::Google, provider), user);
        shown["_links"] = json!({"verify": link(tenant, &format!("/factors/{id}/verify"))});
        shown
    };
    user.authenticators().map(shown).collect()
}

fn provider(factor: &Factor) -> Provider {
    match &factor.kind {
        FactorKind::Totp { provider, .. } => *provider,
        FactorKind::Question { .. } | FactorKind::Passkey { .. } => Provider::Okta,
    }
}

/// What somebody without a factor may enroll.
fn to_enroll(tenant: &Tenant) -> Value {
    let entry = |provider: Provider| {
        json!({
            "factorType": "token:software:totp", "provider": provider, "vendorName": provider,
            "_links": {"enroll": link(tenant, "/factors")}, "status": "NOT_SETUP", "enrollment": "OPTIONAL",
        })
    };
    [Provider::Okta, Provider::Google].map(entry).into_iter().collect()
}

/// A factor that waits for its first code.
fn activation(user: &User, factor: &Factor) -> Value {
    let mut shown = authenticator(&factor.id, provider(factor), user);
    let secret = factor.secret().map(crate::org::totp::TotpSecret::base32);
    shown["_embedded"] = json!({
        "activation": {"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": 6},
    });
    shown
}
