//! What is in the cart, what the account knows of it, and how it is written down.

use okta_sycamore::{Json, read_json};
use shared::{CartLine, MAX_LINE_QUANTITY, Money, ProductId, Quantity};

/// Lines in the order they were added; a product stands in one line only.
///
/// Until somebody signs in it is nobody's and lives in the browser alone. From the first answer of the API on it is
/// what is known here of the person's cart, with what was changed here on top of it until the API knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cart {
    lines: Vec<Line>,
    /// The version of the person's cart that the lines were made of; none before the API has answered.
    version: Option<u64>,
    /// What the API does not know yet: so many pieces, 0 for none.
    unsent: Vec<(ProductId, u32)>,
}

/// So many of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) product_id: ProductId,
    pub(crate) quantity: Quantity,
    /// For one piece, when the shopper put it there.
    pub(crate) seen_price: Option<Money>,
}

/// What is to be done next so that this cart and the person's become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Bring what was put here into the person's cart.
    Merge,
    /// Tell the API what was changed here.
    Send,
    /// Ask the API.
    Ask,
}

impl Cart {
    /// Reads what [`Cart::encode`] wrote. Lines that make no sense are left out: a shopper with a damaged
    /// storage has a smaller cart, never a broken shop.
    pub(crate) fn decode(text: &str) -> Self {
        let mut cart = Self::default();
        let stored = read_json(text).unwrap_or_default();
        // Written before carts were kept by person: whose it was has it in the account.
        if stored.get("owner").is_some() {
            return cart;
        }
        for line in stored.get("lines").and_then(Json::as_array).unwrap_or_default() {
            if let Some((id, pieces)) = decode_line(line) {
                let seen = line.get("seen_price").and_then(Json::as_i64).map(Money::from_cents);
                cart.put(&id, cart.quantity_of(&id).saturating_add(pieces), seen);
            }
        }
        cart.version = stored.get("version").and_then(Json::as_u64);
        let unsent = stored.get("unsent").and_then(Json::as_array).unwrap_or_default();
        cart.unsent = unsent.iter().filter_map(decode_line).collect();
        cart
    }

    /// As JSON.
    pub(crate) fn encode(&self) -> String {
        let lines = self.lines.iter().map(|line| {
            let mut written = encode_line(&line.product_id, line.quantity.get());
            if let Some(seen) = line.seen_price {
                written.put("seen_price", seen.cents());
            }
            written
        });
        let mut cart = Json::object();
        cart.put("lines", Json::List(lines.collect()));
        if let Some(version) = self.version {
            cart.put("version", version as i64);
            let unsent = self.unsent.iter().map(|(id, pieces)| encode_line(id, *pieces));
            cart.put("unsent", Json::List(unsent.collect()));
        }
        cart.to_text()
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines as the API reads them.
    pub(crate) fn as_message(&self) -> Vec<CartLine> {
        let line = |line: &Line| CartLine { product_id: line.product_id.clone(), quantity: line.quantity };
        self.lines.iter().map(line).collect()
    }

    /// Which version of the person's cart the lines were made of.
    pub(crate) fn version(&self) -> u64 {
        self.version.unwrap_or_default()
    }

    /// Whether the API has answered and knows all of it.
    pub(crate) fn is_settled(&self) -> bool {
        self.version.is_some() && self.unsent.is_empty()
    }

    /// Whether there is something that the API does not know yet.
    pub(crate) fn is_unsent(&self) -> bool {
        self.version.is_some() && !self.unsent.is_empty()
    }

    /// All pieces together.
    pub(crate) fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }

    /// How many of this product.
    pub(crate) fn quantity_of(&self, id: &ProductId) -> u32 {
        self.line(id).map_or(0, |line| line.quantity.get())
    }

    /// What this product cost when it was put here.
    pub(crate) fn seen_price(&self, id: &ProductId) -> Option<Money> {
        self.line(id)?.seen_price
    }

    fn line(&self, id: &ProductId) -> Option<&Line> {
        self.lines.iter().find(|line| line.product_id == *id)
    }

    /// So many more of this product, up to the most a line may hold.
    pub(crate) fn add(&mut self, id: &ProductId, pieces: u32, price: Money) {
        self.set(id, self.quantity_of(id).saturating_add(pieces), Some(price));
    }

