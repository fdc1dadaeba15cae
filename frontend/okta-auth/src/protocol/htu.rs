//! The address of a request as its proof names it (RFC 9449 §4.2), feature `dpop`.

use okta_types::Origin;

use crate::protocol::address;

/// `htu`: origin and path, without query and fragment, written as the browser will send it: what cannot stand in a path
/// is escaped as UTF-8 (URL Standard, the path percent-encode set). `None` where it is not an absolute address.
pub(crate) fn htu(url: &str) -> Option<String> {
    let (origin, place) = address::split(url);
    let mut text = Origin::of(origin).ok()?.to_text();
    match address::path(place) {
        "" => text.push('/'),
        path => path.bytes().for_each(|byte| push(&mut text, byte)),
    }
    Some(text)
}

fn push(text: &mut String, byte: u8) {
    if byte.is_ascii_graphic() && !b"\"<>^`{}".contains(&byte) {
        return text.push(char::from(byte));
    }
    let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value & 15)]);
    text.extend(['%', digit(byte >> 4), digit(byte)]);
}

#[cfg(test)]
mod tests {
    use okta_types::Htu;

    use super::*;

    #[test]
    fn a_proof_names_the_address_without_query_and_fragment() {
        for (url, expected) in [
            ("https://api.example/a/b?c=d#e", "https://api.example/a/b"),
            ("HTTPS://API.Example:443?x", "https://api.example/"),
            ("http://localhost:8000/a%2fb/", "http://localhost:8000/a%2fb/"),
            ("https://a/für zwei/\"{|}\"?ü", "https://a/f%C3%BCr%20zwei/%22%7B|%7D%22"),
            ("https://a/x#/y?z", "https://a/x"),
        ] {
            assert_eq!(htu(url).as_deref(), Some(expected), "{url}");
            assert!(Htu::of_proof(expected).is_ok(), "{expected}");
        }
        assert_eq!(htu("/api"), None);
    }
}
