//! The claim that says who is staff: whether tokens have it, as a list, with the right groups and not too many.

use fancy_regex::Regex;
use serde_json::Value;
use shared::paths::STAFF_GROUP;

use super::line::Outcome;
use super::plural::plural;
use super::policy::has;
use super::seen::{Seen, text};

/// More groups than this in a token have had Okta refuse a sign-in; and long before, tokens pass what proxies take.
const MANY: usize = 100;
const SCREEN: &str = "Security › API › Authorization Servers › (the server) › Claims";

/// Judges the claims of access tokens, and counts groups.
pub(super) fn check(seen: &Seen, scopes: &[&str]) -> Outcome {
    let claims = || seen.claims.iter().filter(|claim| claim["name"] == "groups");
    let claim = match claims().find(|claim| claim["claimType"] == "RESOURCE" && claim["status"] == "ACTIVE") {
        Some(claim) => claim,
        None => return absent(claims().any(|claim| claim["claimType"] == "RESOURCE")),
    };
    let conditions = claim["conditions"]["scopes"].as_array().cloned().unwrap_or_default();
    if !conditions.is_empty() && !scopes.iter().any(|scope| has(&claim["conditions"]["scopes"], scope)) {
        let needs: Vec<_> = conditions.iter().map(text).collect();
        return Outcome::failed(
            format!(
                "the claim groups is only for the scope {}, which the shop does not ask for",
                needs.join(", ")
            ),
            format!("include it in Any scope under {SCREEN} › groups"),
        );
    }
    if claim["valueType"] != "GROUPS" {
        return by_expression(&text(&claim["value"]));
    }
    if !lets_through(claim, STAFF_GROUP) {
        let (filter, value) = (text(&claim["group_filter_type"]), text(&claim["value"]));
        return Outcome::failed(
            format!(
                "the claim groups ({filter} {value}) leaves out the group {STAFF_GROUP}, so nobody is staff"
            ),
            format!("change its filter to Equals {STAFF_GROUP} under {SCREEN} › groups"),
        );
    }
    let active: Vec<_> = claims().filter(|claim| claim["status"] == "ACTIVE").collect();
    count(seen, &active)
}

fn absent(is_inactive: bool) -> Outcome {
    match is_inactive {
        true => Outcome::failed(
            "the claim groups of access tokens is inactive, so nobody is staff",
            format!("activate it under {SCREEN} › groups, or run cargo okta setup"),
        ),
        false => Outcome::failed(
            "access tokens have no claim groups, so nobody is staff",
            format!(
                "add it under {SCREEN}: access token, always, groups, Equals {STAFF_GROUP}; or run cargo okta setup"
            ),
        ),
    }
}

/// An expression may give a list or a text; nobody can tell which without a token.
fn by_expression(expression: &str) -> Outcome {
    Outcome::warned(
        format!(
            "the claim groups is an expression ({expression}): where it yields a text instead of a list, nobody is staff"
        ),
        format!(
            "make it a claim of the value type Groups, Equals {STAFF_GROUP}, under {SCREEN} › groups; or see what a \
             token says: cargo okta token --decode"
        ),
    )
}

/// How many groups tokens carry, as far as that was seen.
fn count(seen: &Seen, claims: &[&Value]) -> Outcome {
    let is_in = |name: &str| claims.iter().any(|claim| lets_through(claim, name));
    let (names, more) = &seen.group_names;
    if !more && !names.iter().any(|name| name == STAFF_GROUP) && names.len() <= MANY {
        return Outcome::ok(format!(
            "access tokens would say who is in {STAFF_GROUP}, a group that the org does not have"
        ));
    }
    let at_most = names.iter().filter(|name| is_in(name)).count();
    let narrow = claims.iter().all(|claim| claim["group_filter_type"] == "EQUALS");
    if narrow || (!more && at_most <= MANY) {
        return Outcome::ok(format!(
            "access tokens say who is in {STAFF_GROUP}; nobody's has more than {}",
            plural(at_most, "group", "groups")
        ));
    }
    let counted = seen.people.iter().map(|person| {
        let count = person.groups.iter().filter(|group| is_in(&group.name)).count();
        (count, person.login.as_str())
    });
    let (count, login) = counted.max().unwrap_or_default();
    let narrow = format!("change the filter of both claims groups to Equals {STAFF_GROUP} under {SCREEN}");
    if count > MANY {
        return Outcome::failed(
            format!(
                "the tokens of {login} have {count} groups: more than {MANY} have had Okta refuse the sign-in, and \
                 proxies refuse requests with so large a token"
            ),
            narrow,
        );
    }
    let looked_at = format!("of {} people examined, {login}'s have the most: {count}", seen.people.len());
    let rest = if seen.more { "; others may have more" } else { "" };
    match seen.more {
        true => Outcome::warned(
            format!("tokens have groups that the shop does not need; {looked_at}{rest}"),
            narrow,
        ),
        false => Outcome::ok(format!("access tokens say who is in {STAFF_GROUP}; {looked_at}")),
    }
}

