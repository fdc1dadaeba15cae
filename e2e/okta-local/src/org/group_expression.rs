//! Expressions of group rules: the part of the Okta Expression Language that decides whether a rule applies to a person.
//!
//! There are texts, numbers, `true`, `false`, `null`, `user.…`, comparisons, `AND`, `OR` and `NOT` (also `&&`, `||`
//! and `!`), the functions of `String` that compare and fold texts, `Arrays.contains`, and `isMemberOf…`.

use serde_json::Value;

use crate::org::group::Group;
use crate::org::user::User;

/// Deeper ones are none: reading them takes the stack.
const MAX_DEPTH: usize = 32;

/// The condition of a group rule, parsed.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Literal(Value),
    Attribute(String),
    Call(String, Vec<Self>),
    Not(Box<Self>),
    Equal(Box<Self>, Box<Self>, bool),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// Whom an expression is about.
#[derive(Clone, Copy)]
pub(crate) struct Meant<'a> {
    /// The person whom the rule is evaluated for.
    pub(crate) user: &'a User,
    /// All groups of the org.
    pub(crate) groups: &'a [Group],
}

/// The functions, and the least and most they take.
const FUNCTIONS: [(&str, usize, usize); 11] = [
    ("String.startsWith", 2, 2),
    ("String.stringContains", 2, 2),
    ("String.toLowerCase", 1, 1),
    ("String.toUpperCase", 1, 1),
    ("String.len", 1, 1),
    ("Arrays.contains", 2, 2),
    ("isMemberOfGroup", 1, 1),
    ("isMemberOfAnyGroup", 1, 100),
    ("isMemberOfGroupName", 1, 1),
    ("isMemberOfGroupNameStartsWith", 1, 1),
    ("isMemberOfGroupNameContains", 1, 1),
];

impl Expression {
    /// Reads one.
    ///
    /// # Errors
    /// What is not understood.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text, depth: 0 };
        let expression = reader.any()?;
        match reader.rest.trim() {
            "" => Ok(expression),
            rest => Err(format!("'{rest}' is not understood")),
        }
    }

    /// Whether it applies to that person.
    pub(crate) fn covers(&self, meant: Meant<'_>) -> bool {
        self.value(meant) == Value::Bool(true)
    }

    fn value(&self, meant: Meant<'_>) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Attribute(name) => meant.user.attribute(name).unwrap_or(Value::Null),
            Self::Not(inner) => Value::Bool(!inner.covers(meant)),
            Self::Equal(left, right, expected) => {
                Value::Bool((left.value(meant) == right.value(meant)) == *expected)
            }
            Self::All(parts) => Value::Bool(parts.iter().all(|part| part.covers(meant))),
            Self::Any(parts) => Value::Bool(parts.iter().any(|part| part.covers(meant))),
            Self::Call(name, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|argument| argument.value(meant)).collect();
                call(name, &arguments, meant)
            }
        }
    }
}

