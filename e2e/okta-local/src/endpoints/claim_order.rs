//! The order in which `/userinfo` tells its claims: Okta's for those that it knows, then all others.

use okta_types::UserInfo;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

const ORDER: [&str; 14] = [
    "name",
    "nickname",
    "preferred_username",
    "given_name",
    "middle_name",
    "family_name",
    "profile",
    "zoneinfo",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "address",
    "phone_number",
];

/// Claims as they are written.
pub(super) struct InOrder(pub(super) UserInfo);

impl Serialize for InOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let UserInfo { sub, claims } = &self.0;
        let mut written = serializer.serialize_map(Some(1 + claims.len()))?;
        written.serialize_entry("sub", sub)?;
        let known = ORDER.iter().filter_map(|name| claims.get_key_value(*name));
        let others = claims.iter().filter(|(name, _)| !ORDER.contains(&name.as_str()));
        for (name, value) in known.chain(others) {
            written.serialize_entry(name, value)?;
        }
        written.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    #[test]
    fn known_claims_come_first_and_in_order() {
        let claims = [("email", "e"), ("zoneinfo", "z"), ("name", "n"), ("custom", "c")];
        let claims: Map<_, _> =
            claims.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let written = serde_json::to_string(&InOrder(UserInfo { sub: "00u1".to_owned(), claims })).unwrap();
        assert_eq!(written, r#"{"sub":"00u1","name":"n","zoneinfo":"z","email":"e","custom":"c"}"#);
    }
}