/// Whether a claim of the value type Groups has a group of this name in it.
fn lets_through(claim: &Value, name: &str) -> bool {
    let value = text(&claim["value"]);
    match claim["group_filter_type"].as_str() {
        Some("EQUALS") => name == value,
        Some("STARTS_WITH") => name.starts_with(&value),
        Some("CONTAINS") => name.contains(&value),
        // The whole name, by Java's expressions.
        Some("REGEX") => {
            let whole = Regex::new(&format!("^(?:{value})$"));
            whole.is_ok_and(|whole| whole.is_match(name).unwrap_or_default())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::line::Line;
    use super::super::seen::{Group, Person};
    use super::*;

    fn claim(filter: &str, value: &str) -> Value {
        json!({
            "name": "groups", "claimType": "RESOURCE", "status": "ACTIVE", "valueType": "GROUPS",
            "group_filter_type": filter, "value": value, "conditions": {"scopes": []},
        })
    }

    fn of(claim: Value) -> Seen {
        Seen { claims: vec![claim], group_names: (vec!["shop-staff".to_owned()], false), ..Seen::default() }
    }

    fn with(mut claim: Value, name: &str, value: Value) -> Value {
        claim[name] = value;
        claim
    }

    #[track_caller]
    fn says(seen: &Seen, verdict: &str, words: &str) {
        let line = serde_json::to_value(Line::new("groups-claim", check(seen, &["openid"]))).unwrap();
        assert_eq!(line["verdict"], verdict, "{line}");
        assert!(line["cause"].as_str().unwrap().contains(words), "{line}");
    }

    #[test]
    fn a_claim_that_makes_nobody_staff_is_named() {
        says(&of(Value::Null), "failed", "no claim groups");
        says(&of(with(claim("EQUALS", "shop-staff"), "status", "INACTIVE".into())), "failed", "is inactive");
        says(
            &of(with(claim("EQUALS", "shop-staff"), "claimType", "IDENTITY".into())),
            "failed",
            "no claim groups",
        );
        says(&of(claim("EQUALS", "staff")), "failed", "leaves out the group shop-staff");
        says(&of(claim("REGEX", "staff")), "failed", "leaves out the group shop-staff");
        let scoped = with(claim("EQUALS", "shop-staff"), "conditions", json!({"scopes": ["groups"]}));
        says(&of(scoped), "failed", "only for the scope groups");
        for good in [
            claim("EQUALS", "shop-staff"),
            claim("STARTS_WITH", "shop-"),
            claim("CONTAINS", "-"),
            claim("REGEX", ".*"),
            claim("REGEX", "(?!Everyone$).*"),
            with(claim("EQUALS", "shop-staff"), "conditions", json!({"scopes": ["openid"]})),
        ] {
            says(&of(good), "ok", "who is in shop-staff");
        }
    }

    #[test]
    fn a_group_of_staff_that_is_not_there_is_told() {
        let without =
            Seen { group_names: (vec!["Everyone".to_owned()], false), ..of(claim("EQUALS", "shop-staff")) };
        says(&without, "ok", "a group that the org does not have");
    }

    #[test]
    fn a_claim_that_may_be_a_text_is_a_warning() {
        let mut claim = with(claim("", "user.department"), "valueType", "EXPRESSION".into());
        claim["group_filter_type"] = Value::Null;
        says(&of(claim), "warned", "where it yields a text instead of a list");
    }

    fn crowd(groups: usize, more: bool) -> Seen {
        let own = ["shop-staff".to_owned()].into_iter();
        let names: Vec<_> = own.chain((1..groups).map(|number| format!("g{number}"))).collect();
        let groups = names.iter().map(|name| Group { id: name.clone(), name: name.clone() }).collect();
        let person =
            Person { id: "00u1".to_owned(), login: "alice@example.com".to_owned(), is_direct: true, groups };
        Seen { group_names: (names, more), people: vec![person], more, ..of(claim("REGEX", ".*")) }
    }

    #[test]
    fn too_many_groups_in_a_token_are_counted() {
        says(&crowd(100, false), "ok", "more than 100 groups");
        says(&crowd(105, false), "failed", "the tokens of alice@example.com have 105 groups");
        says(&crowd(50, true), "warned", "alice@example.com's have the most: 50; others may have more");
        let narrow = Seen { claims: vec![claim("EQUALS", "shop-staff")], ..crowd(105, true) };
        says(&narrow, "ok", "who is in shop-staff");
    }
}
