//! An answer as it comes over the connection.

/// The length of the head and of the body, once the head is there.
pub(crate) fn whole_length(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    assert!(text.starts_with("http/1.1 200"), "{text}");
    let length = text.split_once("content-length: ").unwrap().1.split_once('\r').unwrap().0;
    Some(head + length.parse::<usize>().unwrap())
}
