//! The variables that the API reads: their names, meanings, defaults and examples, in one place for the parser, for
//! `api --help` and for the table of the README, which is the output of `api env`.

use std::fmt::Write as _;

use crate::telemetry;

/// A variable of the environment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// What it is; completes "set it to …".
    pub(crate) meaning: &'static str,
    /// As which value it is read where it is missing or empty. One without is required, or means nothing then.
    pub(crate) default: Option<&'static str>,
    pub(crate) example: &'static str,
    /// What is done without it, where that is no fixed value.
    without: &'static str,
}

pub(super) const ISSUER: Variable = Variable {
    name: "OKTA_OAUTH2_ISSUER",
    meaning: "the issuer of your authorization server",
    default: None,
    example: "https://dev-1.okta.com/oauth2/default",
    without: "required; `cargo dev` starts the local org",
};
pub(super) const ORG_ADDRESSES: Variable = Variable {
    name: "OKTA_ORG_ADDRESSES",
    meaning: "other addresses of your org, separated by commas: where the issuer has a custom domain, its dashboard \
        may name the one that Okta gave it",
    default: None,
    example: "https://dev-1.okta.com",
    without: "only the issuer's address",
};
pub(super) const CLIENT_ID: Variable = Variable {
    name: "OKTA_OAUTH2_CLIENT_ID",
    meaning: "the client id of your app integration, the SPA's first; several are separated by commas",
    default: None,
    example: "0oa1b2c3d4e5f6g7h8i9",
    without: "required; `cargo dev` starts the local org",
};
pub(super) const OTHER_ORGS: Variable = Variable {
    name: "OKTA_OTHER_ORGS",
    meaning: "further orgs whose people may use the shop, separated by semicolons: the path of the shop's pages that are \
        each org's own, its issuer and its client id (several by commas, the SPA's first), then, if it is another one, its \
        audience, and other addresses of the org",
    default: None,
    example: "/birch https://birch.okta.com/oauth2/default 0oa2",
    without: "only the first org",
};
pub(super) const AUDIENCE: Variable = Variable {
    name: "OKTA_API_AUDIENCE",
    meaning: "the audience of your authorization server",
    default: Some("api://default"),
    example: "api://shop",
    without: "",
};
pub(super) const REQUIRE_AT_JWT: Variable = Variable {
    name: "REQUIRE_AT_JWT",
    meaning: "`true` if the issuer's access tokens have the form of RFC 9068, which Okta's have not: the `typ` `at+jwt`, and \
        `client_id` and `scope` in the place of `cid` and `scp`; no others are taken then",
    default: Some("false"),
    example: "true",
    without: "",
};
pub(super) const DATABASE_URL: Variable = Variable {
    name: "DATABASE_URL",
    meaning: "the database that keeps carts and orders: a SQLite file or a PostgreSQL server",
    default: Some("sqlite:grove.sqlite"),
    example: "postgres://user:password@localhost/grove",
    without: "",
};
pub(super) const ADDR: Variable = Variable {
    name: "API_ADDR",
    meaning: "the IP address and port to listen on",
    default: Some("127.0.0.1:8000"),
    example: "0.0.0.0:8000",
    without: "",
};
pub(super) const METRICS_ADDR: Variable = Variable {
    name: "METRICS_ADDR",
    meaning: "the IP address and port where Prometheus finds `/metrics`: anybody who reaches it may read it, so keep it on \
        loopback or in a network of operators alone",
    default: None,
    example: "127.0.0.1:9464",
    without: "there are no metrics, and nothing is counted for them",
};
pub(super) const SPA_DIR: Variable = Variable {
    name: "SPA_DIR",
    meaning: "the folder of a built SPA, to serve it along with the API",
    default: None,
    example: "/srv/grove/spa",
    without: "only the API is served",
};
pub(super) const DOCS: Variable = Variable {
    name: "API_DOCS",
    meaning: "whether there is the page `/api/docs/` with the API's documentation: on or off",
    default: None,
    example: "on",
    without: "on while all of `SPA_ORIGINS` are on this machine; with `SPA_DIR`, and in production, off: the page would \
        share the origin where the shop keeps its tokens",
};
pub(super) const DOCS_CLIENT_ID: Variable = Variable {
    name: "API_DOCS_CLIENT_ID",
    meaning: "the client id of the app by which the page `/api/docs/` signs people in; its tokens are accepted while there \
        is the page, which makes no proofs (DPoP): the app must not ask for them",
    default: None,
    example: "0oa9z8y7x6w5v4u3t2s1",
    without: "the first of `OKTA_OAUTH2_CLIENT_ID`",
};
pub(super) const HSTS: Variable = Variable {
    name: "HSTS",
    meaning: "where clients come by `https` (`PUBLIC_URL`, `SPA_ORIGINS`): the header Strict-Transport-Security of every \
        answer, which browsers obey for as long as it says",
    default: Some("max-age=63072000"),
    example: "max-age=63072000; includeSubDomains",
    without: "",
};
pub(super) const ORIGINS: Variable = Variable {
    name: "SPA_ORIGINS",
    meaning: "the origins whose pages may call the API, separated by commas; with `SPA_DIR`, where shoppers \
        find the shop: the first by `https`, or else the first",
    default: None,
    example: "https://shop.example.com",
    without: "`http://localhost:8080`; with `SPA_DIR`, `http://localhost` with the API's port",
};
pub(super) const PUBLIC_URL: Variable = Variable {
    name: "PUBLIC_URL",
    meaning: "where clients reach the API, with the path that a gateway in front takes off, if any; several are \
        separated by commas: their proofs (DPoP) say where they were sent",
    default: None,
    example: "https://api.example.com",
    without: "the `SPA_ORIGINS`, and `http://localhost` and `http://127.0.0.1` with the API's port",
};
pub(super) const RENEWAL_FRAME: Variable = Variable {
    name: "RENEWAL_FRAME",
    meaning: "with `SPA_DIR`: `true` if the shop may ask the org in a hidden frame, to renew a session that came without a \
        refresh token; only where the org has a custom domain on the shop's site, and for a build with the feature \
        `silent-renewal`",
    default: Some("false"),
    example: "true",
    without: "",
};
pub(super) const REQUIRE_DPOP: Variable = Variable {
    name: "REQUIRE_DPOP",
    meaning: "`true` if every access token must be bound to a key and come with a proof (DPoP)",
    default: Some("false"),
    example: "true",
    without: "",
};
pub(super) const UNIVERSAL_LOGOUT_ORG: Variable = Variable {
    name: "UNIVERSAL_LOGOUT_ORG",
    meaning: "the address of your org, if it may end people's sessions here (Okta's Universal Logout): it sends signed \
        requests to `/api/global-token-revocation` at the `PUBLIC_URL`",
    default: None,
    example: "https://dev-1.okta.com",
    without: "there is no such endpoint",
};
pub(super) const STEP_UP_ABOVE: Variable = Variable {
    name: "STEP_UP_ABOVE",
    meaning: "in dollars: where a person's orders of 24 hours cost more together, the next one needs a sign-in with a \
        second factor in the last 15 minutes",
    default: Some("500.00"),
    example: "250",
    without: "",
};
pub(super) const ORDERS_PER_HOUR: Variable = Variable {
    name: "ORDERS_PER_HOUR",
    meaning: "how many orders an hour one person may place; more are answered with 429",
    default: Some("20"),
    example: "100",
    without: "",
};
pub(super) const REQUESTS_PER_MINUTE: Variable = Variable {
    name: "REQUESTS_PER_MINUTE",
    meaning: "how many requests a minute one person may make; more are answered with 429",
    default: Some("600"),
    example: "120",
    without: "",
};
pub(super) const REQUESTS_PER_MINUTE_PER_ADDRESS: Variable = Variable {
    name: "REQUESTS_PER_MINUTE_PER_ADDRESS",
    meaning: "how many requests a minute may come from one address, or from one /64 of IPv6, whoever is behind it; more are \
        answered with 429. Behind a proxy, name that in `TRUSTED_PROXIES` first, or all of its clients count as one",
    default: None,
    example: "3000",
    without: "there is no such limit",
};
pub(super) const TRUSTED_PROXIES: Variable = Variable {
    name: "TRUSTED_PROXIES",
    meaning: "the IP addresses and networks of the proxies in front, separated by commas: they alone are believed when they \
        say whose request it is, for the log and for limits by address",
    default: None,
    example: "127.0.0.1,::1,10.0.0.0/8",
    without: "whoever connects is the client",
};
pub(super) const PROXY_HEADER: Variable = Variable {
    name: "PROXY_HEADER",
    meaning: "where those proxies say it: `X-Forwarded-For` or `Forwarded` (RFC 7239); the proxy must write it itself, and \
        the other one is not looked at",
    default: Some("X-Forwarded-For"),
    example: "Forwarded",
    without: "",
};
pub(super) const MAX_IN_FLIGHT: Variable = Variable {
    name: "MAX_IN_FLIGHT",
    meaning: "how many requests of people who are signed in are handled at a time, and as many of others; \
        more wait a little, and are answered with 503 where that is of no use",
    default: None,
    example: "64",
    without: "8 for each processor",
};
pub(super) const MAX_CONNECTIONS: Variable = Variable {
    name: "MAX_CONNECTIONS",
    meaning: "how many connections there may be, if the limit of open files allows; for one more, the one is closed \
        whose client has kept the server waiting longest",
    default: Some("2048"),
    example: "10000",
    without: "",
};
pub(super) const MAX_CONNECTIONS_PER_ADDRESS: Variable = Variable {
    name: "MAX_CONNECTIONS_PER_ADDRESS",
    meaning: "how many of them may come from one address, or from one /64 of IPv6; a proxy is one address",
    default: Some("256"),
    example: "1000",
    without: "",
};
pub(super) const DATABASE_CONNECTIONS: Variable = Variable {
    name: "DATABASE_CONNECTIONS",
    meaning: "the maximum number of database connections; with SQLite, of those that read",
    default: Some("10"),
    example: "20",
    without: "",
};
pub(super) const REDIS_URL: Variable = Variable {
    name: "REDIS_URL",
    meaning: "a store that speaks Redis' protocol, where several processes answer for one shop: there they know together \
        which proofs (DPoP) were used and how many requests a person has sent",
    default: None,
    example: "rediss://user:password@redis.example.com:6379",
    without: "each process knows its own",
};
pub(super) const REDIS_OUTAGE_PROOFS: Variable = Variable {
    name: "REDIS_OUTAGE_PROOFS",
    meaning: "what is done with proofs while that store is away: `closed` answers 503, `open` goes by what each process has \
        seen itself, so that a stolen proof works once at each",
    default: Some("closed"),
    example: "open",
    without: "",
};
pub(super) const REDIS_OUTAGE_LIMITS: Variable = Variable {
    name: "REDIS_OUTAGE_LIMITS",
    meaning: "the same with the requests of a minute: `open` lets each process count for itself",
    default: Some("open"),
    example: "closed",
    without: "",
};
/// Read by the program, not by the parser of [`Settings`](super::Settings).
const LOG: Variable = Variable {
    name: "RUST_LOG",
    meaning: "what to log, by level or by module, as the crate `tracing-subscriber` reads it",
    default: Some("info"),
    example: "info,api=debug",
    without: "",
};

