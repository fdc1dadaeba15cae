//! Access policies as the org evaluates them: policies by priority, in each the rules by priority; the first rule
//! decides whose conditions hold for the grant, the person *and all* requested scopes. A rule that lacks one of the
//! scopes is passed over, and the next one is looked at, of the next policy too. None: `access_denied`.

use serde_json::Value;

use super::seen::text;

/// Who asks for what.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) client_id: &'a str,
    pub(super) grant: &'a str,
    pub(super) scopes: &'a [&'a str],
    /// None for a service, to which conditions about people do not apply.
    pub(super) person: Option<Who<'a>>,
}

/// A person, or somebody who is in these groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Who<'a> {
    /// Empty: nobody in particular.
    pub(super) id: &'a str,
    /// Ids.
    pub(super) groups: Vec<&'a str>,
}

/// The rule that decides, as people say it; or why none does, policy by policy and rule by rule.
pub(super) fn evaluate(policies: &[(Value, Vec<Value>)], asked: &Asked<'_>) -> Result<String, Vec<String>> {
    let mut passed_over = Vec::new();
    for (policy, rules) in by_priority(policies.iter(), |(policy, _)| policy) {
        let name = text(&policy["name"]);
        let clients = &policy["conditions"]["clients"]["include"];
        if !has(clients, "ALL_CLIENTS") && !has(clients, asked.client_id) {
            continue;
        }
        if policy["status"] != "ACTIVE" {
            passed_over.push(format!("policy {name} is inactive"));
            continue;
        }
        if rules.is_empty() {
            passed_over.push(format!("policy {name} has no rule"));
        }
        for rule in by_priority(rules.iter(), |rule| rule) {
            let place = format!("policy {name}, rule {}", text(&rule["name"]));
            match obstacle(rule, asked) {
                None => return Ok(place),
                Some(why) => passed_over.push(format!("{place}: {why}")),
            }
        }
    }
    Err(passed_over)
}

/// The first condition of a rule that does not hold.
fn obstacle(rule: &Value, asked: &Asked<'_>) -> Option<String> {
    let conditions = &rule["conditions"];
    if rule["status"] != "ACTIVE" {
        return Some("it is inactive".to_owned());
    }
    if !has(&conditions["grantTypes"]["include"], asked.grant) {
        return Some(format!("it is not for {}", grant_name(asked.grant)));
    }
    if asked.person.as_ref().is_some_and(|person| !is_for(&conditions["people"], person)) {
        return Some("it is for other people".to_owned());
    }
    let scopes = &conditions["scopes"]["include"];
    let lacking: Vec<_> = asked.scopes.iter().copied().filter(|scope| !has(scopes, scope)).collect();
    let lacks = !has(scopes, "*") && !lacking.is_empty();
    lacks.then(|| format!("it does not allow {}", lacking.join(", ")))
}

fn is_for(people: &Value, who: &Who<'_>) -> bool {
    let in_one_of = |groups: &Value| who.groups.iter().any(|id| has(groups, id));
    let (groups, users) = (&people["groups"], &people["users"]);
    let everyone = has(&groups["include"], "EVERYONE");
    let included = everyone || in_one_of(&groups["include"]) || has(&users["include"], who.id);
    included && !in_one_of(&groups["exclude"]) && !has(&users["exclude"], who.id)
}

/// As the Admin Console calls it.
fn grant_name(grant: &str) -> &str {
    match grant {
        "authorization_code" => "Authorization Code",
        "client_credentials" => "Client Credentials",
        other => other,
    }
}

fn by_priority<T>(items: impl Iterator<Item = T>, value: impl Fn(&T) -> &Value) -> Vec<T> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|item| value(item)["priority"].as_i64().unwrap_or(i64::MAX));
    items
}

