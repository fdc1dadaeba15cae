//! The API's documentation: a developer signs in there and makes a call.

use e2e::pages::{Docs, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};
use serde_json::{Value, json};
use shared::paths;

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_signs_in_on_the_documentation_and_makes_a_call() {
    scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        scene.org();
        let docs = Docs(tab);
        docs.open(&scene.stack.api_url()).await;
        let page = tab.window().await;
        docs.ask_to_sign_in().await;
        tab.switch_to_the_other(&page).await;
        OrgSignIn(tab).sign_in(ALICE).await;
        // The window closes itself once the page behind it has the code.
        tab.until_closed(&page).await;
        docs.is_signed_in().await;
        docs.close_the_dialogue().await;
        assert_eq!(docs.call("whoami").await, "200");
        docs.answers("alice@example.com").await;
    })
    .await;
}

/// Whether the page takes what somebody puts in as a string, and what it says where it does not.
const PUT_IN: &str = r#"
    const outcome = (put) => { try { put(); return "taken"; } catch (error) { return error.message; } };
    const html = (text) => outcome(() => { document.createElement("div").innerHTML = text; });
    const script = (name, text) => outcome(() => { document.createElement("script")[name] = text; });
    return [
        ...arguments[0].map(html),
        script("src", "/api/docs/swagger-initializer.js"),
        script("src", "data:text/javascript,0"),
        script("text", "0"),
        outcome(() => new DOMParser().parseFromString("<img src=x>", "text/html")),
        outcome(() => document.createElement("iframe").srcdoc = "<script>0</script>"),
    ];"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_takes_plain_markup_and_neither_scripts_nor_what_may_hold_one() {
    scene(async |scene: &mut Scene| {
        let docs = Docs(&scene.tab);
        docs.open(&scene.stack.api_url()).await;
        let plain = ["x & y &amp; <p>z</p>", "<a href=\"https://okta.com/\" target=\"_blank\">Okta</a><br>"];
        let taken = scene.tab.run(PUT_IN, vec![json!(plain)]).await;
        assert_eq!((&taken[0], &taken[1]), (&json!("taken"), &json!("taken")));
        let active = [
            "<img src=x onerror=__xss=1>",
            "<p onclick=\"__xss=1\">x</p>",
            "<a href=\"javascript:__xss=1\">x</a>",
            "<a href=\"java\nscript:__xss=1\">x</a>",
            "<a href=\"https://x\" onclick=\"__xss=1\">x</a>",
            "<script>__xss=1</script>",
            "<scr<p>ipt>__xss=1</scr<p>ipt>",
            "<svg><p><style><img src=x onerror=__xss=1></style></p></svg>",
            "<form action=\"https://x\"></form>",
            "<iframe src=\"https://x\"></iframe>",
            "<base href=\"https://x/\">",
            "<!-- x --><p",
        ];
        let refused = scene.tab.run(PUT_IN, vec![json!(active)]).await;
        let refused = refused.as_array().unwrap();
        assert_eq!(refused.len(), active.len() + 5);
        for (outcome, what) in refused.iter().zip(active.into_iter().chain(["rest"; 5])) {
            let said = outcome.as_str().unwrap();
            assert!(said.starts_with("the documentation takes no "), "{what}: {said}");
        }
        assert!(!scene.tab.was_injected().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_shows_all_that_the_document_says() {
    scene(async |scene: &mut Scene| {
        let (docs, api) = (Docs(&scene.tab), scene.stack.api_url());
        docs.open(&api).await;
        let document = okta_cli::http::loopback().get(format!("{api}{}", paths::OPENAPI)).send().await;
        let document: Value = document.unwrap().json().await.unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations: usize = paths.map(|methods| methods.as_object().unwrap().len()).sum();
        docs.open_all(operations).await;
        // Much of it is Markdown, with tables and links.
        let introduction = scene.tab.see(".info .renderedMarkdown table").await;
        assert!(introduction.contains("insufficient_user_authentication"), "{introduction}");
        for part in ["description", "summary-description"] {
            assert!(scene.tab.count(&format!(".opblock-{part}")).await > 0, "{part}");
        }
        assert_eq!(docs.left_out().await, 0);
    })
    .await;
}
