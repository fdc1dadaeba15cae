//! Reads the proof off a request: what it says, and what it is compared with.

use actix_web::HttpRequest;
use actix_web::http::Method;
use okta_jwt::{Htu, ProofError, ProofRefusal, ShownProof};

use crate::dpop_policy::DpopPolicy;
use crate::header_names::DPOP;
use crate::rejection::Reason;

/// A proof and its request, without either: for code that has to wait.
pub(crate) struct ReceivedProof {
    proof: String,
    method: Method,
    addresses: Vec<Htu>,
}

impl ReceivedProof {
    /// Of the one header that there must be (§4.3, check 1).
    pub(crate) fn read(request: &HttpRequest, policy: &DpopPolicy) -> Result<Self, Reason> {
        let mut headers = request.headers().get_all(DPOP);
        let proof = match (headers.next(), headers.next()) {
            (None, _) => return Err(Reason::ProofMissing),
            (Some(_), Some(_)) => return Err(Reason::SeveralProofs),
            (Some(value), None) => value.to_str().map_err(|_| malformed())?.to_owned(),
        };
        let (method, addresses) = (request.method().clone(), policy.urls.addresses_of(request));
        Ok(Self { proof, method, addresses })
    }

    pub(crate) fn shown(&self) -> ShownProof<'_> {
        ShownProof { proof: &self.proof, method: self.method.as_str(), addresses: &self.addresses }
    }
}

fn malformed() -> Reason {
    Reason::InvalidProof(ProofRefusal::Form(ProofError::Malformed))
}
