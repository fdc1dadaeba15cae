//! What `cargo dev build` writes, as servers use it: on a Debian that has never seen Rust, behind nginx, behind Caddy.
//!
//! Needs root, a release build (`cargo dev build` makes it) and `debootstrap`, `nginx` and `caddy` of Debian:
//!
//! ```sh
//! cargo test --package e2e --test it deployment:: -- --ignored
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use api::{Limits, Proofs, Replicas, Settings};
use okta_local::{App, Org, PasswordHashing, RunningOrg};
use reqwest::header::HeaderMap;
use tempfile::{TempDir, tempdir};
use xtask::dev::{DeploymentTarget, Folder};

use crate::okta::okta;
use crate::ports::free_ports;
use crate::shopper::orders_a_sapling;

/// A Debian of the base packages and the certificates to trust, made once.
const BARE: &str = "target/bare-debian";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, debootstrap and a release build"]
async fn the_folder_runs_on_a_bare_debian_and_sells() {
    let debian = bare_debian();
    let place = Place::start().await;
    // The API serves the shop.
    place.write(&debian.join("srv/grove"), place.api_port);
    let address = format!("127.0.0.1:{}", place.api_port);
    let api = Server::start(Command::new("chroot").arg(&debian).args([
        "/usr/bin/env",
        "--ignore-environment",
        "--chdir=/srv/grove",
        "SPA_DIR=spa",
        &format!("API_ADDR={address}"),
        "/srv/grove/api",
    ]));
    let shop = format!("http://localhost:{}", place.api_port);
    api.answers(&shop).await;
    place.check_shop(&shop).await;
    let first = okta_cli::http::loopback().get(&shop).send().await.unwrap().text().await.unwrap();
    assert!(first.contains("add-apple-sapling"), "{first}");
    assert!(debian.join("srv/grove/grove.sqlite").is_file());
    drop(api);
    place.org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx and a release build"]
async fn nginx_serves_the_folder_by_the_file_that_was_written() {
    sells_behind("nginx.conf", |place, server| {
        let around = format!(
            "daemon off; master_process off; pid {0}/pid; error_log stderr;\nevents {{}}\n\
             http {{ include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;\n{server}}}\n",
            place.display()
        );
        let path = place.join("around.conf");
        fs::write(&path, around).unwrap();
        Server::start(Command::new("nginx").arg("-c").arg(&path))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy and a release build"]
async fn caddy_serves_the_folder_by_the_file_that_was_written() {
    sells_behind("Caddyfile", |place, server| {
        let path = place.join("Caddyfile");
        fs::write(&path, format!("{{\n\tadmin off\n}}\n{server}")).unwrap();
        let mut caddy = Command::new("caddy");
        let args = ["run", "--adapter", "caddyfile", "--config"];
        Server::start(caddy.args(args).arg(&path).env("HOME", place))
    })
    .await;
}

/// The API answers behind a server that is started by what the folder's file says, and a shopper orders there.
async fn sells_behind(file: &str, start: impl FnOnce(&Path, &str) -> Server) {
    let place = Place::start().await;
    let folder = place.folder.path().join("grove");
    place.write(&folder, place.shop_port);
    let written = fs::read_to_string(folder.join(file)).unwrap();
    let api = place.start_api(&folder);
    let server = start(place.folder.path(), &written.replace("/srv/grove", &folder.display().to_string()));
    let shop = format!("http://localhost:{}", place.shop_port);
    server.answers(&shop).await;
    api.answers(&format!("{shop}/api/hello")).await;
    place.check_shop(&shop).await;
    drop((server, api));
    place.org.stop().await;
}

/// An org that knows the shop, and where the shop is to be.
struct Place {
    org: RunningOrg,
    folder: TempDir,
    api_port: u16,
    shop_port: u16,
}

impl Place {
    async fn start() -> Self {
        let [api_port, shop_port] = free_ports();
        let mut app = App::spa("Grove");
        for port in [api_port, shop_port] {
            app = app.redirect_uri(format!("http://localhost:{port}/login/callback"));
        }
        let org = Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(app);
        Self { org: org.start().await.unwrap(), folder: tempdir().unwrap(), api_port, shop_port }
    }

    /// Writes the folder for a shop at this port.
    fn write(&self, path: &Path, port: u16) {
        let origin = format!("http://localhost:{port}");
        let settings = Settings {
            issuer: self.org.issuer().clone(),
            org_addresses: Vec::new(),
            universal_logout_org: None,
            audience: "api://default".to_owned(),
            client_ids: vec![self.org.client_id().to_owned()],
            database_url: "sqlite:grove.sqlite".to_owned(),
            addr: ([127, 0, 0, 1], self.api_port).into(),
            metrics_addr: None,
            spa_origins: vec![origin.clone()],
            proofs: Proofs::default(),
            replicas: Replicas::default(),
            limits: Limits::default(),
            spa_dir: None,
            docs: false,
            docs_client_id: None,
            renewal_frame: false,
            hsts: "max-age=63072000".to_owned(),
        };
        let variables = vec![
            ("OKTA_OAUTH2_ISSUER", self.org.issuer().to_string()),
            ("OKTA_OAUTH2_CLIENT_ID", self.org.client_id().to_owned()),
        ];
        let target = DeploymentTarget::new(origin, None, &settings, variables).unwrap();
        let workspace = okta_cli::workspace();
        let folder = Folder {
            path: path.to_owned(),
            dist: workspace.join("frontend/dist"),
            program: workspace.join("target/release/api"),
        };
        folder.write(&target).unwrap();
    }

    /// The API alone, as the folder has it, behind a server that has the shop.
    fn start_api(&self, folder: &Path) -> Server {
        let address = format!("127.0.0.1:{}", self.api_port);
        Server::start(
            Command::new(folder.join("api")).current_dir(folder).env_clear().env("API_ADDR", address),
        )
    }

    /// The shop is there as it should be, and somebody signs in and orders.
    async fn check_shop(&self, shop: &str) {
        let page = check_page(shop, "/cart").await;
        assert!(page.contains(self.org.issuer().as_str()) && page.contains(self.org.client_id()), "{page}");
        for path in ["/checkout", "/login/callback?code=a.b&state=c"] {
            assert_eq!(check_page(shop, path).await, page, "{path}");
        }
        check_files(shop, &page).await;
        check_posted(shop).await;

        let variables = vec![
            ("OKTA_OAUTH2_ISSUER", self.org.issuer().to_string()),
            ("OKTA_OAUTH2_CLIENT_ID", self.org.client_id().to_owned()),
            ("SPA_ORIGINS", shop.to_owned()),
            ("OKTA_PASSWORD", "Grove-2026!".to_owned()),
        ];
        let token = okta(&self.folder, &["token", "--user", "alice@example.com"], &variables).await;
        assert_eq!(token.code, 0, "{}", token.err);
        let number = orders_a_sapling(shop, token.out.trim()).await;
        assert!(number.starts_with("G-"), "{number}");
        let refused = okta_cli::http::loopback().get(format!("{shop}/api/messages")).send().await.unwrap();
        assert_eq!(refused.status(), 401);
        assert_eq!(header(refused.headers(), "cache-control"), "no-store");
        assert!(header(refused.headers(), "content-type").starts_with("application/problem+json"));
        self.check_large_tokens(shop).await;
    }

    /// What Okta may issue passes, and who comes with more is told what it is.
    async fn check_large_tokens(&self, shop: &str) {
        for (groups, status) in [(100, 200), (250, 431), (400, 431)] {
            let token = self.org.mint_access_token(|claims| {
                claims.insert("groups".to_owned(), vec!["g".repeat(255); groups].into());
            });
            let request = okta_cli::http::loopback().get(format!("{shop}/api/messages")).bearer_auth(token);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), status, "{groups}");
            let told = answer.text().await.unwrap();
            // Beyond 128 KiB the framework answers by itself where nothing stands in front of it.
            assert!(groups == 400 || told.contains("header_too_large") == (status == 431), "{told}");
        }
    }
}

/// The page comes with every header, and the policy once.
async fn check_page(shop: &str, path: &str) -> String {
    let page = okta_cli::http::loopback().get(format!("{shop}{path}")).send().await.unwrap();
    assert_eq!(page.status(), 200, "{path}");
    let headers = page.headers();
    assert_eq!(headers.get_all("content-security-policy").iter().count(), 1, "{path}");
    assert!(header(headers, "content-security-policy").contains("require-trusted-types-for 'script'"));
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
        ("cross-origin-embedder-policy", "credentialless"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        // Some servers leave out what the page says itself, and some write it in another case.
        let found = header(headers, name).to_lowercase();
        assert!(found == value || (name == "content-type" && found == "text/html"), "{path} {name}: {found}");
    }
    page.text().await.unwrap()
}

/// An org that posts an ID token is told which setting to change.
async fn check_posted(shop: &str) {
    let request = okta_cli::http::loopback().post(format!("{shop}/login")).form(&[("id_token", "a.b.c")]);
    let answer = request.header("origin", "https://dev-1.okta.com").send().await.unwrap();
    let headers = answer.headers();
    assert_eq!((answer.status().as_u16(), header(headers, "allow")), (405, "GET, HEAD"));
    assert_eq!(header(headers, "content-type").to_lowercase(), "text/html; charset=utf-8");
    assert_eq!(
        (header(headers, "cache-control"), header(headers, "referrer-policy")),
        ("no-store", "no-referrer")
    );
    assert_eq!(answer.text().await.unwrap(), api::spa::POSTED);
}

/// What the page names is there, compressed for whoever asks, and kept for ever.
async fn check_files(shop: &str, page: &str) {
    let http = okta_cli::http::loopback();
    let wasm = page.split('"').find(|text| text.ends_with("_bg.wasm")).unwrap();
    for (accepted, codings) in [("br, gzip", ["br", "gzip"]), ("identity", ["", ""])] {
        let request = http.get(format!("{shop}{wasm}")).header("accept-encoding", accepted);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let headers = answer.headers();
        assert!(codings.contains(&header(headers, "content-encoding")), "{headers:?}");
        assert_eq!(header(headers, "content-type"), "application/wasm");
        assert_eq!(header(headers, "cache-control"), "public, max-age=31536000, immutable");
        assert!(headers.contains_key("content-security-policy"));
    }
    let picture = http.get(format!("{shop}/art/products/apple-sapling.svg")).send().await.unwrap();
    assert_eq!(header(picture.headers(), "cache-control"), "no-cache");
    assert_eq!(http.get(format!("{shop}/missing.js")).send().await.unwrap().status(), 404);
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// A program that serves, until it is dropped.
struct Server(Child);

impl Server {
    fn start(command: &mut Command) -> Self {
        // What it says on standard output would hold up whoever reads that of the tests.
        Self(
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?}: {error}")),
        )
    }

    /// Waits until something answers there.
    async fn answers(&self, url: &str) {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(100));
        for _ in 0..300 {
            ticks.tick().await;
            if okta_cli::http::loopback()
                .get(url)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
        }
        panic!("{url} does not answer");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Debian without Rust and without a compiler, in which everything that the program needs is.
fn bare_debian() -> PathBuf {
    let root = okta_cli::workspace().join(BARE);
    if !root.join("srv").is_dir() {
        let made = Command::new("debootstrap")
            .args(["--variant=minbase", "--include=ca-certificates", "bookworm"])
            .arg(&root)
            .status();
        assert!(made.unwrap().success(), "debootstrap failed");
    }
    for program in ["cargo", "rustc", "cc", "gcc"] {
        for folder in ["usr/bin", "usr/local/bin", "root/.cargo/bin"] {
            assert!(!root.join(folder).join(program).exists(), "{folder}/{program}");
        }
    }
    // Every machine that was installed has one.
    fs::write(root.join("etc/hosts"), "127.0.0.1 localhost\n").unwrap();
    let _ = fs::remove_dir_all(root.join("srv/grove"));
    root
}