    /// Exactly so many of this product; 0 takes it out.
    pub(crate) fn set(&mut self, id: &ProductId, pieces: u32, price: Option<Money>) {
        self.put(id, pieces, price);
        if self.version.is_some() {
            self.unsent.retain(|(other, _)| other != id);
            self.unsent.push((id.clone(), self.quantity_of(id)));
        }
    }

    fn put(&mut self, id: &ProductId, pieces: u32, price: Option<Money>) {
        let Ok(quantity) = Quantity::new(pieces.min(MAX_LINE_QUANTITY)) else {
            self.lines.retain(|line| line.product_id != *id);
            return;
        };
        match self.lines.iter_mut().find(|line| line.product_id == *id) {
            Some(line) => (line.quantity, line.seen_price) = (quantity, price.or(line.seen_price)),
            None => self.lines.push(Line { product_id: id.clone(), quantity, seen_price: price }),
        }
    }

    /// Puts on top what was put into nobody's cart before its person came.
    pub(crate) fn bring(&mut self, nobodys: &Self) {
        for line in &nobodys.lines {
            let pieces = self.quantity_of(&line.product_id).saturating_add(line.quantity.get());
            self.set(&line.product_id, pieces, line.seen_price);
        }
    }

    /// What is to be done next, now that the person is here.
    pub(crate) fn next_step(&self) -> Step {
        match self.version {
            None => Step::Merge,
            Some(_) if self.unsent.is_empty() => Step::Ask,
            Some(_) => Step::Send,
        }
    }

    /// Takes over what the API answered about the person's cart. What `sent` holds it knows; what was changed
    /// here since then stays on top.
    pub(crate) fn adopt(&mut self, answer: &shared::Cart, sent: &Self) {
        let before = std::mem::take(self);
        self.version = Some(answer.version);
        for item in &answer.lines {
            // A shopper who comes with a price in mind is told when it is another one.
            let in_mind = if before.version.is_none() { before.seen_price(&item.product_id) } else { None };
            let seen = in_mind.unwrap_or(item.seen_price);
            self.put(&item.product_id, item.quantity.get(), Some(seen));
        }
        let meanwhile = if before.version.is_none() { self.brought(&before, sent) } else { Vec::new() };
        let news = before.unsent.iter().filter(|change| !sent.unsent.contains(change)).cloned();
        for (id, pieces) in news.chain(meanwhile).collect::<Vec<_>>() {
            self.set(&id, pieces, before.seen_price(&id));
        }
    }

    /// What was put into a cart of nobody's while its first answer was on the way, on top of that answer.
    fn brought(&self, before: &Self, sent: &Self) -> Vec<(ProductId, u32)> {
        let more = |line: &Line| {
            let pieces = line.quantity.get().checked_sub(sent.quantity_of(&line.product_id))?;
            let id = line.product_id.clone();
            (pieces > 0).then(|| (id.clone(), self.quantity_of(&id).saturating_add(pieces)))
        };
        before.lines.iter().filter_map(more).collect()
    }
}

fn encode_line(id: &ProductId, pieces: u32) -> Json {
    let mut written = Json::object();
    written.put("product_id", id.as_str());
    written.put("quantity", i64::from(pieces));
    written
}

