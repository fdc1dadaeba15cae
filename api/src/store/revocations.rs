//! What the org has revoked: told once to one process, to be known to all of them and after a restart.

use std::time::Duration;

use okta_actix::{Issuer, Revocation};
use okta_types::UnixTime;
use sqlx::FromRow;

use super::session::args;
use super::{Store, StoreError};

/// No access token of Okta is good for longer than a day; and the clocks may differ.
const KEPT_FOR: Duration = Duration::from_secs(25 * 3600);

#[derive(FromRow)]
struct Row {
    iss: String,
    kind: String,
    name: String,
    issued_until: i64,
}

impl Store {
    /// Notes revocations for all who [ask](Self::revocations_since), and forgets those that say nothing any more.
    pub(crate) async fn revoke(
        &self,
        revocations: &[(Issuer, Revocation)],
        now: UnixTime,
    ) -> Result<(), StoreError> {
        self.transact(async |session| {
            let expired = UnixTime(now.0 - KEPT_FOR.as_secs().cast_signed());
            session.execute("DELETE FROM revocations WHERE issued_until < $1", args![expired.seconds()]).await?;
            for (iss, revocation) in revocations {
                let Some((kind, name, issued_until)) = parts(revocation) else { continue };
                session
                    .execute(
                        "INSERT INTO revocations (iss, kind, name, issued_until, noted_at) VALUES ($1, $2, $3, $4, $5)
                         ON CONFLICT (iss, kind, name) DO UPDATE SET
                             issued_until = CASE WHEN excluded.issued_until > revocations.issued_until
                                 THEN excluded.issued_until ELSE revocations.issued_until END,
                             noted_at = excluded.noted_at",
                        args![iss.as_str(), kind, name, issued_until.seconds(), now.seconds()],
                    )
                    .await?;
            }
            Ok(())
        })
        .await
    }

    /// What was noted at that time or later, each with the issuer whose tokens it is about.
    pub(crate) async fn revocations_since(
        &self,
        noted_at: UnixTime,
    ) -> Result<Vec<(String, Revocation)>, StoreError> {
        let mut lease = self.read().await?;
        let rows = lease
            .session()
            .fetch_all::<Row>(
                "SELECT iss, kind, name, issued_until FROM revocations WHERE noted_at >= $1",
                args![noted_at.seconds()],
            )
            .await?;
        Ok(rows.into_iter().map(Row::read).collect())
    }
}

impl Row {
    fn read(self) -> (String, Revocation) {
        let (name, issued_until) = (self.name, UnixTime(self.issued_until));
        let revocation = match self.kind.as_str() {
            "login" => Revocation::Login { login: name, issued_until },
            _ => Revocation::Person { id: name, issued_until },
        };
        (self.iss, revocation)
    }
}

/// A single token's is nobody's: the org speaks of people.
fn parts(revocation: &Revocation) -> Option<(&'static str, &str, UnixTime)> {
    match revocation {
        Revocation::Token { .. } => None,
        Revocation::Person { id, issued_until } => Some(("person", id, *issued_until)),
        Revocation::Login { login, issued_until } => Some(("login", login, *issued_until)),
    }
}
