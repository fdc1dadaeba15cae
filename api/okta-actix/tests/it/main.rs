//! The extractors from the outside: a real server, real keys, an issuer over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod answers;
mod challenge;
mod corpus;
mod dpop;
mod examples;
mod guard;
mod hostile;
mod issuer;
mod logs;
mod middleware;
mod optional;
mod org;
mod outage;
#[path = "../../../okta-jwt/tests/it/program.rs"]
mod program;
#[path = "../../../okta-jwt/tests/it/prover.rs"]
mod prover;
mod site;
mod step_up;
mod universal_logout;