fn decode_line(line: &Json) -> Option<(ProductId, u32)> {
    let id = ProductId::parse(line.get("product_id")?.as_str()?).ok()?;
    let pieces = u32::try_from(line.get("quantity")?.as_u64()?).ok()?;
    Some((id, pieces))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::sample_answer;

    const PRICE: Money = Money::from_cents(1250);

    fn id(text: &str) -> ProductId {
        ProductId::parse(text).unwrap()
    }

    fn cart(lines: &[(&str, u32)]) -> Cart {
        let mut cart = Cart::default();
        for (text, pieces) in lines {
            cart.add(&id(text), *pieces, PRICE);
        }
        cart
    }

    #[test]
    fn adding_twice_makes_one_line() {
        let cart = cart(&[("fig-sapling", 1), ("jute-twine", 2), ("fig-sapling", 3)]);
        assert_eq!((cart.lines().len(), cart.count()), (2, 6));
        assert_eq!(cart.quantity_of(&id("fig-sapling")), 4);
    }

    #[test]
    fn a_line_never_holds_more_than_the_shop_sells_at_once() {
        assert_eq!(cart(&[("a", u32::MAX), ("a", u32::MAX)]).count(), MAX_LINE_QUANTITY);
    }

    #[test]
    fn setting_to_nothing_takes_the_line_out() {
        let mut cart = cart(&[("a", 2)]);
        cart.set(&id("a"), 0, None);
        cart.set(&id("b"), 0, None);
        assert!(cart.lines().is_empty());
    }

    #[test]
    fn a_cart_is_read_as_it_was_written() {
        let mut cart = cart(&[("b", 2), ("a", 1)]);
        assert_eq!(Cart::decode(&cart.encode()), cart);
        cart.adopt(&sample_answer(), &cart.clone());
        cart.set(&id("a"), 0, None);
        assert_eq!(Cart::decode(&cart.encode()), cart);
    }

    #[test]
    fn garbage_in_the_storage_is_left_out_and_the_rest_kept() {
        for garbage in ["", "null", "[]", "{", r#"{"lines":7}"#, r#"{"lines":[null,{}]}"#] {
            assert!(Cart::decode(garbage).lines().is_empty(), "{garbage}");
        }
        let mixed = r#"{"lines":[{"product_id":"a","quantity":2},{"product_id":"../x","quantity":1},
            {"product_id":"b","quantity":0},{"product_id":"a","quantity":1},{"product_id":"c","quantity":-1}]}"#;
        let cart = Cart::decode(mixed);
        assert_eq!((cart.lines().len(), cart.quantity_of(&id("a"))), (1, 3));
    }

    #[test]
    fn what_was_put_here_is_merged_and_after_that_only_changes_are_sent() {
        let mut cart = cart(&[("a", 2)]);
        assert_eq!(cart.next_step(), Step::Merge);
        cart.adopt(&sample_answer(), &cart.clone());
        assert_eq!((cart.next_step(), cart.version()), (Step::Ask, 7));
        cart.set(&id("a"), 1, None);
        assert_eq!(cart.next_step(), Step::Send);
        assert!(!cart.is_settled());
    }

    #[test]
    fn what_was_put_into_nobodys_cart_goes_on_top_of_the_persons() {
        let mut unknown = cart(&[("a", 1)]);
        unknown.bring(&cart(&[("a", 2), ("b", 1)]));
        assert_eq!((unknown.count(), unknown.next_step()), (4, Step::Merge));
        let mut known = Cart::default();
        known.adopt(&sample_answer(), &Cart::default());
        known.bring(&cart(&[("b", 1)]));
        assert_eq!((known.quantity_of(&id("b")), known.next_step()), (1, Step::Send));
    }

    #[test]
    fn a_cart_that_was_somebodys_when_carts_were_not_kept_by_person_is_nobodys_now() {
        let old = r#"{"lines":[{"product_id":"a","quantity":2}],"owner":"00u1","version":3,"unsent":[]}"#;
        assert_eq!(Cart::decode(old), Cart::default());
    }

    #[test]
    fn a_change_made_while_the_answer_was_on_its_way_stays() {
        let mut cart = Cart::default();
        cart.adopt(&sample_answer(), &Cart::default());
        cart.set(&id("fig-sapling"), 5, None);
        let sent = cart.clone();
        cart.set(&id("jute-twine"), 1, Some(PRICE));
        cart.adopt(&sample_answer(), &sent);
        // The API said 2 to the 5 that were sent; the twine it does not know yet.
        assert_eq!((cart.quantity_of(&id("fig-sapling")), cart.quantity_of(&id("jute-twine"))), (2, 1));
        assert_eq!(cart.next_step(), Step::Send);
    }

    #[test]
    fn what_is_put_there_while_the_first_answer_is_on_its_way_stays() {
        let mut cart = cart(&[("fig-sapling", 1)]);
        let sent = cart.clone();
        cart.add(&id("jute-twine"), 2, PRICE);
        cart.adopt(&sample_answer(), &sent);
        assert_eq!((cart.quantity_of(&id("fig-sapling")), cart.quantity_of(&id("jute-twine"))), (2, 2));
        assert_eq!(cart.next_step(), Step::Send);
    }

    #[test]
    fn a_price_in_mind_survives_the_sign_in() {
        let mut cart = cart(&[("fig-sapling", 1)]);
        cart.lines[0].seen_price = Some(Money::from_cents(900));
        cart.adopt(&sample_answer(), &cart.clone());
        assert_eq!(cart.seen_price(&id("fig-sapling")), Some(Money::from_cents(900)));
    }
}
