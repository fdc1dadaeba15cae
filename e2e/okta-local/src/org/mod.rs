//! What an org holds: apps, people, groups, authorization servers with their policies, and sessions.

pub(crate) mod acr;
pub(crate) mod app;
pub(crate) mod authorization_server;
pub(crate) mod authorize_request;
pub(crate) mod claim;
pub(crate) mod client_secret;
pub(crate) mod consents;
pub(crate) mod group;
pub(crate) mod group_expression;
pub(crate) mod group_rule;
pub(crate) mod imported_hash;
pub(crate) mod lockout;
pub(crate) mod password;
pub(crate) mod policy;
pub(crate) mod proof;
pub(crate) mod return_address;
pub(crate) mod scope;
pub(crate) mod seed;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod state;
pub(crate) mod tenant;
pub(crate) mod totp;
pub(crate) mod trusted_origin;
pub(crate) mod user;
pub(crate) mod user_schema;
