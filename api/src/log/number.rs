//! Numbers as text.

/// Without the detour of the general formatting, which takes padding and signs.
pub(super) fn write_number(line: &mut Vec<u8>, number: impl itoa::Integer) {
    line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
