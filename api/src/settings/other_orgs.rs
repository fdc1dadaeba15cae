//! The orgs beside the first one: each with pages of its own in the shop, below a path.

use okta_types::Issuer;
use shared::SpaOrg;

use super::parse;
use super::variables::OTHER_ORGS;

/// One more org whose people may use the shop, by pages and access tokens of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherOrg {
    /// Below which path its pages are, e.g. `/birch`.
    pub path: String,
    /// Its custom authorization server.
    pub issuer: Issuer,
    /// The apps whose tokens are accepted, that of the SPA first.
    pub client_ids: Vec<String>,
    /// The `aud` that its access tokens must have.
    pub audience: String,
    /// What else the org's dashboard may call itself.
    pub org_addresses: Vec<String>,
}

impl OtherOrg {
    /// What the SPA is told of it.
    pub(super) fn for_spa(&self) -> SpaOrg {
        SpaOrg {
            path: self.path.clone(),
            issuer: self.issuer.to_string(),
            org_addresses: self.org_addresses.clone(),
            client_id: self.client_ids.first().cloned().unwrap_or_default(),
        }
    }
}

/// Several are separated by semicolons, the parts of each by white space.
pub(super) fn read(text: &str) -> Result<Vec<OtherOrg>, String> {
    let mut orgs = Vec::<OtherOrg>::new();
    for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
        let org = org(entry)?;
        if orgs.iter().any(|other| other.path == org.path) {
            return Err(format!("gives the path {} to two orgs: give each one of its own", org.path));
        }
        if orgs.iter().any(|other| other.issuer == org.issuer) {
            return Err(format!("names {} twice: name each org once", org.issuer));
        }
        orgs.push(org);
    }
    Ok(orgs)
}

fn org(entry: &str) -> Result<OtherOrg, String> {
    let mut words = entry.split_whitespace();
    let (Some(path), Some(issuer), Some(client_ids)) = (words.next(), words.next(), words.next()) else {
        return Err(format!(
            "holds {entry:?}: name the path of the org's pages, its issuer and its client id, e.g. {}",
            OTHER_ORGS.example
        ));
    };
    let audience = words.next().unwrap_or("api://default");
    let addresses: Vec<&str> = words.collect();
    Ok(OtherOrg {
        path: own_path(path)?,
        issuer: parse::issuer(issuer)
            .map_err(|problem| format!("holds the issuer {issuer:?}, which {problem}"))?,
        client_ids: parse::client_ids(client_ids)?,
        audience: parse::audience(audience)?,
        org_addresses: parse::org_addresses(&addresses.join(","))?,
    })
}

/// One segment: deeper ones would be pages of another page. Those of the shop are taken.
fn own_path(text: &str) -> Result<String, String> {
    let name = text.trim_end_matches('/').strip_prefix('/').unwrap_or_default();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(format!("holds the path {text:?}: write it as in /birch, with letters, digits, - and _"));
    }
    if shared::pages::NAMES.contains(&name) {
        return Err(format!("holds the path /{name}, which is a page of the shop: choose another one"));
    }
    Ok(["/", name].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIRCH: &str = "/birch https://birch.okta.com/oauth2/default 0oa2";

    #[test]
    fn an_org_is_a_path_an_issuer_and_client_ids() {
        let orgs = read(&format!(
            "{BIRCH},0oa3 ; /oak/ https://oak.okta.com/oauth2/x 0oa4 api://oak https://dev-4.okta.com/;"
        ))
        .unwrap();
        assert_eq!(orgs.len(), 2);
        assert_eq!(
            (orgs[0].path.as_str(), orgs[0].issuer.as_str()),
            ("/birch", "https://birch.okta.com/oauth2/default")
        );
        assert_eq!(
            (orgs[0].client_ids.join(" "), orgs[0].audience.as_str()),
            ("0oa2 0oa3".to_owned(), "api://default")
        );
        assert_eq!(orgs[0].for_spa().client_id, "0oa2");
        assert_eq!((orgs[1].path.as_str(), orgs[1].audience.as_str()), ("/oak", "api://oak"));
        assert_eq!(orgs[1].org_addresses, ["https://dev-4.okta.com"]);
        assert_eq!(read(" ; ").unwrap(), []);
    }

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let problem = read(text).unwrap_err();
        assert!(problem.contains(words), "{problem}");
    }

    #[test]
    fn each_mistake_says_what_to_do() {
        refused("/birch https://birch.okta.com/oauth2/default", "name the path of the org's pages");
        refused("birch https://birch.okta.com/oauth2/default 0oa2", "write it as in /birch");
        refused("/a/b https://birch.okta.com/oauth2/default 0oa2", "write it as in /birch");
        refused("/.. https://birch.okta.com/oauth2/default 0oa2", "write it as in /birch");
        for taken in ["/orders", "/login/", "/api", "/art", "/staff"] {
            refused(
                &format!("{taken} https://birch.okta.com/oauth2/default 0oa2"),
                "which is a page of the shop",
            );
        }
        refused("/birch https://birch.okta.com 0oa2", "org authorization server");
        refused("/birch https://birch.okta.com/oauth2/default {clientId}", "placeholder");
        refused("/birch https://birch.okta.com/oauth2/default 0oa2 a{b}", "not an audience");
        refused(
            "/birch https://birch.okta.com/oauth2/default 0oa2 api://default dev-1",
            "must start with https://",
        );
        refused(&format!("{BIRCH};/birch https://oak.okta.com/oauth2/default 0oa3"), "two orgs");
        refused(&format!("{BIRCH};/oak https://birch.okta.com/oauth2/default 0oa3"), "twice");
    }
}
