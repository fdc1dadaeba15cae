//! What the OpenID Foundation's tests of relying parties ask, and more of the kind: one issuer a case, which
//! misbehaves in one way. What must be refused is refused on a readable page, with nothing asked of anybody and
//! nothing kept; what is merely odd is accepted.
//!
//! The names are those of the foundation's test modules where there is one. Not here: what a public client
//! with the code flow cannot meet (client secrets, implicit and hybrid flow, encrypted or aggregated claims).

mod callback;
mod discovery;
mod id_token;
mod refresh;
mod sign_out;
mod stage;
mod step_up;
mod token_answer;
mod userinfo;
