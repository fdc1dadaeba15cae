//! Who can sign in to the local org, with what, and the second factor as an authenticator app takes it.

use okta_local::{Account, RunningOrg};

use crate::report;

/// Accounts, their second factors and the service app, for the terminal.
pub(super) fn text(org: &RunningOrg) -> String {
    let accounts = org.accounts();
    let service = org.service_client();
    format!(
        "{}\n{}\n  service app for calling the API without a person: {} with secret {}\n\n",
        report::table(&accounts.iter().map(credentials).collect::<Vec<_>>()),
        second_factors(&accounts),
        service.client_id,
        service.client_secret.expose()
    )
}

fn credentials(account: &Account) -> [String; 4] {
    [&account.login, &account.password, &account.name, &account.note].map(ToString::to_string)
}

/// The secrets of all to type in, and the first one's as a code to scan: one fits any terminal.
fn second_factors(accounts: &[Account]) -> String {
    let rows: Vec<_> = accounts.iter().map(|a| [a.login.clone(), a.totp_secret.clone()]).collect();
    let mut text = format!("  second factor: secrets for an authenticator app\n\n{}", report::table(&rows));
    if let Some(first) = accounts.first() {
        text.push_str(&format!("\n  scan this for {}\n\n{}\n", first.login, indented(&first.totp_qr_code())));
    }
    text
}

fn indented(block: &str) -> String {
    block.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use okta_local::Org;

    #[tokio::test]
    async fn every_secret_is_told_and_one_can_be_scanned() {
        let org = Org::builder().start().await.expect("an org on any port starts");
        let text = super::text(&org);
        for account in org.accounts() {
            assert!(text.contains(&account.password) && text.contains(&account.totp_secret), "{text}");
        }
        assert!(text.contains("scan this for alice@example.com"), "{text}");
        let code: Vec<_> = text.lines().filter(|line| line.contains('█')).collect();
        assert!(code.len() > 15 && code.iter().all(|line| line.chars().count() <= 80), "{text}");
        org.stop().await;
    }
}
