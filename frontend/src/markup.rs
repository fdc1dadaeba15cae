//! Elements as data: [`markup!`] is written like Sycamore's `view!` and draws the same tree.
//!
//! `view!` turns every element and attribute into code of its own, a hundred bytes or more each, and shoppers
//! download all of it before they see anything. Here everything that is known beforehand becomes text, the plan,
//! which one small interpreter draws; code remains only for what is filled in.

use std::borrow::Cow;
#[cfg(feature = "account")]
use std::rc::Rc;

use sycamore::prelude::*;
use sycamore::web::{HtmlNode, StringAttribute, ViewHtmlNode as _, ViewNode as _};
use web_sys::Event;

#[cfg(feature = "account")]
use crate::base::whole;
use crate::live::Property;

/// Draws `tag(name="text", name=expression, on:event=handler, prop:name=value) { children }`, or several of them.
/// A child is a tree, a text in quotes, or an expression in parentheses.
///
/// Works through its input from left to right: what is known is added to the plan in the square brackets, each
/// expression becomes a statement that hands the plan so far and its value to the [`Sheet`].
macro_rules! markup {
    (@children $it:ident [$($plan:tt)*]) => {
        $it.plan(concat!($($plan)*));
    };
    (@children $it:ident [$($plan:tt)*] @close $($rest:tt)*) => {
        markup!(@children $it [$($plan)* "\u{1}>",] $($rest)*)
    };
    (@children $it:ident [$($plan:tt)*] $text:literal $($rest:tt)*) => {
        markup!(@children $it [$($plan)* "\u{1}\"", $text,] $($rest)*)
    };
    (@children $it:ident [$($plan:tt)*] ($child:expr) $($rest:tt)*) => {
        $crate::markup::Child::fill($child, &mut $it, concat!($($plan)*));
        markup!(@children $it [] $($rest)*)
    };
    (@children $it:ident $plan:tt $tag:ident ($($attributes:tt)*) {$($children:tt)*} $($rest:tt)*) => {
        markup!(@open $it $plan $tag {$($attributes)*} $($children)* @close $($rest)*)
    };
    (@children $it:ident $plan:tt $tag:ident ($($attributes:tt)*) $($rest:tt)*) => {
        markup!(@open $it $plan $tag {$($attributes)*} @close $($rest)*)
    };
    (@children $it:ident $plan:tt $tag:ident {$($children:tt)*} $($rest:tt)*) => {
        markup!(@open $it $plan $tag {} $($children)* @close $($rest)*)
    };

    (@open $it:ident [$($plan:tt)*] $tag:ident $attributes:tt $($rest:tt)*) => {
        markup!(@attributes $it [$($plan)* "\u{1}<", stringify!($tag),] $attributes $($rest)*)
    };

    (@attributes $it:ident $plan:tt {} $($rest:tt)*) => {
        markup!(@children $it $plan $($rest)*)
    };
    (@attributes $it:ident [$($plan:tt)*] {on:$name:ident = $handler:expr $(, $($more:tt)*)?} $($rest:tt)*) => {
        $it.on(concat!($($plan)* "\u{1}@", stringify!($name)), $handler);
        markup!(@attributes $it [] {$($($more)*)?} $($rest)*)
    };
    (@attributes $it:ident [$($plan:tt)*] {prop:$name:ident = $value:expr $(, $($more:tt)*)?} $($rest:tt)*) => {
        $it.property(concat!($($plan)* "\u{1}@", stringify!($name)), $value);
        markup!(@attributes $it [] {$($($more)*)?} $($rest)*)
    };
    (@attributes $it:ident [$($plan:tt)*]
        {$name:ident $(-$part:ident)* = $value:literal $(, $($more:tt)*)?} $($rest:tt)*
    ) => {
        markup!(@attributes $it
            [$($plan)* "\u{1}@", stringify!($name), $("-", stringify!($part),)* "\u{1}=", $value,]
            {$($($more)*)?} $($rest)*)
    };
    (@attributes $it:ident [$($plan:tt)*]
        {$name:ident $(-$part:ident)* = $value:expr $(, $($more:tt)*)?} $($rest:tt)*
    ) => {
        $crate::markup::Attribute::fill($value, &mut $it,
            concat!($($plan)* "\u{1}@", stringify!($name), $("-", stringify!($part)),*));
        markup!(@attributes $it [] {$($($more)*)?} $($rest)*)
    };

    (@ $($other:tt)*) => {
        compile_error!(concat!("this is no markup: ", stringify!($($other)*)))
    };
    ($($tree:tt)*) => {{
        let mut sheet = $crate::markup::Sheet::default();
        markup!(@children sheet [] $($tree)*);
        sheet.into_view()
    }};
}

