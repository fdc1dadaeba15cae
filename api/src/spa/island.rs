//! The configuration island: the element of `index.html` that tells the SPA its surroundings, a JSON script whose
//! `id` ends in `-config`. The shop's and that of the example of `okta-sycamore` have the same members.

use shared::SpaConfig;

use super::script_tags::script_tags;

/// The page with the island's content replaced by `config`; `None` where the page has no island.
pub(crate) fn fill(html: &str, config: &SpaConfig) -> Option<String> {
    let is_island = |id: &str| id.ends_with("-config");
    let island = script_tags(html)
        .into_iter()
        .find(|tag| tag.attribute("id").is_some_and(is_island) && !tag.is_inline_code())?;
    let (before, after) = (&html[..island.content.start], &html[island.content.end..]);
    Some(format!("{before}{}{after}", json_for_html(config)))
}

/// JSON that cannot end its script element, nor open a comment in it.
fn json_for_html(config: &SpaConfig) -> String {
    // A struct of three strings always has a JSON form.
    serde_json::to_string(config).unwrap_or_default().replace('<', r"\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(issuer: &str) -> SpaConfig {
        SpaConfig {
            issuer: issuer.to_owned(),
            client_id: "0oa1".to_owned(),
            api_origin: "http://localhost:8000".to_owned(),
            ..SpaConfig::default()
        }
    }

    #[test]
    fn the_island_holds_what_the_spa_reads_back() {
        let page = r#"<head><script type="application/json" id="grove-config">{"old":1}</script></head>"#;
        let filled = fill(page, &config("http://localhost:9000/oauth2/default")).unwrap();
        let tags = script_tags(&filled);
        let read: SpaConfig = serde_json::from_str(&filled[tags[0].content.clone()]).unwrap();
        assert_eq!(read, config("http://localhost:9000/oauth2/default"));
        assert!(filled.starts_with("<head><script") && filled.ends_with("</script></head>"));
    }

    #[test]
    fn a_value_cannot_break_out_of_the_island() {
        let page = "<script id=grove-config type=application/json></script>";
        let hostile = config("</script><script>alert(1)</script><!--");
        let filled = fill(page, &hostile).unwrap();
        assert_eq!(filled.matches('<').count(), 2);
        let read: SpaConfig = serde_json::from_str(&filled[script_tags(&filled)[0].content.clone()]).unwrap();
        assert_eq!(read, hostile);
    }

    /// Whoever reads the island need not know the member.
    #[test]
    fn other_addresses_of_the_org_stand_there_where_there_are_any() {
        let page = "<script id=grove-config type=application/json></script>";
        let mut config = config("https://id.shop.test/oauth2/default");
        assert!(!fill(page, &config).unwrap().contains("org_addresses"));
        config.org_addresses.push("https://dev-1.okta.com".to_owned());
        assert!(fill(page, &config).unwrap().contains(r#""org_addresses":["https://dev-1.okta.com"]"#));
    }

    #[test]
    fn the_island_is_known_by_the_end_of_its_id() {
        assert_eq!(shared::SPA_CONFIG_ELEMENT_ID, "grove-config");
        assert!(fill("<script id=okta-config type=application/json></script>", &config("")).is_some());
    }

    #[test]
    fn a_page_without_an_island_is_told() {
        assert_eq!(fill("<script id=grove-config>code()</script>", &config("")), None);
        assert_eq!(fill("<script id=other type=application/json></script>", &config("")), None);
        assert_eq!(fill("<p>", &config("")), None);
    }
}
