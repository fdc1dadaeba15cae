//! The OpenAPI document against the API: schemathesis makes requests of all kinds out of it, and no answer may
//! be a 5xx, of an undocumented status or of another shape than documented.

use std::num::NonZeroU32;
use std::process::{Command, Stdio};

use api::Limits;
use shared::paths;

use crate::database::Database;
use crate::shop::{Shop, limits};

/// The variable with the program `schemathesis`.
const PROGRAM: &str = "SCHEMATHESIS";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,use_after_free,ensure_resource_availability";

#[tokio::test]
#[ignore = "needs schemathesis: `cargo verify --only schemathesis`"]
async fn every_answer_on_sqlite_is_documented() {
    let rounds = run(Database::Sqlite).await;
    assert!(rounds, "see above");
}

#[tokio::test]
#[ignore = "needs schemathesis: `cargo verify --only schemathesis`"]
async fn every_answer_on_postgresql_is_documented() {
    let rounds = run(Database::Postgres).await;
    assert!(rounds, "see above");
}

async fn run(database: Database) -> bool {
    let program = std::env::var(PROGRAM).expect("SCHEMATHESIS names the program");
    let limits = Limits { requests_per_minute: NonZeroU32::MAX, ..limits() };
    let shop = Shop::open_with(database, limits).await;
    let document = shop.api.url(paths::OPENAPI);
    let mut command = Command::new(program);
    command
        .args(["run", &document, "--checks", CHECKS, "--max-examples", "60", "--workers", "2"])
        .args(["--mode", "all", "--seed", "1", "--generation-database", "none", "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {}", shop.staff())])
        .current_dir(shop.folder.path())
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status()).await.unwrap().unwrap();
    shop.close().await;
    status.success()
}