pub(crate) use markup;

/// What is drawn so far.
#[derive(Default)]
pub(crate) struct Sheet {
    /// The elements that still get children, the innermost last.
    open: Vec<HtmlNode>,
    /// What stands in no other element.
    roots: Vec<View>,
    /// The attribute that gets the next value.
    attribute: &'static str,
}

impl Sheet {
    /// Draws what is known beforehand. Each part of the plan starts with a U+0001 and a letter for what it is.
    #[inline(never)]
    pub(crate) fn plan(&mut self, plan: &'static str) {
        for part in plan.split('\u{1}') {
            let mut rest = part.chars();
            let kind = rest.next();
            let text = rest.as_str();
            match kind {
                Some('<') => self.open.push(HtmlNode::create_element(text.into())),
                Some('@') => self.attribute = text,
                Some('=') => self.set(fixed(text.into())),
                Some('"') => self.text(text.into()),
                Some(_) => self.close(),
                None => {}
            }
        }
    }

    fn close(&mut self) {
        if let Some(element) = self.open.pop() {
            self.add(View::from_node(element));
        }
    }

    fn add(&mut self, view: View) {
        match self.open.last_mut() {
            Some(element) => element.append_view(view),
            None => self.roots.push(view),
        }
    }

    #[inline(never)]
    fn text(&mut self, text: Cow<'static, str>) {
        self.add(View::from_node(HtmlNode::create_text_node(text)));
    }

    #[inline(never)]
    fn set(&mut self, value: StringAttribute) {
        let name = self.attribute;
        #[cfg(feature = "account")]
        let value = if name == "href" { link(value) } else { value };
        if let Some(element) = self.open.last_mut() {
            element.set_attribute(name.into(), value);
        }
    }

    /// Draws the plan, which ends with an event's name, and has the handler called.
    #[inline(never)]
    pub(crate) fn on(&mut self, plan: &'static str, handler: Box<dyn FnMut(Event)>) {
        self.plan(plan);
        let name = self.attribute;
        if let Some(element) = self.open.last_mut() {
            element.set_event_handler(name.into(), handler);
        }
    }

    /// Draws the plan, which ends with a property's name, and sets it.
    #[inline(never)]
    pub(crate) fn property(&mut self, plan: &'static str, value: Property) {
        self.plan(plan);
        #[cfg(not(target_arch = "wasm32"))]
        self.set(value);
        #[cfg(target_arch = "wasm32")]
        if let Some(element) = self.open.last_mut() {
            element.set_property(self.attribute.into(), value);
        }
    }

    /// All that was drawn.
    #[inline(never)]
    pub(crate) fn into_view(mut self) -> View {
        match self.roots.pop() {
            Some(view) if self.roots.is_empty() => view,
            last => {
                self.roots.extend(last);
                View::from(self.roots)
            }
        }
    }
}

fn fixed(value: Cow<'static, str>) -> StringAttribute {
    MaybeDyn::Static(Some(value))
}

/// A link to a place of the shop leads there.
#[cfg(feature = "account")]
fn link(value: StringAttribute) -> StringAttribute {
    let lead = |place: Cow<'static, str>| match place.starts_with('/') {
        true => whole(place.into_owned()).into(),
        false => place,
    };
    match value {
        MaybeDyn::Static(place) => MaybeDyn::Static(place.map(lead)),
        place => MaybeDyn::Derived(Rc::new(move || MaybeDyn::Static(place.get_clone().map(lead)))),
    }
}

