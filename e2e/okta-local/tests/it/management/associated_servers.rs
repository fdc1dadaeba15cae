//! Servers that a server is to trust; members and statuses are recorded ones.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{org, text};

#[tokio::test]
async fn a_server_is_associated_with_another_listed_and_removed() {
    let org = org().await;
    let body = json!({"name": "partner", "audiences": ["api://partner"]});
    let other = call(&org, Method::POST, "/authorizationServers", &body).await.json();
    let path = "/authorizationServers/default/associatedServers";
    assert_eq!(get(&org, &format!("{path}?trusted=true")).await, json!([]));
    let trust = json!({"trusted": [other["id"]]});
    let added = call(&org, Method::POST, path, &trust).await;
    let mut expected = other.clone();
    expected["_links"] = Value::Null;
    assert_eq!((added.status.as_u16(), added.json()), (200, json!([expected])));
    assert_eq!(get(&org, &format!("{path}?trusted=true&limit=10")).await, json!([expected]));
    assert_eq!(get(&org, &format!("{path}?trusted=false")).await, json!([]));
    let links = async |query: &str| {
        let answer = call(&org, Method::GET, &format!("{path}?{query}"), &Value::Null).await;
        let links = answer.headers.get_all("link").iter();
        links.map(|link| link.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let servers = format!("{}/api/v1/authorizationServers", org.base_url());
    assert_eq!(links("limit=500").await, [format!("<{servers}?limit=200>; rel=\"self\"")]);
    let whole = links("trusted=true").await;
    let next = whole[1].split(['<', '>']).nth(1).and_then(|url| url.split_once("/api/v1")).unwrap().1;
    assert!(next.contains("limit=-1"), "{whole:?}");
    assert_eq!(call(&org, Method::GET, next, &Value::Null).await.status, 200);
    let unknown = call(&org, Method::POST, path, &json!({"trusted": ["ausnone"]})).await;
    assert_eq!(
        unknown.json()["errorSummary"],
        "Not found: Resource not found: ausnone (AuthorizationServer)"
    );
    let own = format!("{path}/{}", text(&other, "id"));
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 404);
    assert_eq!(get(&org, &format!("{path}?trusted=true")).await, json!([]));
}
