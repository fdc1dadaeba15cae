//! The browser's reader of JSON text, which needs no download.

use okta_auth::Json;

/// So many arrays and objects may stand in each other; nothing sensible comes near.
const DEPTH: u32 = 100;

/// Reads JSON text by the browser's own `JSON.parse`; `None` where it is not JSON or nested absurdly deep.
///
/// Of members of the same name the last one counts. On the host, for rendering and for tests, `serde_json`
/// reads in its place.
pub fn read_json(text: &str) -> Option<Json> {
    parse(text).and_then(|value| walk(&value, DEPTH))
}

#[cfg(target_arch = "wasm32")]
fn parse(text: &str) -> Option<wasm_bindgen::JsValue> {
    js_sys::JSON::parse(text).ok()
}

#[cfg(target_arch = "wasm32")]
fn walk(value: &wasm_bindgen::JsValue, depth: u32) -> Option<Json> {
    use wasm_bindgen::JsCast;
    if value.is_null() {
        return Some(Json::Null);
    }
    if let Some(value) = value.as_bool() {
        return Some(Json::Bool(value));
    }
    if let Some(number) = value.as_f64() {
        return Some(Json::Number(number));
    }
    if let Some(text) = value.as_string() {
        return Some(Json::Text(text));
    }
    let depth = depth.checked_sub(1)?;
    let is_list = js_sys::Array::is_array(value);
    let items =
        if is_list { value.clone().unchecked_into() } else { js_sys::Object::entries(value.unchecked_ref()) };
    let (mut elements, mut members) = (Vec::new(), Vec::new());
    for i in 0..items.length() {
        let item = items.get(i);
        if is_list {
            elements.push(walk(&item, depth)?);
        } else {
            let entry: &js_sys::Array = item.unchecked_ref();
            members.push((entry.get(0).as_string()?, walk(&entry.get(1), depth)?));
        }
    }
    Some(if is_list { Json::List(elements) } else { Json::Object(members) })
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

#[cfg(not(target_arch = "wasm32"))]
fn walk(value: &serde_json::Value, depth: u32) -> Option<Json> {
    use serde_json::Value;
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Number(number.as_f64()?),
        Value::String(text) => Json::Text(text.clone()),
        Value::Array(elements) => {
            Json::List(elements.iter().map(|element| walk(element, depth)).collect::<Option<_>>()?)
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Some((name.clone(), walk(value, depth)?)));
            Json::Object(members.collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        let text = r#"{"a":[null,true,-1.5,"\"\n"],"b":{}}"#;
        assert_eq!(
            read_json(text).map(|json| json.to_text()).as_deref(),
            Some(r#"{"a":[null,true,-1.5,"\"\u000a"],"b":{}}"#)
        );
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        for text in ["", "{", "{}x", "'a'", "<html>", &"[".repeat(200)] {
            assert_eq!(read_json(text), None, "{text}");
        }
        assert_eq!(read_json(&["[".repeat(120), "]".repeat(120)].concat()), None);
    }
}