fn call(name: &str, arguments: &[Value], meant: Meant<'_>) -> Value {
    let text = |place: usize| arguments.get(place).and_then(Value::as_str).unwrap_or_default();
    let member_of = |chosen: &dyn Fn(&Group) -> bool| {
        let own = |group: &&Group| group.members.contains(&meant.user.id);
        Value::Bool(meant.groups.iter().filter(own).any(chosen))
    };
    match name {
        "String.startsWith" => Value::Bool(text(0).starts_with(text(1))),
        "String.stringContains" => Value::Bool(text(0).contains(text(1))),
        "String.toLowerCase" => Value::String(text(0).to_lowercase()),
        "String.toUpperCase" => Value::String(text(0).to_uppercase()),
        "String.len" => Value::from(text(0).chars().count()),
        "Arrays.contains" => {
            let list = arguments[0].as_array();
            Value::Bool(list.is_some_and(|list| list.contains(&arguments[1])))
        }
        "isMemberOfGroupName" => member_of(&|group| group.name == text(0)),
        "isMemberOfGroupNameStartsWith" => member_of(&|group| group.name.starts_with(text(0))),
        "isMemberOfGroupNameContains" => member_of(&|group| group.name.contains(text(0))),
        _ => member_of(&|group| arguments.iter().any(|id| *id == group.id)),
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("The expression is nested too deeply".to_owned());
        }
        let mut parts = vec![self.all()?];
        while self.takes_word("OR") || self.takes("||") {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.comparison()?];
        while self.takes_word("AND") || self.takes("&&") {
            parts.push(self.comparison()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let left = self.operand()?;
        let expected = if self.takes("==") {
            true
        } else if self.takes("!=") {
            false
        } else {
            return Ok(left);
        };
        Ok(Expression::Equal(Box::new(left), Box::new(self.operand()?), expected))
    }

    fn operand(&mut self) -> Result<Expression, String> {
        let negated =
            self.takes_word("NOT") || (!self.rest.trim_start().starts_with("!=") && self.takes("!"));
        if negated {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err("The expression is nested too deeply".to_owned());
            }
            let inner = self.operand()?;
            self.depth -= 1;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.takes("(") {
            let inner = self.any()?;
            return if self.takes(")") { Ok(inner) } else { Err("A parenthesis is not closed".to_owned()) };
        }
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.trim_start().strip_prefix(quote) {
                let (text, rest) = rest.split_once(quote).ok_or_else(|| "A text is not closed".to_owned())?;
                self.rest = rest;
                return Ok(Expression::Literal(Value::from(text)));
            }
        }
        self.word()
    }

    /// A name, a number or a call.
    fn word(&mut self) -> Result<Expression, String> {
        let text = self.rest.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let (word, rest) = text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()));
        let told = if text.is_empty() {
            "The expression ends too early".to_owned()
        } else {
            format!("'{text}' is not understood")
        };
        self.rest = rest;
        if let Some(name) = word.strip_prefix("user.").filter(|name| !name.is_empty() && !name.contains('.'))
        {
            return Ok(Expression::Attribute(name.to_owned()));
        }
        match serde_json::from_str::<Value>(word) {
            Ok(value) => Ok(Expression::Literal(value)),
            Err(_) if self.takes("(") => self.arguments(word),
            Err(_) => Err(told),
        }
    }

    fn arguments(&mut self, name: &str) -> Result<Expression, String> {
        let known = FUNCTIONS.iter().find(|(own, ..)| *own == name);
        let (_, least, most) = known.ok_or_else(|| format!("There is no function '{name}'"))?;
        let mut arguments = Vec::new();
        while !self.takes(")") {
            if !arguments.is_empty() && !self.takes(",") {
                return Err(format!("The arguments of '{name}' are not closed"));
            }
            arguments.push(self.any()?);
        }
        match (*least..=*most).contains(&arguments.len()) {
            true => Ok(Expression::Call(name.to_owned(), arguments)),
            false => Err(format!("'{name}' takes another number of arguments")),
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let text = self.rest.trim_start();
        let is_it = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        if is_it {
            self.rest = &text[word.len()..];
        }
        is_it
    }
}

#[cfg(test)]
mod tests {
    use okta_types::UnixTime;

    use super::*;
    use crate::org::password::PasswordHashing;

    #[test]
    fn expressions_say_who_is_meant() {
        let hash = PasswordHashing::LoweredForTests.hash("Grove-2026!");
        let user = User::active("00u1".into(), "a@b.example", ("Andy", "Oak"), hash, None, UnixTime(0));
        let groups = [Group::new("00g1".into(), "shop".into(), vec!["00u1".into()], UnixTime(0))];
        let meant = Meant { user: &user, groups: &groups };
        for (text, expected) in [
            ("user.lastName==\"Oak\"", true),
            ("user.lastName != 'Oak'", false),
            ("user.title == null", true),
            ("String.startsWith(user.firstName,\"And\")", true),
            ("String.startsWith(user.firstName,String.toLowerCase(\"And\"))", false),
            ("String.stringContains(user.email, \"@b.\") AND NOT (user.lastName == \"Elm\")", true),
            ("user.lastName == \"Elm\" or !(user.firstName == \"Bob\")", true),
            ("isMemberOfGroup(\"00g1\") && isMemberOfGroupName(\"shop\")", true),
            ("isMemberOfAnyGroup(\"00g2\", \"00g3\") || isMemberOfGroupNameStartsWith(\"pub\")", false),
            ("String.len(user.lastName) == 3", true),
            ("true", true),
            ("user.lastName", false),
        ] {
            assert_eq!(Expression::parse(text).expect(text).covers(meant), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_told() {
        let deep = "(".repeat(1000);
        let negated = "!".repeat(1000);
        for text in [
            "",
            "user.",
            "user.a ==",
            "(true",
            "\"open",
            "String.startsWith(\"a\")",
            "nope(1)",
            "a b",
            "true true",
            &deep,
            &negated,
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
