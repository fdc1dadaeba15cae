//! The names that guards go by, without a type and an `impl` by hand.

/// A type that names scopes, for [`Scoped`](crate::Scoped): one scope, or several with a space between them, all of
/// which are needed.
///
/// ```
/// use okta_actix::{Scoped, required_scope};
///
/// required_scope!(pub(crate) Reading = "messages.read");
/// required_scope! {
///     /// To write a message, and to see what became of it.
///     Writing = "messages.read messages.write"
/// }
///
/// async fn messages(_: Scoped<Reading>) -> &'static str {
///     "I am a robot."
/// }
/// ```
#[macro_export]
macro_rules! required_scope {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $scope:expr $(,)?) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name;
        impl $crate::RequiredScope for $name {
            const SCOPE: &'static str = $scope;
        }
    };
}

/// A type that names a group, for [`InGroup`](crate::InGroup), as the authorization server's `groups` claim spells it.
///
/// ```
/// use okta_actix::{InGroup, required_group};
///
/// required_group!(Staff = "shop-staff");
///
/// async fn stock(_: InGroup<Staff>) -> &'static str {
///     "Plenty."
/// }
/// ```
#[macro_export]
macro_rules! required_group {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $group:expr $(,)?) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name;
        impl $crate::RequiredGroup for $name {
            const GROUP: &'static str = $group;
        }
    };
}

/// A type that names authentication contexts, for [`Acr`](crate::Acr): every one that would do, with a space between
/// them.
///
/// ```
/// use okta_actix::{Acr, required_acr};
///
/// required_acr!(TwoFactors = "urn:okta:loa:2fa:any phr phrh");
///
/// async fn transfer(_: Acr<TwoFactors>) -> &'static str {
///     "Done."
/// }
/// ```
#[macro_export]
macro_rules! required_acr {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $values:expr $(,)?) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name;
        impl $crate::RequiredAcr for $name {
            const ACR_VALUES: &'static str = $values;
        }
    };
}
