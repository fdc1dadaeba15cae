//! Redirect addresses of native apps: a scheme of their own, or their own machine at any port (RFC 8252 §7).

/// Whether an address has a scheme that programs may claim: none that browsers carry out or resolve themselves.
pub(crate) fn has_private_scheme(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let taken = ["http", "https", "javascript", "data", "vbscript", "file", "blob", "about"];
    let legal = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(legal)
        && !taken.contains(&scheme.to_ascii_lowercase().as_str())
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Host and the rest of an address of the app's own machine, without the port; `None` for any other. `localhost` is
/// a name, and names can lead elsewhere (RFC 8252 §8.3).
pub(crate) fn loopback_parts(uri: &str) -> Option<(&str, &str)> {
    let after = uri.strip_prefix("http://")?;
    let (host, rest) =
        ["127.0.0.1", "[::1]"].iter().find_map(|host| Some((*host, after.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let path = port.trim_start_matches(|c: char| c.is_ascii_digit());
            port[..port.len() - path.len()].parse::<u16>().ok()?;
            path
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_loopback_address_all_but_the_port_is_compared() {
        let plain = loopback_parts("http://127.0.0.1/cb");
        assert_eq!(plain, Some(("127.0.0.1", "/cb")));
        assert_eq!(loopback_parts("http://127.0.0.1:49152/cb"), plain);
        assert_eq!(loopback_parts("http://[::1]:1/cb?x"), Some(("[::1]", "/cb?x")));
        for other in [
            "http://127.0.0.1:x/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1.evil/cb",
            "http://127.0.0.1@evil/cb",
            "http://127.0.0.1:1@evil/cb",
            "http://127.0.0.1:65536/cb",
            "https://127.0.0.1/cb",
            "http://localhost:1/cb",
        ] {
            assert_eq!(loopback_parts(other), None, "{other}");
        }
    }
}
