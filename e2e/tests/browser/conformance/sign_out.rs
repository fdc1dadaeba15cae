//! OpenID Connect RP-Initiated Logout 1.0.

use super::stage::{Case, Stage, play};
use crate::example::Example;
use crate::issuer::{Asked, Behaviour};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_state_comes_back_from_a_sign_out_nobody_is_signed_in_and_nothing_is_left() {
    let cases = [
        Case { name: "rp-init-logout", behaviour: Behaviour::GOOD },
        Case {
            name: "rp-init-logout-other-state",
            behaviour: Behaviour { logout_state: |_| Some("another".to_owned()), ..Behaviour::GOOD },
        },
        Case {
            name: "rp-init-logout-no-state",
            behaviour: Behaviour { logout_state: |_| None, ..Behaviour::GOOD },
        },
    ];
    play(&cases, async |stage: &Stage| {
        stage.sign_in().await;
        Example(&stage.tab).sign_out().await;
        Example(&stage.tab).shows_nobody().await;
        assert_eq!((stage.count(Asked::Revoke), stage.count(Asked::Logout)), (1, 1));
        stage.keeps_no_secret().await;
        stage.behaved_well();
    })
    .await;
}
