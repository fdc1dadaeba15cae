//! What the API says of itself.

use serde_json::Value;
use shared::{ProblemCode, paths};

use crate::program::Program;
use crate::shop::Shop;

#[tokio::test]
async fn the_openapi_document_lists_every_code_and_the_way_to_a_token() {
    let shop = Shop::open().await;
    let answer = shop.api.get(paths::OPENAPI).await.expect(200);
    let document: Value = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let introduction = document["info"]["description"].as_str().unwrap();
    for code in ProblemCode::ALL {
        assert!(introduction.contains(&format!("| {} | `{}` |", code.status(), code.as_str())), "{code:?}");
    }
    let flow = &document["components"]["securitySchemes"]["okta"]["flows"]["authorizationCode"];
    assert_eq!(flow["tokenUrl"], format!("{}/v1/token", shop.org.issuer()));
    let order = &document["paths"][paths::ORDERS]["post"];
    for status in ["201", "400", "401", "403", "408", "409", "413", "415", "422", "429", "500", "503"] {
        assert!(order["responses"][status].is_object(), "{status}");
    }
    assert_eq!(order["security"][0]["okta"][0], paths::SCOPE_WRITE);
    let tag = answer.header("etag").unwrap();
    let again = shop.api.request(reqwest::Method::GET, paths::OPENAPI).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    shop.close().await;
}

#[tokio::test]
async fn the_page_of_the_documentation_loads_nothing_from_elsewhere() {
    let shop = Shop::open().await;
    let get = async |path: &str| {
        let answer = shop.api.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        (policy, answer.text().await.unwrap())
    };
    // Without the slash the page's own addresses would point elsewhere.
    let (policy, page) = get(paths::DOCS).await;
    assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe-eval"));
    assert!(
        policy.ends_with("require-trusted-types-for 'script'; trusted-types default dompurify"),
        "{policy}"
    );
    let first = page.split_once("<script").unwrap().1;
    assert!(first.starts_with(" src=\"trusted-types.js\"></script>"), "{page}");
    get(&format!("{}/trusted-types.js", paths::DOCS)).await;
    assert!(page.contains("swagger-ui-bundle.js") && !page.contains("https://"), "{page}");
    assert!(!page.contains("<script>"), "a script in the page itself: {page}");
    let (_, start) = get(&format!("{}/swagger-initializer.js", paths::DOCS)).await;
    assert!(start.contains(paths::OPENAPI) && start.contains(shop.org.client_id()), "{start}");
    assert!(start.contains("usePkceWithAuthorizationCodeGrant\": true"), "{start}");
    let (_, callback) = get(paths::DOCS_CALLBACK).await;
    assert!(callback.contains("oauth2-redirect.js") && !callback.contains("<script>"), "{callback}");
    shop.api.get(&format!("{}/no-such-file", paths::DOCS)).await.expect(404);
    shop.close().await;
}

#[tokio::test]
async fn the_page_can_be_switched_off_and_is_off_beside_the_shop() {
    let shop = Shop::open().await;
    let dist = shop.folder.path().join("spa");
    std::fs::create_dir(&dist).unwrap();
    let page = "<!doctype html><script type=\"application/json\" id=\"grove-config\">{}</script>";
    std::fs::write(dist.join("index.html"), page).unwrap();
    let dist = dist.to_str().unwrap();
    for (variables, status) in [
        (vec![("API_DOCS", "off")], 404),
        (vec![("SPA_DIR", dist)], 404),
        (vec![("SPA_DIR", dist), ("API_DOCS", "on")], 200),
        (vec![], 200),
    ] {
        let mut command = shop.program();
        command.envs(variables.iter().copied());
        let program = Program::spawn(command, &shop.org);
        for path in [paths::DOCS, "/api/docs/", "/api/docs/swagger-ui-bundle.js", paths::DOCS_CALLBACK] {
            let answer = program.client.request(reqwest::Method::GET, path).send().await.unwrap();
            assert_eq!(answer.status(), status, "{path} with {variables:?}");
        }
        program.client.get(paths::OPENAPI).await.expect(200);
        program.terminate().await;
    }
    shop.close().await;
}

#[tokio::test]
async fn the_page_signs_in_by_an_app_of_its_own_whose_tokens_are_taken_while_there_is_the_page() {
    let shop = Shop::open().await;
    let token = shop.org.mint_access_token(|claims| _ = claims.insert("cid".into(), "0oadocs".into()));
    for (docs, status) in [("on", 200), ("off", 401)] {
        let mut command = shop.program();
        command.envs([("API_DOCS_CLIENT_ID", "0oadocs"), ("API_DOCS", docs)]);
        let program = Program::spawn(command, &shop.org);
        program.client.get_as(&token, paths::MESSAGES).await.expect(status);
        if docs == "on" {
            let path = format!("{}/swagger-initializer.js", paths::DOCS);
            let start = program.client.request(reqwest::Method::GET, &path).send().await.unwrap();
            let start = start.text().await.unwrap();
            assert!(start.contains("0oadocs") && !start.contains(shop.org.client_id()), "{start}");
        }
        program.terminate().await;
    }
    shop.close().await;
}
