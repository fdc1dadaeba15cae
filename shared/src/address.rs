//! Where a parcel goes, and what makes an address one that a parcel reaches. The form and the API check by
//! the same code.

use serde::{Deserialize, Serialize};

/// The countries that the shop sends to, each with the shapes of its postal codes: `9` stands for a digit,
/// `A` for a capital letter, everything else for itself.
const COUNTRIES: [(&str, &str, &[&str]); 12] = [
    ("US", "United States", &["99999", "99999-9999"]),
    ("CA", "Canada", &["A9A 9A9"]),
    ("GB", "United Kingdom", &["A9 9AA", "A99 9AA", "A9A 9AA", "AA9 9AA", "AA99 9AA", "AA9A 9AA"]),
    (
        "IE",
        "Ireland",
        &["A99 AAAA", "A99 A999", "A99 A9A9", "A99 AA99", "A99 AAA9", "A99 A9AA", "A99 AA9A", "A99 A99A"],
    ),
    ("DE", "Germany", &["99999"]),
    ("AT", "Austria", &["9999"]),
    ("CH", "Switzerland", &["9999"]),
    ("FR", "France", &["99999"]),
    ("NL", "Netherlands", &["9999 AA"]),
    ("BE", "Belgium", &["9999"]),
    ("DK", "Denmark", &["9999"]),
    ("SE", "Sweden", &["999 99"]),
];

/// The longest text of each field, in characters.
const MAX_TEXT: usize = 100;

/// Where a parcel goes. Anything can stand in it: [`Address::check`] says whether it will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Who receives it.
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub name: String,
    /// Street and house number.
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub street: String,
    /// Flat, floor, company; may be empty.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub extra: String,
    /// Town or city.
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub city: String,
    /// State, province or county; may be empty, except in the United States and Canada.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub region: String,
    /// As the country writes it.
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2, one of [`countries`].
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub country: String,
}

/// A field of an [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressField {
    /// [`Address::name`].
    Name,
    /// [`Address::street`].
    Street,
    /// [`Address::extra`].
    Extra,
    /// [`Address::city`].
    City,
    /// [`Address::region`].
    Region,
    /// [`Address::postal_code`].
    PostalCode,
    /// [`Address::country`].
    Country,
}

impl AddressField {
    /// All fields in the order of a form.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Street, Self::Extra, Self::City, Self::Region, Self::PostalCode, Self::Country];

    /// The member of the JSON object.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::Extra => "extra",
            Self::City => "city",
            Self::Region => "region",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressMistake {
    /// Which field.
    pub field: AddressField,
    /// A sentence for the person who fills in the form.
    pub message: &'static str,
}

impl Address {
    /// The text of a field.
    pub fn get(&self, field: AddressField) -> &str {
        match field {
            AddressField::Name => &self.name,
            AddressField::Street => &self.street,
            AddressField::Extra => &self.extra,
            AddressField::City => &self.city,
            AddressField::Region => &self.region,
            AddressField::PostalCode => &self.postal_code,
            AddressField::Country => &self.country,
        }
    }

    /// Puts text into a field.
    pub fn set(&mut self, field: AddressField, text: String) {
        *match field {
            AddressField::Name => &mut self.name,
            AddressField::Street => &mut self.street,
            AddressField::Extra => &mut self.extra,
            AddressField::City => &mut self.city,
            AddressField::Region => &mut self.region,
            AddressField::PostalCode => &mut self.postal_code,
            AddressField::Country => &mut self.country,
        } = text;
    }

    /// The same address without needless white space, and with its codes in capitals.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let mut tidy = Self::default();
        for field in AddressField::ALL {
            let words: Vec<&str> = self.get(field).split_whitespace().collect();
            let text = words.join(" ");
            let is_code = matches!(field, AddressField::PostalCode | AddressField::Country);
            tidy.set(field, if is_code { text.to_ascii_uppercase() } else { text });
        }
        tidy
    }

    /// What is wrong with a [tidied](Self::tidied) address, at most once for each field; nothing where a
    /// parcel would arrive.
    pub fn check(&self) -> Vec<AddressMistake> {
        let mistake = |field| Some(AddressMistake { field, message: self.mistake_in(field)? });
        AddressField::ALL.into_iter().filter_map(mistake).collect()
    }