/// Read by the program as well.
pub(super) const LOG_FORMAT: Variable = Variable {
    name: "LOG_FORMAT",
    meaning: "what a line of the log is: `text`, `json` (one object a line), or `auto`: text on a terminal, else JSON",
    default: Some("auto"),
    example: "text",
    without: "",
};

/// Read by the program, where it was built with the feature `otlp`.
const OTLP_ENDPOINT: Variable = Variable {
    name: telemetry::ENDPOINT,
    meaning: "where an OpenTelemetry Collector takes traces and metrics (OTLP over HTTP), for a build with the feature `otlp`; \
        other variables of OpenTelemetry count as well",
    default: None,
    example: "http://localhost:4318",
    without: "neither is exported, and nothing is recorded for it",
};

/// All of them, in the order of the table.
pub(super) const ALL: [&Variable; 34] = [
    &ISSUER,
    &ORG_ADDRESSES,
    &CLIENT_ID,
    &AUDIENCE,
    &OTHER_ORGS,
    &REQUIRE_AT_JWT,
    &DATABASE_URL,
    &ADDR,
    &METRICS_ADDR,
    &OTLP_ENDPOINT,
    &SPA_DIR,
    &DOCS,
    &DOCS_CLIENT_ID,
    &HSTS,
    &ORIGINS,
    &PUBLIC_URL,
    &TRUSTED_PROXIES,
    &PROXY_HEADER,
    &REQUIRE_DPOP,
    &RENEWAL_FRAME,
    &UNIVERSAL_LOGOUT_ORG,
    &STEP_UP_ABOVE,
    &ORDERS_PER_HOUR,
    &REQUESTS_PER_MINUTE,
    &REQUESTS_PER_MINUTE_PER_ADDRESS,
    &MAX_IN_FLIGHT,
    &MAX_CONNECTIONS,
    &MAX_CONNECTIONS_PER_ADDRESS,
    &DATABASE_CONNECTIONS,
    &REDIS_URL,
    &REDIS_OUTAGE_PROOFS,
    &REDIS_OUTAGE_LIMITS,
    &LOG,
    &LOG_FORMAT,
];

