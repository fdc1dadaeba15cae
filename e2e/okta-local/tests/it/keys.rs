//! Rotation: the next key is known before it signs, the former as long as it is published.

use std::time::Duration;

use crate::browser::{Answer, http, introspect, org, parts, text, tokens};

#[tokio::test]
async fn keys_are_announced_rotated_and_retired() {
    let org = org().await;
    let kids = async || {
        let answer = Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await.json();
        answer["keys"].as_array().unwrap().iter().map(|key| text(key, "kid").to_owned()).collect::<Vec<_>>()
    };
    let before = kids().await;
    let old = tokens(&org).await;
    assert_eq!(parts(text(&old, "access_token")).0["kid"], before[0]);
    assert_eq!(org.rotate_keys(), before[1]);
    let after = kids().await;
    assert_eq!((&after[0], &after[2], after.len()), (&before[1], &before[0], 3));
    assert_eq!(parts(text(&tokens(&org).await, "access_token")).0["kid"], before[1]);
    assert_eq!(introspect(&org, text(&old, "access_token")).await["active"], true);
    assert!(!org.retire_key(&after[0]) && !org.retire_key(&after[1]) && org.retire_key(&before[0]));
    assert_eq!(introspect(&org, text(&old, "access_token")).await["active"], false);
    let added = org.add_key();
    assert!(kids().await.contains(&added) && org.retire_key(&added) && !kids().await.contains(&added));
}

#[tokio::test]
async fn caches_are_told_the_time_until_the_next_rotation() {
    let org = org().await;
    let max_age = async || {
        let answer = Answer::to(http().get(format!("{}/v1/keys", org.issuer()))).await;
        let header = answer.header("cache-control").unwrap();
        header.strip_prefix("max-age=").unwrap().split(',').next().unwrap().parse::<i64>().unwrap()
    };
    org.advance_clock(Duration::from_secs(1_000_000));
    assert!((3_832_304 - 1_000_000 - max_age().await).abs() < 60);
    org.rotate_keys();
    assert!((3_832_304 - max_age().await).abs() < 60);
}
