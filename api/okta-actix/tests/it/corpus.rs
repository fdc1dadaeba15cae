//! The corpus of the fuzz target for headers, once more in each test run.

#[path = "../../../okta-jwt/fuzz/checks/header.rs"]
mod header;
#[path = "../../../okta-jwt/fuzz/checks/replay.rs"]
mod replay;

#[test]
fn no_header_of_the_corpus_does_harm() {
    replay::corpus(concat!(env!("CARGO_MANIFEST_DIR"), "/../okta-jwt/fuzz"), "header", header::check);
}