/// The environment variables of the API as a Markdown table.
pub fn environment_table() -> String {
    let mut table = "| variable | what it is | without it | example |\n|---|---|---|---|\n".to_owned();
    for Variable { name, meaning, default, example, without } in ALL {
        let default = default.map_or_else(|| (*without).to_owned(), |default| format!("`{default}`"));
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{name}` | {meaning} | {default} | `{example}` |");
    }
    table
}

/// Their names.
pub fn environment_names() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().map(|variable| variable.name)
}

/// The same as plain text, a line or two for each, for a terminal.
pub fn environment_help() -> String {
    let mut help = String::new();
    for Variable { name, meaning, default, without, .. } in ALL {
        let meaning = meaning.replace('`', "");
        let default = default.map_or_else(|| without.replace('`', ""), str::to_owned);
        let _ = writeln!(help, "  {name}\n      {meaning}  [{default}]");
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the README has between these is generated.
    const MARKERS: (&str, &str) = ("<!-- begin: cargo run -p api -- env -->\n", "<!-- end -->");

    #[test]
    fn the_table_of_the_readme_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let readme = std::fs::read_to_string(path).unwrap();
        let table = readme.split_once(MARKERS.0).and_then(|(_, rest)| rest.split_once(MARKERS.1));
        let (table, _) = table.expect("the README has the markers of the table");
        assert_eq!(
            table,
            environment_table(),
            "put the output of `cargo run -p api -- env` between the markers"
        );
    }

    #[test]
    fn each_variable_says_what_happens_without_it() {
        for variable in ALL {
            assert_ne!(variable.default.is_some(), !variable.without.is_empty(), "{variable:?}");
        }
    }
}
