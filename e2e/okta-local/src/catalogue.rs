//! Okta's catalogue of OAuth errors: internal code, status, `error`, `error_description`.
//!
//! Texts are Okta's to the letter (catalogue of release 2026.08.1); `{}` stands where Okta puts a value.
//! Only entries that this org can meet are here. Errors of other APIs have another shape: see
//! [`crate::okta_error`].

use okta_types::OAuthError;

macro_rules! catalogue {
    ($($variant:ident = $internal:literal, $status:literal, $error:literal, $text:literal;)*) => {
        /// An entry, named as Okta names it internally.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(clippy::enum_variant_names, reason = "the names are Okta's")]
        pub(crate) enum Code {
            $(#[doc = $text] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$variant,)*];

            const fn entry(self) -> (&'static str, u16, &'static str, &'static str) {
                match self {
                    $(Self::$variant => ($internal, $status, $error, $text),)*
                }
            }
        }
    };
}

catalogue! {
    AccessDenied = "access_denied", 403, "access_denied", "The resource owner or authorization server denied the request.";
    AppSignOnRequired = "app_sign_on_required", 400, "login_required", "The client specified not to prompt, but the client app requires re-authentication or MFA.";
    AuthorizeRequestUriMismatchedClient = "authorize_request_uri_mismatched_client", 401, "invalid_client", "The 'client_id' parameter does not match the expected value for the provided request_uri.";
    BrowserRequestWithoutPkce = "browser_request_without_pkce", 401, "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange.";
    ClientCredentialsInQuery = "client_credentials_in_query", 400, "invalid_request", "Client credentials cannot be supplied via query parameters.";
    ClientAssertionInvalidSecretLength = "client_assertion_invalid_secret_length", 401, "invalid_client", "The client secret is too short to verify a JWT HMAC.";
    AccessTokenDuplicate = "access_token_duplicate", 400, "invalid_request", "The access token cannot be specified in both the Authorization header and the request-body.";
    AccessTokenInQuery = "access_token_in_query", 400, "invalid_request", "The access token cannot be presented in a query string.";
    AccessTokenNotDpopBound = "access_token_not_dpop_bound", 401, "invalid_token", "The presented access_token is not DPoP bound.";
    DpopAuthenticationSchemeRequired = "dpop_authentication_scheme_required", 400, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token.";
    DpopProofAlreadyUsed = "dpop_proof_already_used", 400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.";
    DpopProofInvalidAth = "dpop_proof_invalid_ath", 400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token.";
    DpopProofRequiredForToken = "dpop_proof_required_for_token", 400, "invalid_request", "The resource request requires a DPoP proof.";
    InvalidAccessTokenDpopBinding = "invalid_access_token_dpop_binding", 400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.";
    InvalidDpopProof = "invalid_dpop_proof", 400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.";
    InvalidDpopProofInvalidHtm = "invalid_dpop_proof_invalid_htm", 400, "invalid_dpop_proof", "'htm' claim in the DPoP proof JWT is invalid.";
    InvalidDpopProofInvalidHtu = "invalid_dpop_proof_invalid_htu", 400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.";
    InvalidDpopProofInvalidIat = "invalid_dpop_proof_invalid_iat", 400, "invalid_dpop_proof", "'iat' claim in the DPoP proof JWT is invalid.";
    InvalidDpopProofInvalidJti = "invalid_dpop_proof_invalid_jti", 400, "invalid_dpop_proof", "'jti' claim in the DPoP proof JWT is invalid.";
    InvalidDpopProofInvalidJwt = "invalid_dpop_proof_invalid_jwt", 400, "invalid_dpop_proof", "The DPoP proof JWT cannot be parsed.";
    InvalidDpopProofInvalidPublicKeyBinding = "invalid_dpop_proof_invalid_public_key_binding", 400, "invalid_dpop_proof", "Invalid DPoP Public Key binding in refresh token";
    InvalidDpopProofInvalidSignature = "invalid_dpop_proof_invalid_signature", 400, "invalid_dpop_proof", "The DPoP proof JWT signature is invalid.";
    InvalidDpopProofInvalidSignatureAlgorithm = "invalid_dpop_proof_invalid_signature_algorithm", 400, "invalid_dpop_proof", "The DPoP proof JWT signature algorithm is invalid.";
    InvalidDpopProofInvalidType = "invalid_dpop_proof_invalid_type", 400, "invalid_dpop_proof", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.";
    InvalidDpopProofJwtExpired = "invalid_dpop_proof_jwt_expired", 400, "invalid_dpop_proof", "The DPoP proof JWT is expired.";
    InvalidDpopProofJwtIssuedInFuture = "invalid_dpop_proof_jwt_issued_in_future", 400, "invalid_dpop_proof", "The DPoP proof JWT is issued in the future.";
    InvalidDpopProofJwtTooOld = "invalid_dpop_proof_jwt_too_old", 400, "invalid_dpop_proof", "The DPoP proof JWT is issued more than five minutes in the past.";
    InvalidDpopProofMissingHeader = "invalid_dpop_proof_missing_header", 400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.";
    InvalidDpopProofMultipleHeadersNotAllowed = "invalid_dpop_proof_multiple_headers_not_allowed", 400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.";
    UseDpopNonce = "use_dpop_nonce", 400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.";
    ConsentRequired = "consent_required", 400, "consent_required", "The following scopes require user consent: [{}].";
    DuplicateOauthParams = "duplicate_oauth_params", 400, "invalid_request", "The request contained multiple parameters with the same name.";
    IdTokenDoesNotMatchSession = "id_token_does_not_match_session", 400, "id_token_does_not_match_session", "The ID token subject does not match the current session's user.";
    IdTokenInvalid = "id_token_invalid", 401, "invalid_token", "The id token is invalid.";
    FeatureNotEnabled = "feature_not_enabled", 403, "server_error", "The requested feature is not enabled in this environment.";
    FeatureNotEnabledAccessDenied = "feature_not_enabled_access_denied", 400, "access_denied", "The requested feature is not enabled in this environment.";
    IdpInitatedFlowDisabled = "idp_initated_flow_disabled", 400, "idp_initated_flow_disabled", "IdP-initiated login is disabled for this client.";
    IllegalScope = "illegal_scope", 400, "invalid_scope", "The following scopes are not allowed for this request: [{}].";
    IllegalOriginBrowserRequest = "illegal_origin_browser_request", 400, "invalid_request", "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.";
    IllegalPostLogoutRedirectUri = "illegal_post_logout_redirect_uri", 400, "invalid_request", "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.";
    IllegalRedirectUri = "illegal_redirect_uri", 400, "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";
    InteractionRequired = "interaction_required", 400, "interaction_required", "Your client is configured to use the interaction code flow and user interaction is required to complete the request.";
    InvalidAuthorizationCode = "invalid_authorization_code", 400, "invalid_grant", "The authorization code is invalid or has expired.";
    InvalidBasicAuthCreds = "invalid_basic_auth_creds", 401, "invalid_client", "Found Authentication header but was not valid client credentials.";
    InvalidClient = "invalid_client", 401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid.";
    InvalidClientApplicationType = "invalid_client_application_type", 400, "invalid_request", "Clients with 'application_type' of 'service' are not allowed to access the '{}' endpoint.";
    InvalidClientId = "invalid_client_id", 401, "invalid_client", "Invalid value for 'client_id' parameter.";
    InvalidClientSecret = "invalid_client_secret", 401, "invalid_client", "The client secret supplied for a confidential client is invalid.";
    InvalidMaxAge = "invalid_max_age", 400, "invalid_request", "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.";
    InvalidNonce = "invalid_nonce", 400, "invalid_request", "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types..";
    InvalidPrompt = "invalid_prompt", 400, "invalid_request", "Invalid value for 'prompt' parameter. Supported values: [{}]";
    InvalidPromptForZeroMaxAge = "invalid_prompt_for_zero_max_age", 400, "invalid_request", "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.";
    InvalidRefreshToken = "invalid_refresh_token", 400, "invalid_grant", "The refresh token is invalid or expired.";
    InvalidRequest = "invalid_request", 400, "invalid_request", "Invalid request";
    InvalidState = "invalid_state", 400, "invalid_request", "The authentication request has an invalid 'state' parameter.";
    InvalidUserStatusError = "invalid_user_status_error", 403, "access_denied", "User status is invalid.";
    LoginRequired = "login_required", 400, "login_required", "The client specified not to prompt, but the user is not logged in.";
    MismatchedAuthorizationServer = "mismatched_authorization_server", 400, "invalid_request", "The grant was issued for another authorization server.";
    MismatchedClient = "mismatched_client", 400, "invalid_grant", "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.";
    MismatchedRedirectUri = "mismatched_redirect_uri", 400, "invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.";
    MissingClientCredentials = "missing_client_credentials", 401, "invalid_client", "No client credentials found.";
    MultipleClientCredentials = "multiple_client_credentials", 401, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.";
    MissingInitiateLoginUri = "missing_initiate_login_uri", 400, "missing_initiate_login_uri", "initiate_login_uri is missing.";
    MissingScopes = "missing_scopes", 400, "invalid_scope", "No scopes were requested.";
    MissingTokenRequestParameter = "missing_token_request_parameter", 400, "invalid_request", "The required parameter '{}' is missing.";
    NoDefaultScopes = "no_default_scopes", 400, "invalid_scope", "The authorization server resource does not have any configured default scopes, 'scope' must be provided.";
    NoMatchingPolicy = "no_matching_policy", 401, "access_denied", "Policy evaluation failed for this request, please check the policy configurations.";
    NoMatchingScope = "no_matching_scope", 400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.";
    OpenidNotAllowedClientCreds = "openid_not_allowed_client_creds", 400, "invalid_scope", "Cannot request 'openid' scopes using client credentials.";
    OpenidScopeRequired = "openid_scope_required", 400, "invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.";
    PkceInvalidChallenge = "pkce_invalid_challenge", 400, "invalid_request", "PKCE code challenge contains illegal characters.";
    PkceMissingChallenge = "pkce_missing_challenge", 400, "invalid_request", "PKCE code challenge is required by the application.";
    PkceMissingVerifier = "pkce_missing_verifier", 400, "invalid_request", "PKCE code verifier is required by the application.";
    PkceUnsupportedCodeChallengeMethod = "pkce_unsupported_code_challenge_method", 400, "invalid_request", "PKCE code challenge method is not supported. Valid values: [{}]";
    PkceVerificationFailed = "pkce_verification_failed", 400, "invalid_grant", "PKCE verification failed.";
    PushedAuthorizationRequestUriPresent = "pushed_authorization_request_uri_present", 400, "invalid_request", "The 'request_uri' parameter must not be present in the request.";
    RefreshScopesDenied = "refresh_scopes_denied", 400, "access_denied", "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: {}.";
    RequestExpired = "request_expired", 400, "login_required", "Request expired, please start over and try again.";
    RequestMissingToken = "request_missing_token", 400, "invalid_request", "The 'token' parameter is required.";
    ServerError = "server_error", 500, "server_error", "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.";
    TemporarilyUnavailable = "temporarily_unavailable", 400, "temporarily_unavailable", "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.";
    TokenRequestMissingGrantType = "token_request_missing_grant_type", 400, "invalid_request", "The token request must specify a 'grant_type'. Valid values: [{}]";
    TooManyGroupsInGroupsClaim = "too_many_groups_in_groups_claim", 400, "server_error", "The groups claim matched too many groups and must be configured to match fewer groups.";
    UnauthorizedClient = "unauthorized_client", 400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [{}].";
    UnknownIdp = "unknown_idp", 400, "invalid_request", "Identity provider is not valid.";
    UnmetAuthenticationRequirements = "unmet_authentication_requirements", 400, "unmet_authentication_requirements", "Unable to meet the authentication requirements imposed by 'acr_values' parameter.";
    UnsupportedGrantType = "unsupported_grant_type", 400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: [{}].";
    UnsupportedResponseMode = "unsupported_response_mode", 400, "unsupported_response_mode", "The response mode is not supported by the authorization server. Valid response modes: [query, fragment, form_post, okta_post_message].";
    UnsupportedResponseModeQueryWithTokens = "unsupported_response_mode_query_with_tokens", 400, "unsupported_response_mode", "'query' response mode cannot be used with either the 'id_token' or 'token' response types.";
    UnsupportedResponseType = "unsupported_response_type", 400, "unsupported_response_type", "The response type is not supported by the authorization server. Configured response types: [{}].";
    InvalidApplicationTypeClientCreds = "invalid_application_type_client_credentials", 401, "invalid_client", "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.";
    UnsupportedAuthMethodClientCreds = "unsupported_auth_method_client_creds", 401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.";
    UserRateLimited = "user_rate_limited", 429, "invalid_grant", "API call exceeded rate limit due to too many requests.";
    UserNotAssigned = "user_not_assigned", 400, "access_denied", "User is not assigned to the client application.";
}

impl Code {
    /// Okta's internal name, for the System Log.
    pub(crate) const fn internal(self) -> &'static str {
        self.entry().0
    }

    /// Its `error`.
    pub(crate) const fn error(self) -> &'static str {
        self.entry().2
    }

    /// Its words, where they have no room for a value.
    pub(crate) fn description(self) -> String {
        self.entry().3.to_owned()
    }

    /// With the value that its text has room for, e.g. a list joined by `, `.
    pub(crate) fn with(self, value: impl Into<String>) -> Refusal {
        Refusal { code: self, value: value.into() }
    }
}

/// A catalogue entry with its value: why the org says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: Code,
    value: String,
}

impl Refusal {
    /// The entry of Okta's catalogue that it was made from.
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// The HTTP status, where it is answered directly and not by a redirect.
    pub(crate) const fn status(&self) -> u16 {
        self.code.entry().1
    }

    /// The body, or the parameters of the redirect.
    pub(crate) fn to_oauth(&self) -> OAuthError {
        let (_, _, error, text) = self.code.entry();
        OAuthError::new(error, text.replace("{}", &self.value))
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        code.with("")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_value_takes_its_place_in_the_text() {
        let refusal = Code::IllegalScope.with("a, b");
        assert_eq!(
            refusal.to_oauth().to_string(),
            "invalid_scope (The following scopes are not allowed for this request: [a, b].)"
        );
    }

    #[test]
    fn entries_are_distinct_and_their_statuses_are_those_of_oauth() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.internal()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let (_, status, error, _) = code.entry();
            assert!([400, 401, 403, 429, 500].contains(&status), "{code:?}");
            assert!(error != "invalid_client" || status == 401, "{code:?}");
        }
    }
}
