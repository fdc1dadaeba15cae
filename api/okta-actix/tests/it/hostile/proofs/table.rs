//! The requests, and how one is written down by what is wrong with its proof.

use std::sync::atomic::{AtomicUsize, Ordering};

use okta_types::access_token_hash;
use serde_json::{Value, json};

use super::super::changed;
use crate::issuer::NOW;
use crate::prover::ALICE;
use crate::site::PUBLIC;

/// One request: what stands in `Authorization`, and each `DPoP` header.
pub(super) struct Row {
    pub(super) what: String,
    pub(super) authorization: String,
    pub(super) proofs: Vec<Vec<u8>>,
    pub(super) expected: (u16, &'static str),
}

pub(super) const BAD_PROOF: (u16, &str) = (401, "invalid_dpop_proof");
pub(super) const BAD_TOKEN: (u16, &str) = (401, "invalid_token");
pub(super) const BAD_REQUEST: (u16, &str) = (400, "invalid_request");

/// What makes rows: a token of alice's that is bound to her key.
pub(super) struct Table {
    pub(super) token: String,
    pub(super) rows: Vec<Row>,
}

impl Table {
    pub(super) fn header(&self) -> Value {
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": ALICE.jwk()})
    }

    /// None like the other.
    pub(super) fn payload(&self) -> Value {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        json!({"jti": format!("{:024}", NUMBER.fetch_add(1, Ordering::Relaxed)), "htm": "GET",
               "htu": format!("{PUBLIC}/whoami"), "iat": NOW, "ath": access_token_hash(&self.token)})
    }

    pub(super) fn good(&self) -> String {
        ALICE.seal(&self.header().to_string(), &self.payload().to_string())
    }

    pub(super) fn row(&mut self, what: impl Into<String>, proofs: Vec<Vec<u8>>) {
        let authorization = format!("DPoP {}", self.token);
        self.rows.push(Row { what: what.into(), authorization, proofs, expected: BAD_PROOF });
    }

    pub(super) fn text(&mut self, what: impl Into<String>, proof: impl Into<Vec<u8>>) {
        self.row(what, vec![proof.into()]);
    }

    /// Signed with alice's key after a change of the header and one of the claims.
    pub(super) fn signed(&mut self, header_change: Value, claim_change: Value) {
        let what = format!("{header_change:.200} {claim_change:.200}");
        let header = changed(self.header(), header_change).to_string();
        let payload = changed(self.payload(), claim_change).to_string();
        self.text(what, ALICE.seal(&header, &payload));
    }

    pub(super) fn claim(&mut self, name: &str, value: Value) {
        self.signed(json!({}), json!({name: value}));
    }

    pub(super) fn head(&mut self, name: &str, value: Value) {
        self.signed(json!({name: value}), json!({}));
    }

    pub(super) fn jwk(&mut self, change: Value) {
        let jwk = changed(ALICE.jwk(), change);
        self.head("jwk", jwk);
    }

    pub(super) fn shown(
        &mut self,
        what: &str,
        authorization: String,
        proofs: &[&str],
        expected: (u16, &'static str),
    ) {
        let proofs = proofs.iter().map(|proof| proof.as_bytes().to_vec()).collect();
        self.rows.push(Row { what: what.to_owned(), authorization, proofs, expected });
    }
}
