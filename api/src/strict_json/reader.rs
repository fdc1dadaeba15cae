use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::error::ShapeError;
use super::tree::Tree;

/// Reads a value as what is asked for, and as nothing else.
#[derive(Clone, Copy)]
pub(super) struct Reader<'de>(pub(super) &'de Tree);

/// A way to read that takes these values. What does not fit the very type is refused by its visitor.
macro_rules! takes {
    ($($method:ident: $values:pat => $kind:literal;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
            match self.0 {
                $values => self.deserialize_any(visitor),
                _ => Err(ShapeError::must_be($kind)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.0 {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Natural(number) => visitor.visit_u64(*number),
            Tree::Negative(number) => visitor.visit_i64(*number),
            Tree::Fraction(number) => visitor.visit_f64(*number),
            Tree::Text(text) => visitor.visit_borrowed_str(text),
            Tree::List(items) => visitor.visit_seq(Items { items, read: 0 }),
            Tree::Object(members) => visitor.visit_map(Members { members, value: None }),
        }
    }

    takes! {
        deserialize_bool: Tree::Bool(_) => "true or false";
        deserialize_u8: Tree::Natural(_) => "a whole number from 0 on";
        deserialize_u16: Tree::Natural(_) => "a whole number from 0 on";
        deserialize_u32: Tree::Natural(_) => "a whole number from 0 on";
        deserialize_u64: Tree::Natural(_) => "a whole number from 0 on";
        deserialize_i8: Tree::Natural(_) | Tree::Negative(_) => "a whole number";
        deserialize_i16: Tree::Natural(_) | Tree::Negative(_) => "a whole number";
        deserialize_i32: Tree::Natural(_) | Tree::Negative(_) => "a whole number";
        deserialize_i64: Tree::Natural(_) | Tree::Negative(_) => "a whole number";
        deserialize_f32: Tree::Natural(_) | Tree::Negative(_) | Tree::Fraction(_) => "a number";
        deserialize_f64: Tree::Natural(_) | Tree::Negative(_) | Tree::Fraction(_) => "a number";
        deserialize_char: Tree::Text(_) => "a string";
        deserialize_str: Tree::Text(_) => "a string";
        deserialize_string: Tree::Text(_) => "a string";
        deserialize_seq: Tree::List(_) => "an array";
        deserialize_map: Tree::Object(_) => "an object";
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.0 {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        visitor.visit_newtype_struct(self)
    }

    /// Words alone: no message has a variant with content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.0 {
            Tree::Text(word) => visitor.visit_enum(name(word)),
            _ => Err(ShapeError::must_be("a string")),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

fn name(text: &str) -> StrDeserializer<'_, ShapeError> {
    text.into_deserializer()
}

/// The items of a list that are not read yet, and how many are.
struct Items<'de> {
    items: &'de [Tree],
    read: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ShapeError> {
        let Some((item, rest)) = self.items.split_first() else { return Ok(None) };
        let value = seed.deserialize(Reader(item)).map_err(|error| error.in_item(self.read))?;
        (self.items, self.read) = (rest, self.read + 1);
        Ok(Some(value))
    }
}

/// The members of an object that are not read yet; of one of them, the name was read.
struct Members<'de> {
    members: &'de [(String, Tree)],
    value: Option<(&'de str, &'de Tree)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = ShapeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ShapeError> {
        let Some(((key, value), rest)) = self.members.split_first() else { return Ok(None) };
        (self.members, self.value) = (rest, Some((key.as_str(), value)));
        seed.deserialize(name(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ShapeError> {
        let (name, value) = self.value.take().unwrap_or(("", &Tree::Null));
        seed.deserialize(Reader(value)).map_err(|error| error.in_member(name))
    }
}