    fn mistake_in(&self, field: AddressField) -> Option<&'static str> {
        let text = self.get(field);
        if text.is_empty() {
            return self.missing(field);
        }
        if text.chars().count() > MAX_TEXT {
            return Some("This is too long: use at most 100 characters.");
        }
        if text.chars().any(char::is_control) {
            return Some("This holds characters that cannot be printed.");
        }
        match field {
            AddressField::Country => shapes_of(text).is_none().then_some("Choose a country that we send to."),
            AddressField::PostalCode => {
                let shapes = shapes_of(&self.country)?;
                (!shapes.iter().any(|shape| fits(text, shape)))
                    .then_some("This is not a postal code of that country.")
            }
            _ => None,
        }
    }

    fn missing(&self, field: AddressField) -> Option<&'static str> {
        match field {
            AddressField::Name => Some("Tell us who receives the parcel."),
            AddressField::Street => Some("Tell us the street and the house number."),
            AddressField::City => Some("Tell us the town or city."),
            AddressField::PostalCode => Some("Tell us the postal code."),
            AddressField::Country => Some("Choose a country that we send to."),
            AddressField::Region => {
                matches!(self.country.as_str(), "US" | "CA").then_some("Tell us the state or province.")
            }
            AddressField::Extra => None,
        }
    }
}

/// The countries that the shop sends to: ISO 3166-1 alpha-2 code and name.
pub fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.into_iter().map(|(code, name, _)| (code, name))
}

fn shapes_of(country: &str) -> Option<&'static [&'static str]> {
    COUNTRIES.into_iter().find(|(code, ..)| *code == country).map(|(_, _, shapes)| shapes)
}

fn fits(text: &str, shape: &str) -> bool {
    let same = |(c, s): (u8, u8)| match s {
        b'9' => c.is_ascii_digit(),
        b'A' => c.is_ascii_uppercase(),
        other => c == other,
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Address {
        Address {
            name: "Alice Shopper".to_owned(),
            street: "12 Orchard Lane".to_owned(),
            extra: String::new(),
            city: "Portland".to_owned(),
            region: "Oregon".to_owned(),
            postal_code: "97201".to_owned(),
            country: "US".to_owned(),
        }
    }

    #[track_caller]
    fn check(field: AddressField, text: &str, wrong: &[AddressField]) {
        let mut address = good();
        address.set(field, text.to_owned());
        let found: Vec<_> = address.tidied().check().iter().map(|mistake| mistake.field).collect();
        assert_eq!(found, wrong, "{field:?} {text:?}");
    }

    #[test]
    fn each_field_is_checked() {
        use AddressField::{City, Country, Extra, Name, PostalCode, Region, Street};
        check(Extra, "Flat 3", &[]);
        for field in [Name, Street, City, Region, PostalCode] {
            check(field, "  ", &[field]);
        }
        check(Name, "Jörg Müller-Łoś", &[]);
        check(Name, &"x".repeat(101), &[Name]);
        check(Street, "1 Main\u{0}St", &[Street]);
        check(PostalCode, "97201-1234", &[]);
        check(PostalCode, "9720", &[PostalCode]);
        check(PostalCode, "９７２０１", &[PostalCode]);
        check(Country, "us", &[]);
        check(Country, "XX", &[Country]);
        check(Country, "DE", &[]);
        check(Country, "GB", &[PostalCode]);
    }

    #[test]
    fn a_region_is_needed_where_the_country_has_states() {
        let mut address = good();
        (address.country, address.region) = ("DE".to_owned(), String::new());
        assert!(address.check().is_empty());
    }

    #[test]
    fn codes_are_tidied_before_they_are_checked() {
        let mut address = good();
        (address.country, address.postal_code) = ("gb".to_owned(), "  sw1a   1aa ".to_owned());
        let tidy = address.tidied();
        assert_eq!((tidy.country.as_str(), tidy.postal_code.as_str()), ("GB", "SW1A 1AA"));
        assert!(tidy.check().is_empty());
        assert_eq!(tidy.tidied(), tidy);
    }

    #[test]
    fn fields_are_the_members_of_the_message() {
        let written = serde_json::to_value(good()).unwrap();
        for field in AddressField::ALL {
            assert_eq!(written[field.as_str()], good().get(field));
        }
        assert_eq!(written.as_object().unwrap().len(), AddressField::ALL.len());
    }
}
