//! A user of PostgreSQL who may read and write data and nothing else.

use std::process::Output;

use crate::cluster::Cluster;
use crate::program::Program;
use crate::shop::{Shop, program};
use shared::paths;

/// A database with its schema, and the address of a user who may not change that.
async fn with_modest_user(cluster: &Cluster, migrated: bool) -> (String, String) {
    let owner = cluster.database().await;
    let folder = tempfile::tempdir().unwrap();
    if migrated {
        let mut migrate = program(&folder.path().join("grove.sqlite"));
        assert!(migrate.env("DATABASE_URL", &owner).arg("migrate").status().unwrap().success());
    }
    let name = owner.split_once("?host=").unwrap().0.rsplit_once('/').unwrap().1.to_owned();
    let user = format!("modest_{name}");
    cluster.execute(&format!("CREATE ROLE {user} LOGIN")).await;
    for statement in [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
        format!("GRANT USAGE ON SCHEMA public TO {user}"),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}"),
    ] {
        cluster.execute_in(&name, &statement).await;
    }
    let folder = owner.split_once("?host=").unwrap().1.to_owned();
    (owner, format!("postgres://{user}@/{name}?host={folder}"))
}

fn start_in_vain(shop: &Shop, url: &str) -> Output {
    let mut command = shop.program();
    command
        .env("DATABASE_URL", url)
        .env("OKTA_OAUTH2_ISSUER", shop.org.issuer().as_str())
        .env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id())
        .env("API_ADDR", "127.0.0.1:0");
    command.output().unwrap()
}

#[tokio::test]
async fn whoever_may_only_read_and_write_data_serves_a_current_schema() {
    let (cluster, shop) = (Cluster::shared(), Shop::open().await);
    let (_, modest) = with_modest_user(&cluster, true).await;
    let mut command = shop.program();
    command.env("DATABASE_URL", &modest);
    let program = Program::spawn(command, &shop.org);
    program.client.get(paths::PRODUCTS).await.expect(200);
    program.client.get(paths::READYZ).await.expect(200);
    let order = program.client.buy(&shop.alice(), "k", &crate::shop::lines(&[("apple-sapling", 1)])).await;
    order.expect(201);
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn a_schema_that_is_behind_is_told_with_what_to_do() {
    let (cluster, shop) = (Cluster::shared(), Shop::open().await);
    let (owner, modest) = with_modest_user(&cluster, true).await;
    let name = owner.split_once("?host=").unwrap().0.rsplit_once('/').unwrap().1;
    cluster
        .execute_in(
            name,
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
        )
        .await;
    let (_, without_any) = with_modest_user(&cluster, false).await;
    for url in [modest, without_any] {
        let output = start_in_vain(&shop, &url);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains("api migrate") && told.contains("owner"), "{told}");
    }
    shop.close().await;
}
