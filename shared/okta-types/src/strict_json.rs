//! JSON objects in which no member may stand twice, at any depth.
//!
//! RFC 7519 §4 leaves a choice for repeated claim names: refuse the token or take the last one. Readers
//! that choose differently see different tokens, so the whole token is refused here, and its header too.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads one object and nothing after it. Nesting is bounded by serde_json's limit of 128.
///
/// # Errors
/// Whatever is not that, or holds a member twice; the message holds nothing of the text.
pub fn object(json: &[u8]) -> Result<Map<String, Value>, serde_json::Error> {
    // Is it text? Asked once for the whole: a reader of bytes would ask for each string in it.
    let json = std::str::from_utf8(json).map_err(Error::custom)?;
    let mut reader = serde_json::Deserializer::from_str(json);
    let object = reader.deserialize_map(ObjectVisitor)?;
    reader.end()?;
    Ok(object)
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.insert(name, members.next_value_seed(AnyValue)?).is_some() {
                // The name is the token's and stays out of the message.
                return Err(A::Error::custom("a member appears twice"));
            }
        }
        Ok(object)
    }
}

struct AnyValue;

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(AnyValue)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
        ObjectVisitor.visit_map(members).map(Value::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, good: bool) {
        assert_eq!(object(json.as_bytes()).is_ok(), good, "{json}");
    }

    #[test]
    fn a_member_that_stands_twice_is_an_error_at_any_depth() {
        check(r#"{"a":1,"b":1}"#, true);
        check(r#"{"a":1,"a":1}"#, false);
        check(r#"{"a":1,"\u0061":2}"#, false);
        check(r#"{"a":{"b":1,"b":2}}"#, false);
        check(r#"{"a":[{"b":1},{"b":1}]}"#, true);
        check(r#"{"a":[{"b":1,"b":1}]}"#, false);
    }

    #[test]
    fn only_one_whole_object_is_read() {
        assert!(object(b"[]").unwrap_err().to_string().contains("expected an object"));
        check("null", false);
        check("{} {}", false);
        check("{}x", false);
        check("\u{feff}{}", false);
        check(" {} ", true);
        check(&format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200)), false);
    }

    #[test]
    fn bad_utf8_is_an_error() {
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn values_come_out_as_serde_json_reads_them() {
        let json = r#"{"a":[1,-1,1.5,"x\n",true,null,{"b":18446744073709551615}]}"#;
        assert_eq!(
            Value::Object(object(json.as_bytes()).unwrap()),
            serde_json::from_str::<Value>(json).unwrap()
        );
    }
}
