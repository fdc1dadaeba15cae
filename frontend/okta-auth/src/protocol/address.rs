//! Addresses as a browser has them.
//!
//! The URL standard leaves much in an address that a strict reader refuses: `\` and `|` in a query, a `%` alone.
//! Where a browser is cannot be wrong; strictly judged are only the addresses that somebody has configured.

use okta_types::path_segments;

/// Splits an absolute address into its origin and the place there: path, query and fragment. Nothing is judged.
pub(crate) fn split(address: &str) -> (&str, &str) {
    let mut slashes = 0;
    let end = address.bytes().position(|byte| {
        slashes += u32::from(byte == b'/');
        slashes > 2 || is_query_or_fragment(byte)
    });
    let end = end.unwrap_or(address.len());
    (address.get(..end).unwrap_or_default(), address.get(end..).unwrap_or_default())
}

/// The path of a place, without query and fragment.
pub(crate) fn path(place: &str) -> &str {
    let end = place.bytes().position(is_query_or_fragment).unwrap_or(place.len());
    place.get(..end).unwrap_or_default()
}

/// Whether two paths are the same to a router.
pub(crate) fn is_same_path(one: &str, other: &str) -> bool {
    path_segments(one) == path_segments(other)
}

fn is_query_or_fragment(byte: u8) -> bool {
    matches!(byte, b'?' | b'#')
}
