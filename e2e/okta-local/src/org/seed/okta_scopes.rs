//! Scopes that Okta makes: in every authorization server, and in `default` those of its account API, which this org
//! does not have.

/// Name, title and meaning, in Okta's order. `device_sso` is not of the org's own server.
pub(crate) const SYSTEM_SCOPES: [(&str, &str, &str); 7] = [
    ("openid", "openid", "Signals that a request is an OpenID request."),
    (
        "profile",
        "View your profile information.",
        "The exact data varies based on what profile information you have provided, such as: name, time zone, picture, or birthday.",
    ),
    ("email", "View your email address.", "This allows the app to view your email address."),
    (
        "address",
        "View your address.",
        "This allows the app to view your address, such as: street address, city, state, and zip code.",
    ),
    ("phone", "View your phone number.", "This allows the app to view your phone number."),
    (
        "offline_access",
        "Keep you signed in to the app.",
        "This keeps you signed in to the app, even when you are not using it.",
    ),
    (
        "device_sso",
        "Request device secret.",
        "This allows you to single sign on between native client applications on your device.",
    ),
];

/// The same of `default` alone. They may be granted, and open nothing.
pub(crate) const ACCOUNT_SCOPES: [(&str, &str, &str); 20] = [
    (
        "okta.myAccount.appAuthenticator.maintenance.manage",
        "Manage non-sensitive attributes of my account app authenticator enrollment",
        "Allows the end user to manage non-sensitive attributes of their app authenticator enrollment.",
    ),
    (
        "okta.myAccount.appAuthenticator.maintenance.read",
        "Read non-sensitive attributes of my account app authenticator enrollment",
        "Allows the end user to read non-sensitive attributes of their app authenticator enrollment.",
    ),
    (
        "okta.myAccount.appAuthenticator.manage",
        "Manage my account app authenticator enrollment",
        "Allows the end user to manage their app authenticator enrollment.",
    ),
    (
        "okta.myAccount.appAuthenticator.read",
        "Read my account app authenticator enrollment",
        "Allows the end user to read their app authenticator enrollment.",
    ),
    (
        "okta.myAccount.authenticators.manage",
        "Manage my account authenticator enrollments",
        "Allows the end user to manage their account authenticator enrollments.",
    ),
    (
        "okta.myAccount.authenticators.read",
        "Read my account authenticator enrollments",
        "Allows the end user to read their account authenticator enrollments.",
    ),
    (
        "okta.myAccount.customAuthenticator.manage",
        "Manage my account custom authenticator",
        "Allows the end user to manage their custom authenticators.",
    ),
    (
        "okta.myAccount.customAuthenticator.read",
        "Read my account custom authenticator",
        "Allows the end user to read their custom authenticators.",
    ),
    (
        "okta.myAccount.email.manage",
        "Manage my account email ",
        "Allows the end user to manage their email addresses.",
    ),
    (
        "okta.myAccount.email.read",
        "Read my account email",
        "Allows the end user to read their email addresses.",
    ),
    (
        "okta.myAccount.manage",
        "Manage my account",
        "Allows the end user to manage their account profile, email addresses, and phone numbers.",
    ),
    (
        "okta.myAccount.oktaApplications.read",
        "Read my Okta applications",
        "Allows the end user to read their Okta applications information.",
    ),
    (
        "okta.myAccount.organization.read",
        "Read my account org details",
        "Allows the end user to read their account org details information.",
    ),
    (
        "okta.myAccount.password.manage",
        "Manage my account password",
        "Allows the end user to manage their account password.",
    ),
    (
        "okta.myAccount.password.read",
        "Read my account password enrollment",
        "Allows the end user to read their account password enrollment.",
    ),
    (
        "okta.myAccount.phone.manage",
        "Manage my account phone number",
        "Allows the end user to manage their phone numbers.",
    ),
    (
        "okta.myAccount.phone.read",
        "Read my account phone number",
        "Allows the end user to read their phone numbers.",
    ),
    (
        "okta.myAccount.profile.manage",
        "Manage my account profile",
        "Allows the end user to manage their account profile.",
    ),
    (
        "okta.myAccount.profile.read",
        "Read my account profile",
        "Allows the end user to read their account profile.",
    ),
    (
        "okta.myAccount.read",
        "Read my account",
        "Allows the end user to read their account profile, email addresses, and phone numbers.",
    ),
];

/// Whether Okta makes a scope of that name.
pub(crate) fn is_okta_scope(name: &str) -> bool {
    SYSTEM_SCOPES.iter().chain(&ACCOUNT_SCOPES).any(|(okta, ..)| *okta == name)
}
