//! The configuration island of `index.html`: read at run time, checked, and complained about by name.

#[cfg(feature = "account")]
use okta_sycamore::OrgsErrors;
use okta_sycamore::{Json, read_json};
use okta_types::{Issuer, IssuerError, Origin, UrlError};
#[cfg(feature = "account")]
use shared::SpaOrg;
use shared::{SPA_CONFIG_ELEMENT_ID, SpaConfig};

use crate::browser;

/// The members of `SpaConfig`.
const MEMBERS: [&str; 5] = ["issuer", "client_id", "api_origin", "org_addresses", "other_orgs"];
/// Known to a build that could use it.
const RENEWAL_FRAME: &str = "renewal_frame";

/// Why the shop cannot start. Each variant names what is to be put right in `index.html`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigProblem {
    /// Nobody put the element there.
    #[error("index.html has no element <script type=\"application/json\" id=\"grove-config\">")]
    Missing,
    /// Not JSON, or not an object.
    #[error("the text of #grove-config is not the expected JSON: {0}")]
    Shape(&'static str),
    /// Something this version does not know: more likely misspelt than meant for later.
    #[error("#grove-config has an unknown member \"{0}\"")]
    Unknown(String),
    /// Left as it was built, or left out.
    #[error("\"{0}\" in #grove-config is empty: the server of index.html has to fill it in")]
    Empty(&'static str),
    /// Not an issuer.
    #[error("\"issuer\" in #grove-config {0}")]
    Issuer(IssuerError),
    /// Not a list of addresses.
    #[error("\"org_addresses\" in #grove-config is not a list of addresses such as https://dev-1.okta.com")]
    OrgAddresses,
    /// Not a list of orgs.
    #[cfg(feature = "account")]
    #[error(
        "\"other_orgs\" in #grove-config is not a list of orgs such as \
         {{\"path\":\"/birch\",\"issuer\":\"https://dev-2.okta.com/oauth2/default\",\"client_id\":\"0oa2\"}}"
    )]
    OtherOrgs,
    /// Two orgs that nobody could tell apart, or a path that is none.
    #[cfg(feature = "account")]
    #[error("#grove-config: {0}")]
    Orgs(OrgsErrors),
    /// Not an origin.
    #[error("\"api_origin\" in #grove-config {0}")]
    ApiOrigin(UrlError),
}

/// Reads the island of this page.
pub(crate) fn read() -> Result<SpaConfig, ConfigProblem> {
    parse(&browser::island(SPA_CONFIG_ELEMENT_ID).ok_or(ConfigProblem::Missing)?)
}

fn parse(text: &str) -> Result<SpaConfig, ConfigProblem> {
    let island = read_json(text).ok_or(ConfigProblem::Shape("it cannot be read"))?;
    let members = island.as_object().ok_or(ConfigProblem::Shape("not an object"))?;
    let is_known =
        |name: &str| MEMBERS.contains(&name) || (cfg!(feature = "silent-renewal") && name == RENEWAL_FRAME);
    if let Some((name, _)) = members.iter().find(|(name, _)| !is_known(name)) {
        return Err(ConfigProblem::Unknown(name.clone()));
    }
    let text = |name: &'static str| {
        let text = island.get(name).and_then(Json::as_str).unwrap_or_default().trim();
        if text.is_empty() { Err(ConfigProblem::Empty(name)) } else { Ok(text) }
    };
    let [issuer, client_id, api_origin, org_addresses, _] = MEMBERS;
    let (issuer, client_id, api_origin) = (text(issuer)?, text(client_id)?.to_owned(), text(api_origin)?);
    let issuer = Issuer::parse(issuer).map_err(ConfigProblem::Issuer)?;
    let api_origin = Origin::of(api_origin).map_err(ConfigProblem::ApiOrigin)?;
    let org_addresses = island.get(org_addresses).map_or(Some(Vec::new()), addresses);
    let org_addresses = org_addresses.ok_or(ConfigProblem::OrgAddresses)?;
    let renewal_frame =
        cfg!(feature = "silent-renewal") && matches!(island.get(RENEWAL_FRAME), Some(Json::Bool(true)));
    let (issuer, api_origin) = (issuer.into(), api_origin.to_string());
    // Their pages are in the program of the account.
    #[cfg(feature = "account")]
    let other_orgs = island.get(MEMBERS[4]).map_or(Some(Vec::new()), orgs).ok_or(ConfigProblem::OtherOrgs)?;
    #[cfg(not(feature = "account"))]
    let other_orgs = Vec::new();
    Ok(SpaConfig { issuer, org_addresses, client_id, api_origin, renewal_frame, other_orgs })
}

