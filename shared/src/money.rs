use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use okta_types::decimal;
use serde::{Deserialize, Serialize};

/// An amount in US cents. Never a float, never negative in a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// So many cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The price of `quantity` pieces; `None` where it does not fit.
    pub fn times(self, quantity: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self(self.0.saturating_add(rhs.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        let (dollars, rest) = (decimal(cents / 100), decimal(cents % 100));
        let zero = if rest.len() < 2 { "0" } else { "" };
        f.write_str(&[sign, "$", &dollars, ".", zero, &rest].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_digits_of_cents() {
        for (cents, text) in [(0, "$0.00"), (5, "$0.05"), (1250, "$12.50"), (-301, "-$3.01")] {
            assert_eq!(Money::from_cents(cents).to_string(), text);
        }
    }

    #[test]
    fn an_amount_that_does_not_fit_is_none() {
        assert_eq!(Money::from_cents(i64::MAX).times(2), None);
        assert_eq!(Money::from_cents(450).times(3), Some(Money::from_cents(1350)));
    }
}
