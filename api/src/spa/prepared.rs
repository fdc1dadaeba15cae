//! Pages that are rendered for everybody, put into the page of a build.

use std::ops::Range;

use frontend::PreparedPage;
use shared::{SPA_CATALOGUE_ELEMENT_ID, SPA_FRAME_ELEMENT_ID};

/// Where in the page of a build its parts stand: what Trunk writes of `index.html`, minified or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageParts {
    title: Range<usize>,
    description: Range<usize>,
    /// What the program replaces.
    frame: Range<usize>,
}

impl PageParts {
    /// `None` where one of them is missing: then the page stays as it is.
    pub(crate) fn of(html: &str) -> Option<Self> {
        let title = between(html, 0, "<title>", "</title>")?;
        let meta = tag_with(html, "<meta", "name", "description")?;
        let description = between(&html[..meta.end], meta.start, "content=\"", "\"")?;
        let frame = tag_with(html, "<div", "id", SPA_FRAME_ELEMENT_ID)?;
        let end = html.rfind("</div>").filter(|end| *end >= frame.end)?;
        let parts = Self { title, description, frame: frame.end..end };
        (parts.title.end <= parts.description.start && parts.description.end <= parts.frame.start)
            .then_some(parts)
    }

    /// The page of the build with this one in it, and with what its program is to begin with.
    pub(crate) fn fill(&self, html: &str, page: &PreparedPage, catalogue: &str) -> String {
        let end_of_frame = self.frame.end + "</div>".len();
        [
            &html[..self.title.start],
            &escaped(&page.title),
            &html[self.title.end..self.description.start],
            &escaped(&page.description),
            &html[self.description.end..self.frame.start],
            &page.html,
            &html[self.frame.end..end_of_frame],
            "<script type=\"application/json\" id=\"",
            SPA_CATALOGUE_ELEMENT_ID,
            "\">",
            &catalogue.replace('<', r"\u003c"),
            "</script>",
            &html[end_of_frame..],
        ]
        .concat()
    }
}

fn between(html: &str, from: usize, before: &str, after: &str) -> Option<Range<usize>> {
    let start = from + html[from..].find(before)? + before.len();
    Some(start..start + html[start..].find(after)?)
}

/// The first tag of this name with this attribute, in quotes or not.
fn tag_with(html: &str, open: &str, name: &str, value: &str) -> Option<Range<usize>> {
    let quoted = format!("{name}=\"{value}\"");
    let bare = format!("{name}={value}");
    html.match_indices(open).find_map(|(start, _)| {
        let end = start + html[start..].find('>')? + 1;
        let tag = &html[start..end];
        let is_bare = || tag.split([' ', '>', '\n']).any(|attribute| attribute == bare);
        (tag.contains(&quoted) || is_bare()).then_some(start..end)
    })
}

/// For a text and for an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIFIED: &str = "<!doctype html><title>Old</title><meta content=\"An old one.\" name=description>\
        <body><div class=frame id=grove><div><p>Wait</div></div><script>code()</script></body>";
    const WRITTEN: &str = "<title>Old</title><meta name=\"viewport\" content=\"x\">\
        <meta name=\"description\" content=\"An old one.\"><div id=\"grove\" class=\"frame\">Wait</div>";

    fn page() -> PreparedPage {
        PreparedPage {
            html: "<main>New</main>".to_owned(),
            title: "</title><script>".to_owned(),
            description: "\"><script>".to_owned(),
        }
    }

    #[test]
    fn a_page_stands_where_the_program_will_put_its_own() {
        let filled = PageParts::of(MINIFIED).unwrap().fill(MINIFIED, &page(), "{\"a\":\"</script><!--\"}");
        assert_eq!(
            filled,
            "<!doctype html><title>&lt;/title&gt;&lt;script&gt;</title>\
             <meta content=\"&quot;&gt;&lt;script&gt;\" name=description>\
             <body><div class=frame id=grove><main>New</main></div>\
             <script type=\"application/json\" id=\"grove-catalogue\">{\"a\":\"\\u003c/script>\\u003c!--\"}</script>\
             <script>code()</script></body>"
        );
    }

    #[test]
    fn the_page_of_a_build_is_read_minified_or_not() {
        for html in [MINIFIED, WRITTEN] {
            let filled = PageParts::of(html).unwrap().fill(html, &page(), "{}");
            assert!(
                !filled.contains("Old") && !filled.contains("old") && !filled.contains("Wait"),
                "{filled}"
            );
        }
    }

    #[test]
    fn a_page_without_its_parts_stays_as_it_is() {
        for html in
            ["", "<title>a</title>", "<div id=grove></div>", &MINIFIED.replace("id=grove", "id=groves")]
        {
            assert_eq!(PageParts::of(html), None, "{html}");
        }
    }
}
