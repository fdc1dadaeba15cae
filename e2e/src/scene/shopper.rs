//! Whoever sits at the browser, by what they do: the words that stories are told in.
//!
//! Each word does what a person does and waits until the page shows that it was done. What only one kind of test
//! looks at is left to the page objects.

use xtask::stack::Stack;

use super::{Person, SignIn};
use crate::browser::Tab;
use crate::pages::{Cart, Checkout, Header, Messages, Orders, OrgSignIn, Products, Profile};

/// Whoever sits at the browser.
#[derive(Clone, Copy, Debug)]
pub struct Shopper<'a> {
    tab: &'a Tab,
    stack: &'a Stack,
}

impl<'a> Shopper<'a> {
    pub(super) fn new(tab: &'a Tab, stack: &'a Stack) -> Self {
        Self { tab, stack }
    }

    /// Looks at the shelves.
    pub async fn browses(&self) {
        Products(self.tab).open().await;
        Products(self.tab).shows_at_least(1).await;
    }

    /// Puts one piece from the shelf into the cart.
    pub async fn puts(&self, product: &str) {
        Products(self.tab).add(product).await;
    }

    /// Waits until so many pieces are in the cart.
    pub async fn has_in_the_cart(&self, pieces: u32) {
        Header(self.tab).counts(pieces).await;
    }

    /// Goes by the cart to the checkout.
    pub async fn checks_out(&self) {
        Header(self.tab).open_cart().await;
        Cart(self.tab).check_out().await;
    }

    /// Signs in on the org's page, where the browser is already.
    pub async fn signs_in_as(&self, person: Person) {
        OrgSignIn(self.tab).sign_in(person).await;
    }

    /// Is signed in, without having driven a page for it: the quick way into a story that is about something else.
    pub async fn is_signed_in_as(&self, person: Person) {
        SignIn::over_http(self.stack, person).await.put_into(self.tab).await;
    }

    /// Opens a page that only those see who are signed in, and signs in on the way.
    pub async fn opens_signing_in_as(&self, person: Person, target: &str) {
        self.tab.open(target).await;
        self.signs_in_as(person).await;
        self.tab.until_at(target).await;
        self.is_greeted_as(person).await;
    }

    /// Waits for the greeting.
    pub async fn is_greeted_as(&self, person: Person) {
        Header(self.tab).greets(person).await;
    }

    /// Signs out with the button.
    pub async fn signs_out(&self) {
        Header(self.tab).sign_out().await;
        self.tab.until_at("/").await;
        Header(self.tab).shows_nobody().await;
    }

    /// Says at the checkout where the parcel goes, and goes on to the review.
    pub async fn says_where_it_goes(&self) {
        Checkout(self.tab).is_shown().await;
        Checkout(self.tab).fill_in_address().await;
    }

    /// From the checkout to the order; gives its number.
    pub async fn orders(&self) -> String {
        self.says_where_it_goes().await;
        Checkout(self.tab).place_order().await
    }

    /// Finds an order at the top of the list.
    pub async fn finds_the_order(&self, number: &str) {
        Orders(self.tab).open().await;
        Orders(self.tab).lists_first(number).await;
    }

    /// Reads what the API says to those who are signed in.
    pub async fn reads_the_messages(&self) -> String {
        Messages(self.tab).open().await;
        Messages(self.tab).message(0).await
    }

    /// Reads a claim on the profile page.
    pub async fn reads_the_claim(&self, name: &str) -> String {
        Profile(self.tab).open().await;
        Profile(self.tab).claim(name).await
    }
}
