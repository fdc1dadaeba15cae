//! Redirect addresses with a wildcard (Okta's `wildcard_redirect`), which an app has to ask for: `*` stands for a part of
//! the host's first label.

/// Whether an address is a registered one with something in the place of `*`. There is no point in that, so it leads to
/// no other domain.
pub(crate) fn fills_in(registered: &str, uri: &str) -> bool {
    let Some((before, after)) = registered.split_once('*') else { return false };
    let is_in_label =
        before.split_once("://").is_some_and(|(_, host)| !host.contains(['.', '/', ':', '@', '?']));
    let given = uri.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    is_in_label
        && given.is_some_and(|given| {
            !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_a_part_of_the_first_label_and_nothing_else() {
        for good in ["https://a.app.example/cb", "https://feature-7.app.example/cb"] {
            assert!(fills_in("https://*.app.example/cb", good), "{good}");
        }
        assert!(fills_in("https://app-*-eu.example/cb", "https://app-2-eu.example/cb"));
        for bad in [
            "https://.app.example/cb",
            "https://app.example/cb",
            "https://a.b.app.example/cb",
            "https://evil.example/.app.example/cb",
            "https://evil.example?.app.example/cb",
            "https://a@evil.app.example/cb",
            "https://a:1@x.app.example/cb",
            "http://a.app.example/cb",
            "https://a.app.example/cb/more",
            "https://*.app.example/cb",
        ] {
            assert!(!fills_in("https://*.app.example/cb", bad), "{bad}");
        }
        for registered in ["https://app.example/*", "https://app.*.example/cb", "https://app.example/cb"] {
            assert!(!fills_in(registered, &registered.replace('*', "a")), "{registered}");
        }
    }
}
