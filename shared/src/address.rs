//! Where a parcel goes, and what makes an address one that a parcel reaches. The form and the API check by
//! the same code.

use serde::{Deserialize, Serialize};

use crate::postal_code::{COUNTRIES, Country};
use crate::text::visible;

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
    /// Kept as the country writes it, and taken in any common way: without its space, in small letters, with a hyphen.
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

    /// The same address as it can be [seen](crate::visible), its codes as the country writes them.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let mut tidy = Self::default();
        for field in AddressField::ALL {
            tidy.set(field, visible(self.get(field)));
        }
        tidy.country.make_ascii_uppercase();
        tidy.postal_code.make_ascii_uppercase();
        if let Some(code) = tidy.known_postal_code() {
            tidy.postal_code = code;
        }
        tidy
    }

    fn known_postal_code(&self) -> Option<String> {
        Country::of(&self.country)?.postal_code(&self.postal_code)
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
            AddressField::Country => {
                Country::of(text).is_none().then_some("Choose a country that we send to.")
            }
            AddressField::PostalCode => {
                let is_wrong = Country::of(&self.country).is_some() && self.known_postal_code().is_none();
                is_wrong.then_some("This is not a postal code of that country.")
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
    COUNTRIES.iter().map(|country| (country.code, country.name))
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
    fn what_shows_nothing_is_missing_and_never_kept() {
        use AddressField::{City, Extra, Name, PostalCode, Region, Street};
        for nothing in ["\u{200b}", "\u{3164}", "\u{2800}\u{2028}", "\u{202e}\u{feff}", "\u{ad} \u{e0041}"] {
            for field in [Name, Street, City, Region, PostalCode] {
                check(field, nothing, &[field]);
            }
            check(Extra, nothing, &[]);
        }
        let mut address = good();
        address.street = "12 \u{202e}Orchard\u{200b} Lane\u{2069}".to_owned();
        address.postal_code = "97201\u{200b}".to_owned();
        address.country = "\u{feff}us".to_owned();
        assert_eq!(address.tidied(), Address { street: "12 Orchard Lane".to_owned(), ..good() });
    }

    #[test]
    fn a_postal_code_is_put_into_the_form_of_its_country() {
        let of = |country: &str, postal_code: &str| {
            let (country, postal_code) = (country.to_owned(), postal_code.to_owned());
            Address { country, postal_code, ..good() }.tidied()
        };
        for (country, written, code) in
            [("nl", "1012ab", "1012 AB"), ("GB", "SW1A1AA", "SW1A 1AA"), ("SE", "11122", "111 22")]
        {
            let tidy = of(country, written);
            assert_eq!((tidy.postal_code.as_str(), tidy.check()), (code, vec![]));
        }
        let foreign = of("NL", "sw1a 1aa");
        assert_eq!(foreign.postal_code, "SW1A 1AA");
        assert_eq!(foreign.check().iter().map(|m| m.field).collect::<Vec<_>>(), [AddressField::PostalCode]);
        assert_eq!(
            of("XX", "1").check().iter().map(|m| m.field).collect::<Vec<_>>(),
            [AddressField::Country]
        );
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