/// What is wrong with an issuer or a path, `Orgs` says.
#[cfg(feature = "account")]
fn orgs(list: &Json) -> Option<Vec<SpaOrg>> {
    let org = |org: &Json| {
        let text = |name| org.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let org_addresses = org.get("org_addresses").map_or(Some(Vec::new()), addresses)?;
        Some(SpaOrg {
            path: text("path")?,
            issuer: text("issuer")?,
            client_id: text("client_id")?,
            org_addresses,
        })
    };
    list.as_array()?.iter().map(org).collect()
}

fn addresses(list: &Json) -> Option<Vec<String>> {
    let address = |text: &Json| Issuer::parse(text.as_str()?).ok().map(String::from);
    list.as_array()?.iter().map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, names: &str) {
        let problem = parse(text).unwrap_err().to_string();
        assert!(problem.contains(names), "{problem}");
    }

    #[test]
    fn a_filled_island_is_taken_with_slashes_trimmed() {
        let config = parse(
            r#"{"issuer":"http://localhost:9000/oauth2/default/","client_id":"0oa1","api_origin":"http://localhost:8000/"}"#,
        );
        let config = config.unwrap();
        assert_eq!(config.issuer, "http://localhost:9000/oauth2/default");
        assert_eq!(config.api_origin, "http://localhost:8000");
    }

    #[test]
    fn other_addresses_of_the_org_may_be_given() {
        let read = |list: &str| {
            parse(&format!(
                r#"{{"issuer":"https://id.shop.test/oauth2/default","client_id":"0oa1","api_origin":"http://b","org_addresses":{list}}}"#
            ))
        };
        assert_eq!(read(r#"["https://dev-1.okta.com/"]"#).unwrap().org_addresses, ["https://dev-1.okta.com"]);
        for bad in [r#""https://dev-1.okta.com""#, r#"["dev-1.okta.com"]"#, "[1]"] {
            assert_eq!(read(bad), Err(ConfigProblem::OrgAddresses), "{bad}");
        }
    }

    #[cfg(feature = "account")]
    #[test]
    fn other_orgs_may_be_given() {
        let read = |list: &str| {
            parse(&format!(
                r#"{{"issuer":"https://a.test/oauth2/default","client_id":"0oa1","api_origin":"http://b","other_orgs":{list}}}"#
            ))
        };
        let birch =
            r#"[{"path":"/birch","issuer":"https://dev-2.okta.com/oauth2/default","client_id":"0oa2"}]"#;
        assert_eq!(read(birch).unwrap().other_orgs[0].path, "/birch");
        assert!(read("[]").unwrap().other_orgs.is_empty());
        for bad in ["{}", "[1]", r#"[{"path":"/birch","issuer":"https://a.test/oauth2/default"}]"#] {
            assert_eq!(read(bad), Err(ConfigProblem::OtherOrgs), "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused("", "not the expected JSON");
        refused("[]", "not an object");
        refused("{}", "\"issuer\"");
        refused(r#"{"issuer":"","client_id":"","api_origin":""}"#, "\"issuer\"");
        refused(
            r#"{"issuer":"https://a.test/oauth2/default","client_id":" ","api_origin":""}"#,
            "\"client_id\"",
        );
        refused(
            r#"{"issuer":"https://{yourOktaDomain}/x","client_id":"a","api_origin":"http://b"}"#,
            "placeholder",
        );
        refused(r#"{"issuer":"https://a.test","client_id":"a","api_origin":"b.test"}"#, "\"api_origin\"");
        refused(
            r#"{"issuer":"https://a.test","client_id":"a","api_origin":"http://b","more":1}"#,
            "\"more\"",
        );
    }
}
