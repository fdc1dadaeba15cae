//! A stable key for every message that a person may see, so that apps can say it in their own words.

/// Writes the enum, the list of all and the texts from one table.
macro_rules! keys {
    ($($(#[$attribute:meta])* $name:ident => $text:literal: $doc:literal,)*) => {
        /// The key of a message. Keys stay as they are; there may be more of them in a later version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum MessageKey {
            $($(#[$attribute])* #[doc = $doc] $name,)*
        }

        impl MessageKey {
            /// All keys of this build: those of a feature only with it.
            pub const ALL: &[Self] = &[$($(#[$attribute])* Self::$name,)*];

            /// As it stands in a table of translations, e.g. `redirect_loop`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Self::$name => $text,)*
                }
            }
        }
    };
}

keys! {
    NotStarted => "not_started": "No sign-in is under way for this `state`.",
    StorageRefused => "storage_refused": "The browser stores nothing.",
    UnexpectedAnswer => "unexpected_answer": "The callback lacks something, has it twice, or is of another issuer.",
    RedirectLoop => "redirect_loop": "Too many redirects in a short time.",
    ForeignLink => "foreign_link": "A link names another issuer or another site.",
    Misconfigured => "misconfigured": "A mistake in the configuration, or a reserved parameter.",
    OrgUnreachable => "org_unreachable": "No answer from the org, or none in time.",
    UntrustedOrigin => "untrusted_origin": "The org does not trust the page's origin.",
    WrongClock => "wrong_clock": "The device's clock is more than a day off.",
    StrongerSignInNeeded => "stronger_sign_in_needed": "`acr` or `auth_time` is not as asked.",
    NotAskedAgain => "not_asked_again": "The identity provider did not ask again.",
    NoDiscovery => "no_discovery": "The discovery document is missing or does not fit.",
    ShortSession => "short_session": "Access tokens end before they can be used.",
    AnswerRejected => "answer_rejected": "The token endpoint's answer or its ID token was not accepted.",
    OrgBusy => "org_busy": "Rate limit or outage, 429 or 5xx.",
    SessionEnded => "session_ended": "A request of the app found the session ended.",
    SteppingUp => "stepping_up": "The page is leaving for a stronger or more recent sign-in.",
    StepUpNotMet => "step_up_not_met": "The API repeats its challenge right after a step-up.",
    #[cfg(feature = "idle")]
    Idle => "idle": "A request of the app while the person is away.",
    ServerUnreachable => "server_unreachable": "The API gave no answer.",
    FaultyRequest => "faulty_request": "The app's own request cannot be sent or read.",
    NotAssigned => "not_assigned": "The person is not assigned to the app.",
    PolicyDenied => "policy_denied": "No access policy rule fits.",
    AccessDenied => "access_denied": "The person or the org denied the request.",
    SignInRequired => "sign_in_required": "The org must ask the person, and was told not to.",
    UnmetRequirements => "unmet_requirements": "`acr_values` cannot be met.",
    CodeExpired => "code_expired": "The authorization code is used or expired.",
    AppRejected => "app_rejected": "The org refuses the app integration, its scopes or grant types.",
    UnknownRefusal => "unknown_refusal": "An error code outside of Okta's catalogue.",
    #[cfg(feature = "silent-renewal")]
    UnsentInput => "unsent_input": "The session must be renewed, and the page holds input that was not sent.",
    #[cfg(feature = "dpop")]
    NoKey => "no_key": "A sign-in without a key: the browser has lost it, or cannot make one.",
    #[cfg(feature = "dpop")]
    KeyLost => "key_lost": "The session ended because its key is gone from the browser.",
    #[cfg(feature = "dpop")]
    ProofRefused => "proof_refused": "The org did not accept the proof that the tokens belong to this browser.",
    SessionExpired => "session_expired": "The session ended by itself.",
    SessionRefused => "session_refused": "A renewal brought an ID token that was not accepted.",
    SignedOutElsewhere => "signed_out_elsewhere": "Signed out in another tab.",
    PersonChanged => "person_changed": "Somebody else has signed in, in another tab.",
    SignOutIncomplete => "sign_out_incomplete": "Signed out here; the org could not be reached.",
    SignOutUnconfirmed => "sign_out_unconfirmed": "Signed out here; the org did not confirm.",
    NewerVersion => "newer_version": "Another tab runs a newer version of the app.",
    #[cfg(feature = "idle")]
    IdleWarning => "idle_warning": "About to be signed out for inactivity.",
    #[cfg(feature = "idle")]
    IdleSignedOut => "idle_signed_out": "Signed out for inactivity.",
}