/// Whether a list of texts holds this one; an empty text is in none.
pub(super) fn has(list: &Value, item: &str) -> bool {
    !item.is_empty() && list.as_array().is_some_and(|list| list.iter().any(|entry| entry == item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(name: &str, priority: u32, change: impl FnOnce(&mut Value)) -> Value {
        let mut rule = json!({
            "name": name, "status": "ACTIVE", "priority": priority,
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": ["authorization_code"]},
                "scopes": {"include": ["*"]},
            },
        });
        change(&mut rule);
        rule
    }

    fn policy(name: &str, priority: u32, client: &str, rules: Vec<Value>) -> (Value, Vec<Value>) {
        let conditions = json!({"clients": {"include": [client]}});
        (json!({"name": name, "status": "ACTIVE", "priority": priority, "conditions": conditions}), rules)
    }

    #[track_caller]
    fn check(policies: &[(Value, Vec<Value>)], who: Option<Who<'_>>, expected: Result<&str, &[&str]>) {
        let scopes = ["openid", "orders:read"];
        let grant = if who.is_some() { "authorization_code" } else { "client_credentials" };
        let asked = Asked { client_id: "0oa1", grant, scopes: &scopes, person: who };
        let found = evaluate(policies, &asked);
        assert_eq!(
            found.as_deref(),
            expected.map_err(|lines| lines.iter().map(ToString::to_string).collect()).as_deref()
        );
    }

    fn anybody() -> Option<Who<'static>> {
        Some(Who { id: "00u1", groups: vec!["00gall"] })
    }

    #[test]
    fn a_policy_of_services_or_with_fewer_scopes_leaves_the_decision_to_the_next() {
        let services = rule("services", 1, |rule| {
            rule["conditions"]["grantTypes"]["include"] = json!(["client_credentials"]);
        });
        let openid = rule("openid", 2, |rule| rule["conditions"]["scopes"]["include"] = json!(["openid"]));
        let first = policy("first", 1, "ALL_CLIENTS", vec![openid, services]);
        let second = policy("second", 2, "0oa1", vec![rule("all", 1, |_| {})]);
        check(&[second.clone(), first.clone()], anybody(), Ok("policy second, rule all"));
        let told = [
            "policy first, rule services: it is not for Authorization Code",
            "policy first, rule openid: it does not allow orders:read",
        ];
        check(std::slice::from_ref(&first), anybody(), Err(&told));
        check(&[second, first], None, Ok("policy first, rule services"));
    }

    #[test]
    fn the_order_is_that_of_the_priorities() {
        let policies = [
            policy("second", 2, "0oa1", vec![rule("x", 1, |_| {})]),
            policy("first", 1, "0oa1", vec![rule("b", 2, |_| {}), rule("a", 1, |_| {})]),
        ];
        check(&policies, anybody(), Ok("policy first, rule a"));
    }

    #[test]
    fn what_is_inactive_empty_or_for_other_apps_does_not_decide() {
        let mut off = policy("off", 1, "0oa1", vec![rule("x", 1, |_| {})]);
        off.0["status"] = "INACTIVE".into();
        let sleeping = rule("y", 1, |rule| rule["status"] = "INACTIVE".into());
        let policies = [
            off,
            policy("foreign", 2, "0oa2", vec![rule("x", 1, |_| {})]),
            policy("empty", 3, "0oa1", vec![]),
            policy("on", 4, "0oa1", vec![sleeping]),
        ];
        let told =
            ["policy off is inactive", "policy empty has no rule", "policy on, rule y: it is inactive"];
        check(&policies, anybody(), Err(&told));
    }

    #[test]
    fn people_are_taken_by_id_and_by_group_and_left_out_by_either() {
        let with = |people: Value| {
            let rule = rule("r", 1, |rule| rule["conditions"]["people"] = people);
            [policy("p", 1, "0oa1", vec![rule])]
        };
        let who = || Some(Who { id: "00u1", groups: vec!["00gall", "00gstaff"] });
        let other = Err(&["policy p, rule r: it is for other people"][..]);
        let taken = Ok("policy p, rule r");
        check(&with(json!({"groups": {"include": ["00gstaff"]}})), who(), taken);
        check(&with(json!({"users": {"include": ["00u1"]}})), who(), taken);
        check(&with(json!({"groups": {"include": ["00gother"]}})), who(), other);
        check(&with(json!({"groups": {"include": ["EVERYONE"], "exclude": ["00gstaff"]}})), who(), other);
        check(
            &with(json!({"groups": {"include": ["EVERYONE"]}, "users": {"exclude": ["00u1"]}})),
            who(),
            other,
        );
        check(&with(json!({})), who(), other);
    }
}
