//! `DATABASE_URL` as people write it, wrongly too, and databases that no order should be kept in.

use std::path::Path;
use std::process::Output;

use crate::cluster::Cluster;
use crate::shop::program;

fn migrate(folder: &Path, url: &str) -> Output {
    let mut command = program(&folder.join("grove.sqlite"));
    command.env("DATABASE_URL", url).env("RUST_LOG", "trace").arg("migrate").output().unwrap()
}

/// Everything that the program says.
fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// With addresses where nobody listens: what can be read is tried.
const SHAPES: [&str; 36] = [
    "postgres://u:SECRET@127.0.0.1:1/db",
    "postgres://u:SECRET@[::1]:1/db",
    "postgres://u:SECRET@/db?host=/nowhere",
    "postgres://u:SE#CRET@127.0.0.1:1/db",
    "postgres://u:x#SECRET@127.0.0.1:1/db",
    "postgres://u:x?SECRET@127.0.0.1:1/db",
    "postgres://q:5432?SECRET@127.0.0.1:1/db",
    "postgres://127.0.0.1:1/db?SECRET@host/db",
    "postgres://127.0.0.1:1/db?password=SECRET",
    "postgres://127.0.0.1:1/db?pasword=SECRET",
    "postgres://127.0.0.1:1/db?x=SECRET@host",
    "postgres://127.0.0.1:1/db?SECRET=x",
    "postgres://127.0.0.1:1/db?sslmode=SECRET",
    "postgres://127.0.0.1:1/db?sslrootcert=x&sslpassword=SECRET",
    "postgres://u:x/SECRET@127.0.0.1:1/db",
    "postgres://u:SECRET/x@127.0.0.1:1/db",
    "postgres://u:5432/SECRET@127.0.0.1:1/db",
    "postgres://127.0.0.1:1/SECRET@host/db",
    "postgres://u:SECRET@127.0.0.1:x/db",
    "postgres://u:SECRET@127.0.0.1:1:SECRET/db",
    "postgres://u:x@127.0.0.1:SECRET/db",
    "postgres://u:SECRET@@127.0.0.1:1/db",
    "postgres://u:SECRET%@127.0.0.1:1/db",
    "postgres://u:SECRET%zz@127.0.0.1:1/db",
    "postgres://u:SECRET%ff@127.0.0.1:1/db",
    "postgres://u:SECRET@[::1/db",
    "postgres:u:SECRET@127.0.0.1:1/db",
    "postgres:/u:SECRET@127.0.0.1:1/db",
    "postgresql:SECRET",
    "postgress://u:SECRET@127.0.0.1:1/db",
    "POSTGRES://u:SECRET@127.0.0.1:1/db",
    "u:SECRET@127.0.0.1:1/db",
    "host=127.0.0.1 password=SECRET",
    "sqlite://u:SECRET@127.0.0.1:1/db",
    "sqlite:postgres://u:SECRET@127.0.0.1:1/db",
    "sqlite:grove.sqlite?key=SECRET",
];

#[test]
fn no_password_is_told_whatever_the_shape_of_the_address() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let runs = SHAPES.map(|url| (url, scope.spawn(|| migrate(folder.path(), url))));
        for (url, run) in runs {
            let output = run.join().unwrap();
            let told = words(&output);
            assert!(!output.status.success() && told.contains("DATABASE_URL"), "{url}: {told}");
            assert!(!told.contains("SECRET") && !told.contains("CRET@"), "{url}: {told}");
        }
    });
}

#[test]
fn no_password_is_told_by_a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for line in
        ["DATABASE_URL=postgres://u:SEC RET@db/x", "DATABASE_URL=\"postgres://u:SEC RET@db", "SEC RET"]
    {
        std::fs::write(folder.path().join(".env"), line).unwrap();
        let output = program(&folder.path().join("grove.sqlite")).arg("migrate").output().unwrap();
        let told = words(&output);
        assert!(!output.status.success() && told.contains(".env cannot be read"), "{told}");
        assert!(!told.contains("SEC") && !told.contains("RET"), "{told}");
    }
}

#[tokio::test]
async fn a_server_is_found_by_its_folder_whoever_comes() {
    let url = Cluster::shared().database().await;
    let (server, folder) = url.split_once("?host=").unwrap();
    let name = server.rsplit_once('/').unwrap().1;
    let here = tempfile::tempdir().unwrap();
    for url in [
        format!("postgres://grove:se#cret@/{name}?host={folder}"),
        format!("postgres://grove@/{name}?host={folder}&port=5432"),
        format!("postgres://grove@{}/{name}", folder.replace('/', "%2F")),
        format!("postgresql:///{name}?user=grove&host={folder}&connect_timeout=10"),
    ] {
        let output = migrate(here.path(), &url);
        assert!(output.status.success(), "{url}: {}", words(&output));
    }
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_name_is_refused_at_the_start() {
    let (cluster, here) = (Cluster::shared(), tempfile::tempdir().unwrap());
    let like_url = cluster.database().await;
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let name = format!("shop_{}_{}", encoding.to_lowercase(), std::process::id());
        let made = format!("CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        cluster.execute(&made).await;
        let (server, folder) = like_url.split_once("?host=").unwrap();
        let url = format!("{}/{name}?host={folder}", server.rsplit_once('/').unwrap().0);
        let output = migrate(here.path(), &url);
        let told = words(&output);
        assert!(!output.status.success(), "{told}");
        for part in ["DATABASE_URL", &name, encoding, "UTF8", "CREATE DATABASE", "TEMPLATE template0"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        cluster.execute(&format!("DROP DATABASE {name}")).await;
    }
}