/// What may stand in parentheses.
pub(crate) trait Child {
    /// Draws the plan and then this.
    fn fill(self, sheet: &mut Sheet, plan: &'static str);
}

impl Child for View {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        sheet.plan(plan);
        sheet.add(self);
    }
}

impl Child for Vec<View> {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        sheet.plan(plan);
        for view in self {
            sheet.add(view);
        }
    }
}

impl Child for Option<View> {
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        self.unwrap_or_default().fill(sheet, plan);
    }
}

impl Child for String {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        sheet.plan(plan);
        sheet.text(self.into());
    }
}

impl Child for &'static str {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        sheet.plan(plan);
        sheet.text(self.into());
    }
}

/// What may be the value of an attribute.
pub(crate) trait Attribute {
    /// Draws the plan, which ends with the attribute's name, and then this.
    fn fill(self, sheet: &mut Sheet, plan: &'static str);
}

/// One that follows its signals.
impl Attribute for StringAttribute {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        sheet.plan(plan);
        sheet.set(self);
    }
}

impl Attribute for String {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        Attribute::fill(fixed(self.into()), sheet, plan);
    }
}

impl Attribute for &'static str {
    #[inline(never)]
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        Attribute::fill(fixed(self.into()), sheet, plan);
    }
}

/// There or not.
impl Attribute for bool {
    fn fill(self, sheet: &mut Sheet, plan: &'static str) {
        Attribute::fill(MaybeDyn::Static(self.then_some("".into())), sheet, plan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(view: fn() -> View, html: &str) {
        // The keys are for hydration, which this shop does not use.
        let drawn = sycamore::render_to_string(view);
        let drawn: String = drawn
            .split(" data-hk=\"")
            .enumerate()
            .map(|(n, part)| if n == 0 { part } else { &part[part.find('"').unwrap() + 1..] })
            .collect();
        assert_eq!(drawn, html);
    }

    #[test]
    fn a_tree_is_drawn_as_it_is_written() {
        check(
            || {
                let shut = true;
                markup! { ul(class="list", aria-label="Fruit") { li { "Fig & " strong { "pear" } } li(hidden=shut) } }
            },
            "<ul class=\"list\" aria-label=\"Fruit\"><li>Fig &amp; <strong>pear</strong></li><li hidden=\"\"></li></ul>",
        );
    }

    #[test]
    fn expressions_stand_where_they_are_written() {
        check(
            || {
                let (id, rows) = (String::from("a"), vec![markup! { i {} }, markup! { b {} }]);
                let nothing: Option<View> = None;
                markup! { p(id=id, data-testid="<&>", title="") { "1" ("2") (nothing) (rows) (String::from("<3>")) "4" } }
            },
            "<p id=\"a\" data-testid=\"&lt;&amp;&gt;\" title=\"\">12<i></i><b></b>&lt;3&gt;4</p>",
        );
    }

    #[test]
    fn several_trees_stand_side_by_side() {
        check(|| markup! { hr() (markup! { a {} b {} }) "text" }, "<hr><a></a><b></b>text");
        check(|| markup! {}, "");
    }

    #[test]
    fn an_attribute_that_is_false_is_not_there() {
        check(
            || {
                let disabled = false;
                markup! { button(type="button", disabled=disabled) { "Go" } }
            },
            "<button type=\"button\">Go</button>",
        );
    }

    #[cfg(feature = "account")]
    #[test]
    fn links_within_the_shop_lead_to_the_pages_of_the_pages_own_org() {
        crate::base::set_base("/birch");
        check(
            || {
                let address = crate::live::live_attribute(|| Some("/products".into()));
                markup! { a(href="/cart") a(href=address) a(href="#main") img(src="/art/logo.svg") }
            },
            "<a href=\"/birch/cart\"></a><a href=\"/birch/products\"></a><a href=\"#main\"></a><img src=\"/art/logo.svg\">",
        );
        crate::base::set_base("");
    }
}
