//! Renewal: RFC 6749 §6, OpenID Connect Core §12.2.

use serde_json::json;

use super::stage::{Case, Stage, play};
use crate::example::Example;
use crate::issuer::{Asked, Behaviour, MESSAGE};

/// Signs in, lets the access token end, and opens the messages again.
async fn come_back_late(stage: &Stage) {
    stage.sign_in().await;
    stage.tab.expire_access_token().await;
    Example(&stage.tab).open_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_goes_on_with_the_same_person() {
    let cases = [
        Case { name: "refresh-token", behaviour: Behaviour::GOOD },
        Case {
            name: "refresh-without-a-new-refresh-token",
            behaviour: Behaviour {
                renewed: |answer| _ = answer.remove("refresh_token"),
                keeps_refresh_token: true,
                ..Behaviour::GOOD
            },
        },
        Case {
            name: "refresh-without-an-id-token",
            behaviour: Behaviour { renewed: |answer| _ = answer.remove("id_token"), ..Behaviour::GOOD },
        },
        Case {
            name: "refresh-without-expires_in",
            behaviour: Behaviour { renewed: |answer| _ = answer.remove("expires_in"), ..Behaviour::GOOD },
        },
    ];
    play(&cases, async |stage: &Stage| {
        come_back_late(stage).await;
        assert_eq!(Example(&stage.tab).message().await, MESSAGE);
        assert_eq!(stage.count(Asked::Refresh), 1);
        // And once more, with what the first renewal left.
        stage.tab.expire_access_token().await;
        Example(&stage.tab).open_messages().await;
        assert_eq!(Example(&stage.tab).message().await, MESSAGE);
        assert_eq!((stage.count(Asked::Refresh), stage.count(Asked::Authorize)), (2, 1));
        stage.behaved_well();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_for_somebody_else_ends_the_session() {
    let cases = [
        Case {
            name: "refresh-token-invalid-issuer",
            behaviour: Behaviour {
                renewed_claims: |claims| _ = claims.insert("iss".into(), json!("https://other.example")),
                ..Behaviour::GOOD
            },
        },
        Case {
            name: "refresh-token-invalid-sub",
            behaviour: Behaviour {
                renewed_claims: |claims| _ = claims.insert("sub".into(), json!("00uother")),
                ..Behaviour::GOOD
            },
        },
    ];
    play(&cases, async |stage: &Stage| {
        come_back_late(stage).await;
        let told = stage.tab.see(Example::PANEL).await;
        assert!(!told.is_empty());
        // The one request of the first visit, and none with the new token.
        assert_eq!((stage.count(Asked::Refresh), stage.count(Asked::Api)), (1, 1));
        assert_eq!(stage.count(Asked::UserInfo), 0);
        stage.keeps_no_secret().await;
    })
    .await;
}
