//! What servers have to be told, out of the one definition of headers in `api::spa`.
//!
//! The policy for scripts changes with every build (it holds hashes), so these files belong to the build beside them
//! and are not to be copied without it.

use std::collections::BTreeMap;

use api::spa::{POSTED, Site};
use shared::ProblemCode;

use super::deployment_target::DeploymentTarget;

/// Netlify and Cloudflare Pages: every address that is no file shows the page.
pub(super) const REDIRECTS: &str = "/*  /index.html  200\n";

/// KiB that a line of a request's header may have: the longest token that the API looks at, and what stands around it.
const HEADER: usize = okta_jwt::MAX_TOKEN_LEN / 1024 + 8;

/// `_headers`, as Netlify and Cloudflare Pages read it.
///
/// Where two of its rules fit, both hosts join the values, so no two rules for caching may overlap. Pages other than
/// the first and the callback keep the hosts' own `max-age=0, must-revalidate`.
pub(super) fn headers_file(site: &Site) -> String {
    let mut text = "/*\n".to_owned();
    for (name, value) in headers(site) {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    for (pattern, value) in cache_rules(site) {
        text.push_str(&format!("{pattern}\n  cache-control: {value}\n"));
    }
    for pattern in ["/", "/login/*"] {
        text.push_str(&format!("{pattern}\n  cache-control: {}\n", page_cache(site)));
    }
    text
}

/// The shop and its API behind nginx.
pub(super) fn nginx(site: &Site, target: &DeploymentTarget) -> String {
    let cached = cache_rules(site).into_iter().map(|(pattern, value)| match pattern.strip_suffix('*') {
        Some(folder) => format!("    ~^{folder} \"{value}\";\n"),
        None => format!("    {pattern} \"{value}\";\n"),
    });
    let headers =
        site.headers().map(|(name, value)| format!("        add_header {name} \"{value}\" always;\n"));
    let host = Host::of(&target.origin);
    let (redirect, listen) = match target.is_https() {
        true => (filled(include_str!("templates/nginx-redirect.conf"), &[("host", host.name)]), tls(&host)),
        false => (String::new(), format!("    listen {}:{};", loopback(host.name), host.port_or("80"))),
    };
    let api = match target.has_api() {
        true => include_str!("templates/nginx-api.conf").replace("{{api}}", &upstream(target)),
        false => String::new(),
    };
    filled(
        include_str!("templates/nginx.conf"),
        &[
            ("origin", &target.origin),
            ("header", &HEADER.to_string()),
            ("problem", &header_too_large()),
            ("posted", POSTED),
            ("page_cache", page_cache(site)),
            ("cached\n", &cached.collect::<String>()),
            ("redirect\n", &redirect),
            ("listen", &listen),
            ("host", host.name),
            ("headers\n", &headers.collect::<String>()),
            ("proxied\n", &api),
        ],
    )
}

/// What the API says itself of a token that is too long. Nothing in it has a meaning to nginx.
fn header_too_large() -> String {
    let detail =
        "The access token is too long, or the cookies are: have the org put fewer groups into the token.";
    serde_json::to_string(&ProblemCode::HeaderTooLarge.problem(Some(detail.to_owned()))).unwrap_or_default()
}

/// The same behind Caddy, which gets the certificate by itself.
pub(super) fn caddy(site: &Site, target: &DeploymentTarget) -> String {
    let headers = headers(site).into_iter().map(|(name, value)| format!("\t\t\t{name} \"{value}\"\n"));
    let rules = cache_rules(site);
    let mut matchers = String::new();
    let mut by_value: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (pattern, value) in &rules {
        by_value.entry(value).or_default().push(pattern);
    }
    for (number, (value, patterns)) in by_value.into_iter().enumerate() {
        let patterns = patterns.join(" ");
        matchers.push_str(&format!(
            "\t\t@cached{number} path {patterns}\n\t\theader @cached{number} Cache-Control \"{value}\"\n"
        ));
    }
    let files: Vec<&str> = rules.iter().map(|(pattern, _)| pattern.as_str()).collect();
    matchers.push_str(&format!(
        "\t\t@page not path {}\n\t\theader @page Cache-Control \"{}\"\n",
        files.join(" "),
        page_cache(site)
    ));
    let host = Host::of(&target.origin);
    let bind = if target.is_https() { String::new() } else { format!("\tbind {}\n", loopback(host.name)) };
    let api = match target.has_api() {
        true => include_str!("templates/Caddyfile-api").replace("{{api}}", &upstream(target)),
        false => String::new(),
    };
    filled(
        include_str!("templates/Caddyfile"),
        &[
            ("origin", &target.origin),
            ("bind\n", &bind),
            ("proxied\n", &api),
            ("headers\n", &headers.collect::<String>()),
            ("matchers\n", &matchers),
            ("posted", POSTED),
        ],
    )
}

/// The API as a service, which serves the shop as well.
pub(super) fn systemd() -> String {
    include_str!("templates/grove.service").to_owned()
}

/// How to start it.
pub(super) fn read_me(target: &DeploymentTarget) -> String {
    filled(
        include_str!("templates/README.md"),
        &[
            ("origin", &target.origin),
            ("issuer", &target.config.issuer),
            ("api_origin", &target.config.api_origin),
            ("api_addr", &target.api_addr.to_string()),
        ],
    )
}

/// `.env`: in single quotes nothing has a meaning, neither to systemd nor to the API.
pub(super) fn variables(target: &DeploymentTarget) -> String {
    let line = |(name, value): &(&str, String)| format!("{name}='{value}'\n");
    target.variables.iter().map(line).collect()
}

/// The files by pattern, with their `Cache-Control`: one rule for a folder whose files have the same, else one for
/// each file. The page is not among them.
fn cache_rules(site: &Site) -> Vec<(String, &'static str)> {
    let mut folders: BTreeMap<String, Vec<(String, &'static str)>> = BTreeMap::new();
    for (path, value) in site.cache_controls().skip(1) {
        let pattern = match path.trim_start_matches('/').split_once('/') {
            Some((folder, _)) => format!("/{folder}/*"),
            None => path.to_owned(),
        };
        folders.entry(pattern).or_default().push((path.to_owned(), value));
    }
    let rule = |(pattern, files): (String, Vec<(String, &'static str)>)| {
        let first = files[0].1;
        let same = files.iter().all(|(_, value)| *value == first);
        if same { vec![(pattern, first)] } else { files }
    };
    let mut rules: Vec<_> = folders.into_iter().flat_map(rule).collect();
    rules.push(("/index.html".to_owned(), page_cache(site)));
    rules
}

/// By name, so that the same build is the same text.
fn headers(site: &Site) -> BTreeMap<&str, &str> {
    site.headers().collect()
}

fn page_cache(site: &Site) -> &'static str {
    site.cache_controls().next().map_or("no-store", |(_, value)| value)
}

/// Host and port of an origin.
struct Host<'a> {
    name: &'a str,
    port: Option<&'a str>,
}

impl<'a> Host<'a> {
    fn of(origin: &'a str) -> Self {
        let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Self { name, port: Some(port) },
            _ => Self { name: authority, port: None },
        }
    }

    fn port_or(&self, default: &'a str) -> &'a str {
        self.port.unwrap_or(default)
    }
}

fn tls(host: &Host<'_>) -> String {
    filled(
        include_str!("templates/nginx-tls.conf").trim_end(),
        &[("port", host.port_or("443")), ("host", host.name)],
    )
}

/// `localhost` may be either, and nobody else is to reach it.
fn loopback(name: &str) -> &str {
    if name == "localhost" { "127.0.0.1" } else { name }
}

/// Where a server on the same machine finds the API.
fn upstream(target: &DeploymentTarget) -> String {
    let addr = target.api_addr;
    if addr.ip().is_unspecified() { format!("127.0.0.1:{}", addr.port()) } else { addr.to_string() }
}

/// Each `{{name}}` replaced; a name with a line end stands for whole lines.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| match name.strip_suffix('\n') {
        Some(name) => text.replace(&format!("{{{{{name}}}}}\n"), value),
        None => text.replace(&format!("{{{{{name}}}}}"), value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_takes_the_longest_token_by_the_file_and_by_the_read_me() {
        assert!(HEADER * 1024 > okta_jwt::MAX_TOKEN_LEN + "Authorization: Bearer \r\n".len());
        let written = filled(include_str!("templates/nginx.conf"), &[("header", &HEADER.to_string())]);
        let read_me = include_str!("../../../../../README.md");
        for text in [&written, read_me] {
            assert!(text.contains(&format!("large_client_header_buffers 4 {HEADER}k;")), "{text}");
        }
        // It stands in single quotes.
        assert!(!header_too_large().contains(['\'', '\\', '$']) && header_too_large().contains("431"));
    }
}
