//! What only reads, in the handle that apps hold, sends no request.

use syn::visit::{self, Visit};
use syn::{ExprMethodCall, File, ImplItem, ImplItemFn, Item, ReturnType, Visibility};

/// Methods through which something is asked of the sign-in or of a server.
const SENDING: [&str; 4] = ["dispatch", "fetch", "sign_in", "load_user_info"];

#[test]
fn a_getter_of_the_sign_in_handle_never_sends_a_request() {
    let code =
        std::fs::read_to_string(okta_cli::workspace().join("frontend/okta-sycamore/src/auth.rs")).unwrap();
    let (getters, sending) = judge(&syn::parse_file(&code).unwrap());
    assert!(
        getters.contains(&"status".to_owned()) && getters.contains(&"user_info".to_owned()),
        "{getters:?}"
    );
    assert_eq!(sending, [""; 0], "these return a signal and send a request as well");
}

#[test]
fn a_getter_that_sends_is_seen() {
    let code = r"impl Auth {
        pub fn status(&self) -> ReadSignal<u8> { self.signal }
        pub fn user_info(&self) -> ReadSignal<u8> { if true { self.dispatch(1); } self.signal }
        pub fn sign_out(&self) { self.dispatch(2); }
    }";
    let (getters, sending) = judge(&syn::parse_str(code).unwrap());
    assert_eq!(
        (getters, sending),
        (vec!["status".to_owned(), "user_info".to_owned()], vec!["user_info".to_owned()])
    );
}

/// Public methods that return a signal, and those of them that send.
fn judge(file: &File) -> (Vec<String>, Vec<String>) {
    let methods = file.items.iter().flat_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => item.items.as_slice(),
        _ => &[],
    });
    let getters: Vec<&ImplItemFn> = methods
        .filter_map(|item| match item {
            ImplItem::Fn(method) if returns_signal(method) => Some(method),
            _ => None,
        })
        .collect();
    let name = |method: &&&ImplItemFn| method.sig.ident.to_string();
    let sending = getters.iter().filter(|method| sends(method)).map(|method| name(&method)).collect();
    (getters.iter().map(|method| name(&method)).collect(), sending)
}

fn returns_signal(method: &ImplItemFn) -> bool {
    let ReturnType::Type(_, returned) = &method.sig.output else { return false };
    let is_signal = matches!(&**returned, syn::Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == "ReadSignal"));
    is_signal && matches!(method.vis, Visibility::Public(_))
}

fn sends(method: &ImplItemFn) -> bool {
    struct Calls(bool);
    impl Visit<'_> for Calls {
        fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
            self.0 |= SENDING.contains(&call.method.to_string().as_str());
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(false);
    calls.visit_block(&method.block);
    calls.0
}
