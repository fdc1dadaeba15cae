//! Why a request is refused, in the codes and words of Okta's catalogue of API errors.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::okta_error;
use crate::unverified::BUILT_IN_GROUP_REFUSAL;

/// Why the management API refuses a request; each is one of Okta's `E…` codes.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("something in the body will not do: {field}")]
    Invalid { field: String, causes: Vec<String> },
    #[error("the body is not JSON of this shape")]
    Malformed,
    #[error("no API token")]
    InvalidSession,
    #[error("the API token is wrong")]
    InvalidToken,
    #[error("there is no such {kind}")]
    NotFound { id: String, kind: &'static str },
    #[error("there is no such path")]
    NoPath,
    #[error("the filter cannot be understood")]
    InvalidSearch,
    #[error("the person is active already")]
    AlreadyActive,
    #[error("the person's status does not allow it")]
    WrongStatus,
    #[error("nobody is locked out")]
    NotLockedOut,
    #[error("a password or an answer is wrong, or will not do")]
    CredentialsRefused(&'static str),
    #[error("the person's status does not allow to forget a password")]
    RecoveryForbidden,
    #[error("the person's status does not allow another password")]
    PasswordChangeForbidden,
    #[error("the person's status does not allow another question")]
    QuestionChangeForbidden,
    #[error("this org lacks that feature")]
    NoFeature,
    #[error("nobody proved who they are")]
    AuthenticationFailed,
    #[error("a code or an answer is wrong")]
    InvalidPasscode(&'static str),
    #[error("a code was used before")]
    PasscodeReplayed,
    #[error("the role is assigned already")]
    DuplicateRole,
    #[error("the app is still active")]
    AppIsActive,
    #[error("the person has the app through a group")]
    AssignedByGroup,
    #[error("there is no such cursor")]
    InvalidCursor,
    #[error("the org sees to that group itself")]
    BuiltInGroup,
    #[error("what the org made stays")]
    SystemObject,
}

impl Refusal {
    /// One field that will not do, and why.
    pub(super) fn invalid(field: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), causes: vec![cause.into()] }
    }

    /// What is not there, e.g. `AppInstance`.
    pub(super) fn not_found(id: &str, kind: &'static str) -> Self {
        Self::NotFound { id: id.to_owned(), kind }
    }

    fn parts(&self) -> (u16, &'static str, String) {
        let fixed = |status, code, summary: &str| (status, code, summary.to_owned());
        match self {
            Self::Invalid { field, .. } => (400, "E0000001", format!("Api validation failed: {field}")),
            Self::Malformed => fixed(400, "E0000003", "The request body was not well-formed."),
            Self::InvalidSession => fixed(403, "E0000005", "Invalid session"),
            Self::SystemObject => {
                fixed(403, "E0000006", "You do not have permission to perform the requested action")
            }
            Self::NotFound { id, kind } => {
                (404, "E0000007", format!("Not found: Resource not found: {id} ({kind})"))
            }
            Self::NoPath => fixed(404, "E0000008", "The requested path was not found"),
            Self::InvalidToken => fixed(401, "E0000011", "Invalid token provided"),
            Self::CredentialsRefused(_) => fixed(403, "E0000014", "Update of credentials failed"),
            Self::RecoveryForbidden => {
                fixed(403, "E0000034", "Forgot password not allowed on specified user.")
            }
            Self::PasswordChangeForbidden => {
                fixed(403, "E0000035", "Change password not allowed on specified user.")
            }
            Self::QuestionChangeForbidden => {
                fixed(403, "E0000036", "Change recovery question not allowed on specified user.")
            }
            Self::NoFeature => {
                let summary = "You do not have permission to access the feature you are requesting";
                fixed(401, "E0000015", summary)
            }
            Self::AuthenticationFailed => fixed(401, "E0000004", "Authentication failed"),
            Self::AlreadyActive => {
                fixed(403, "E0000016", "Activation failed because the user is already active")
            }
            Self::InvalidSearch => fixed(400, "E0000031", "Invalid search criteria."),
            Self::NotLockedOut => fixed(403, "E0000032", "Unlock is not allowed for this user."),
            Self::WrongStatus => {
                fixed(403, "E0000038", "This operation is not allowed in the user's current status.")
            }
            Self::AssignedByGroup => fixed(403, "E0000046", "Deactivate application for user forbidden."),
            Self::InvalidCursor => fixed(400, "E0000029", "Invalid paging request."),
            Self::InvalidPasscode(_) => fixed(403, "E0000068", "Invalid Passcode/Answer"),
            Self::PasscodeReplayed => {
                let summary = "Each code can only be used once. Please wait for a new code and try again.";
                fixed(403, "E0000082", summary)
            }
            Self::DuplicateRole => {
                fixed(409, "E0000090", "The role specified is already assigned to the user.")
            }
            Self::AppIsActive => fixed(403, "E0000056", "Delete application forbidden."),
            Self::BuiltInGroup => {
                let (status, code, summary) = BUILT_IN_GROUP_REFUSAL;
                fixed(status, code, summary)
            }
        }
    }

    fn causes(&self) -> Vec<String> {
        let one = |cause: &str| vec![cause.to_owned()];
        match self {
            Self::Invalid { causes, .. } => causes.clone(),
            Self::CredentialsRefused(cause) | Self::InvalidPasscode(cause) => one(cause),
            Self::NotLockedOut => one("The user is not locked out."),
            Self::AppIsActive => one("The application must be deactivated before deletion."),
            Self::AssignedByGroup => one(
                "The application cannot be unassigned from the user while their group memberships grant them access",
            ),
            Self::InvalidCursor => one("Invalid cursor."),
            _ => Vec::new(),
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.parts().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let (_, code, summary) = self.parts();
        okta_error::respond_with(self.status_code(), code, &summary, &self.causes())
    }
}
