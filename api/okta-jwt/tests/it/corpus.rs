//! The inputs of the fuzz targets, once more in each test run.

#[path = "../../fuzz/checks/key_set.rs"]
mod key_set;
#[path = "../../fuzz/checks/proof.rs"]
mod proof;
#[path = "../../fuzz/checks/replay.rs"]
mod replay;
#[path = "../../fuzz/checks/token.rs"]
mod token;

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");

#[test]
fn no_token_of_the_corpus_does_harm() {
    replay::corpus(FUZZ, "token", token::check);
}

#[test]
fn no_key_set_of_the_corpus_does_harm() {
    replay::corpus(FUZZ, "key_set", key_set::check);
}

#[test]
fn no_proof_among_the_seeds_does_harm() {
    replay::seeds(FUZZ, "proof", proof::check);
}
