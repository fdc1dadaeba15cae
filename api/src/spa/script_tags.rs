//! The `<script>` elements of a page (HTML Living Standard, 4.12.1), as far as the server needs them.
//!
//! Reads what Trunk writes, minified or not. Not an HTML parser: it knows comments, script elements and
//! their attributes, nothing else.

use std::ops::Range;

/// One `<script …>…</script>`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScriptTag<'a> {
    attributes: Vec<(&'a str, &'a str)>,
    /// Where its content stands in the page.
    pub(crate) content: Range<usize>,
}

impl ScriptTag<'_> {
    /// An attribute's value; empty where it has none.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Whether the browser would run its content: no `src`, and not a block of data.
    pub(crate) fn is_inline_code(&self) -> bool {
        let data = self.attribute("type").is_some_and(|t| t.to_ascii_lowercase().ends_with("json"));
        self.attribute("src").is_none() && !data
    }
}

/// All script elements of the page in their order.
pub(crate) fn script_tags(html: &str) -> Vec<ScriptTag<'_>> {
    let lower = html.to_ascii_lowercase();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|offset| at + offset) {
        at = if lower[open..].starts_with("<!--") {
            lower[open..].find("-->").map_or(html.len(), |end| open + end + 3)
        } else if is_script_open(&lower[open..]) {
            let Some(tag) = read_script(html, &lower, open) else { break };
            let end = tag.content.end;
            tags.push(tag);
            end + "</script".len()
        } else {
            open + 1
        };
    }
    tags
}

fn is_script_open(text: &str) -> bool {
    let after = text.strip_prefix("<script").and_then(|rest| rest.chars().next());
    after.is_some_and(|c| c.is_ascii_whitespace() || c == '>')
}

fn read_script<'a>(html: &'a str, lower: &str, open: usize) -> Option<ScriptTag<'a>> {
    let start = open + "<script".len();
    let (attributes, length) = read_attributes(&html[start..])?;
    let content = start + length;
    let end = content + lower[content..].find("</script")?;
    Some(ScriptTag { attributes, content: content..end })
}

/// The attributes up to the closing `>`, and how far that was.
fn read_attributes(text: &str) -> Option<(Vec<(&str, &str)>, usize)> {
    let mut attributes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((attributes, text.len() - after.len()));
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c))?;
        let (name, after) = rest.split_at(end);
        let (value, after) = read_value(after)?;
        attributes.push((name, value));
        rest = after;
    }
}

fn read_value(text: &str) -> Option<(&str, &str)> {
    let Some(after) = text.trim_start().strip_prefix('=') else { return Some(("", text)) };
    let after = after.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = after.strip_prefix(quote) {
            return quoted.split_once(quote);
        }
    }
    Some(after.split_at(after.find(|c: char| c.is_ascii_whitespace() || c == '>')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &[(&str, bool)]) {
        let tags = script_tags(html);
        let found: Vec<_> =
            tags.iter().map(|tag| (&html[tag.content.clone()], tag.is_inline_code())).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn scripts_are_found_whatever_the_minifier_left_of_their_quotes() {
        check("<script>a()</script>", &[("a()", true)]);
        check(r#"<SCRIPT type="module" nonce=''> a("<b>") </SCRIPT >"#, &[(r#" a("<b>") "#, true)]);
        check("<script src=/a.js defer></script>", &[("", false)]);
        check(
            "<script id=c type=application/json>{}</script><script>b</script>",
            &[("{}", false), ("b", true)],
        );
        check("<!-- <script>no</script> --><script\n>yes</script>", &[("yes", true)]);
        check("<scripted>no</scripted>", &[]);
        check("<script>never closed", &[]);
    }

    #[test]
    fn an_attribute_is_read_with_and_without_quotes() {
        for html in ["<script id=x a></script>", "<script id = 'x'></script>", "<script a id=\"x\"></script>"]
        {
            assert_eq!(script_tags(html)[0].attribute("ID"), Some("x"), "{html}");
        }
    }
}
