//! The API's settings for a benchmark: as it is started, but for limits on people, which would end a measurement.

use std::num::NonZeroU32;

use api::{Limits, Proofs, Replicas, Settings, TrustedProxies};
use okta_types::Issuer;
use shared::Money;

/// For the tokens of one app of this issuer, on any port.
pub(crate) fn settings(issuer: Issuer, client_id: String, database_url: String) -> Settings {
    Settings {
        issuer,
        org_addresses: Vec::new(),
        other_orgs: Vec::new(),
        universal_logout_org: None,
        audience: "api://default".to_owned(),
        require_at_jwt: false,
        client_ids: vec![client_id],
        database_url,
        addr: ([127, 0, 0, 1], 0).into(),
        metrics_addr: None,
        spa_dir: None,
        docs: true,
        docs_client_id: None,
        renewal_frame: false,
        hsts: "max-age=63072000".to_owned(),
        spa_origins: vec!["http://localhost:8080".to_owned()],
        proofs: Proofs::default(),
        trusted_proxies: TrustedProxies::default(),
        replicas: Replicas::default(),
        limits: Limits {
            requests_per_minute: NonZeroU32::MAX,
            orders_per_hour: NonZeroU32::MAX,
            step_up_above: Money::from_cents(i64::MAX),
            ..Limits::default()
        },
    }
}
