//! The Brotli form of a file (RFC 7932): what shoppers download, and what the size budget counts.

use std::io;

use brotli::enc::BrotliEncoderParams;

/// Sizes of the blocks that the encoder reads, as powers of two; 0 is its own choice. Which is best for a program is a matter
/// of luck, some 0.1 % of its size.
const BLOCKS: [i32; 4] = [0, 16, 17, 20];

/// At its best: this happens once, and is downloaded often.
pub(crate) fn brotli(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut best: Option<Vec<u8>> = None;
    for lgblock in BLOCKS {
        let mut form = Vec::new();
        let parameters =
            BrotliEncoderParams { quality: 11, lgwin: 22, lgblock, ..BrotliEncoderParams::default() };
        brotli::BrotliCompress(&mut &plain[..], &mut form, &parameters)?;
        if best.as_ref().is_none_or(|best| form.len() < best.len()) {
            best = Some(form);
        }
    }
    Ok(best.unwrap_or_default())
}
