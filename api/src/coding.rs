//! Content codings (RFC 9110 §8.4.1): which of them a client takes, and bytes in them.

use std::io::Write as _;

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Whether `Accept-Encoding` names the coding with a weight above zero (RFC 9110 §12.5.3).
pub(crate) fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|weight| {
            weight.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}

/// Quality 4: nearly all of the gain for little of the time, for this happens while somebody waits.
pub(crate) fn brotli_of(bytes: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 4, ..Default::default() };
    match brotli::BrotliCompress(&mut &bytes[..], &mut out, &params) {
        Ok(_) => out.into(),
        Err(_) => Bytes::copy_from_slice(bytes),
    }
}

/// As fast as can be, for the same reason.
pub(crate) fn gzip_of(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(out) => out.into(),
        Err(_) => Bytes::copy_from_slice(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, brotli: bool, gzip: bool) {
        assert_eq!((accepts(header, "br"), accepts(header, "gzip")), (brotli, gzip), "{header}");
    }

    #[test]
    fn a_coding_is_used_only_where_it_is_asked_for() {
        check("gzip, deflate, br, zstd", true, true);
        check("br;q=0, gzip;q=0.5", false, true);
        check("BR ; q=0.1", true, false);
        check("brotli, xgzip", false, false);
        check("", false, false);
    }
}
