//! Okta's wire facts, a test for each: status, headers, bodies in their order, texts to the letter.
//!
//! The numbers are those of the tables of facts that this org was made from; a row is followed by its test.
//!
//! **4.1 URLs** ([`urls`]): issuer `an_issuer_is_named_in_what_it_issues`; endpoints
//! `all_endpoints_are_below_both_issuers`; discovery `discovery_of_a_custom_server_has_all_keys_in_order`,
//! `discovery_of_the_orgs_own_server`, `the_oauth_variant_is_at_two_addresses`; access token
//! `access_tokens_are_yours_to_verify_on_a_custom_server_and_opaque_on_the_orgs_own`; errors
//! `errors_of_metadata_have_the_shape_of_oktas_apis`.
//!
//! **4.2 `/authorize`** ([`authorize`]): required parameters
//! `client_id_response_type_redirect_uri_scope_and_state_are_required`; `nonce`
//! `a_nonce_is_optional_for_a_code_and_comes_back_in_the_id_token`; PKCE
//! `a_code_challenge_is_required_of_an_app_without_a_secret_and_s256_only`; `response_mode`
//! `the_response_mode_is_query_unless_another_of_the_four_is_asked_for`,
//! `okta_post_message_goes_to_the_origin_of_the_redirect_uri`; `prompt` `prompt_says_who_is_asked`; `max_age`
//! `max_age_is_within_its_range_and_zero_always_asks_again`; `acr_values`
//! `of_acr_values_one_is_picked_and_unsupported_ones_are_ignored`; the rest `other_parameters_are_optional`; success
//! `success_is_a_redirect_with_code_and_state`; refusals `a_bad_client_or_redirect_uri_redirects_nowhere`,
//! `other_errors_are_a_redirect_with_error_description_and_state`; session
//! `a_session_is_silent_and_without_one_the_sign_in_page_is_good_for_an_hour`; code
//! `a_code_is_good_once_and_for_300_seconds`; scope `a_scope_has_at_most_4096_characters`; silence
//! `prompt_none_without_a_session_is_a_redirect`; consent `consent_is_asked_for_where_app_and_scope_need_it`; not AJAX
//! `it_is_for_navigation_and_not_for_pages_of_other_origins`.
//!
//! **4.3 `/token`** ([`token`]): code request and answer
//! `a_code_request_is_answered_in_oktas_order_and_kept_out_of_caches`; refresh
//! `a_refresh_request_is_answered_like_a_code_request`; service
//! `a_service_shows_basic_and_gets_an_access_token_alone`; which tokens `an_id_token_needs_openid`,
//! `a_refresh_token_needs_offline_access_at_authorize`; CORS `a_preflight_tells_origin_method_and_time`,
//! `cors_is_enforced_for_each_client_by_its_redirect_uris`; order `requests_are_checked_in_oktas_order`,
//! `codes_are_checked_in_oktas_order`.
//!
//! **4.4 refresh tokens** ([`rotation`]): default `an_spa_rotates_with_a_grace_of_30_seconds`,
//! `the_grace_is_0_to_60_seconds`; in grace `in_the_grace_time_the_previous_token_returns_new_tokens`; after it
//! `after_the_grace_time_the_family_its_access_tokens_and_the_newest_token_die_and_it_is_logged`; expiry
//! `a_new_token_inherits_the_first_ones_end`; policy
//! `by_default_there_is_no_end_and_7_days_unused_and_use_restarts_them`; scope
//! `a_renewal_asks_for_granted_scopes_only`; claims `renewed_tokens_keep_acr_and_auth_time`; format
//! `a_refresh_token_is_43_characters_of_base64url`; servers
//! `the_orgs_own_server_gives_90_days_an_hour_each_and_a_name_of_its_own_to_the_event`,
//! `a_custom_server_gives_access_tokens_an_hour_by_default_and_id_tokens_always`.
//!
//! **4.5 tokens** ([`claims`]): access token `an_access_token_has_kid_and_alg_and_oktas_claims_in_order`,
//! `an_access_token_names_its_class_only_where_it_was_asked_for_and_its_refresh_family`,
//! `custom_claims_stand_beside_the_fixed_ones`,
//! `a_services_token_has_no_uid_and_its_sub_and_cid_are_the_client_id`; ID token
//! `an_id_token_has_oktas_claims_in_order`, `an_id_token_has_its_base_claims_always_and_no_others`; scopes
//! `userinfo_has_what_the_scopes_cover_and_the_id_token_a_part_of_it`; groups
//! `a_groups_claim_of_more_than_100_groups_is_a_server_error`; `at_hash`
//! `at_hash_is_the_left_half_of_the_access_tokens_digest`.
//!
//! **4.6 the other endpoints**: `/userinfo`, `/keys`, `/introspect` and `/revoke` are in [`resources`], whose tests begin
//! with `userinfo_`, `keys_` (and `the_next_key_is_published_ahead`), `introspection_` and `revocation_`; `/logout` and
//! sessions in [`sessions`].
//!
//! **4.7 errors** ([`token_errors`], [`callback_errors`]): tests begin with the `error` and go on with the words of the
//! row; the two shapes and the legacy entries close [`token_errors`]. One row is not here:
//! `insufficient_user_authentication` is what an API answers (`okta-actix` does). DPoP, with `use_dpop_nonce`, is in
//! [`dpop`].
//!
//! **4.8 limits and policies** ([`limits`]): 429 `a_limit_is_told_with_each_answer_and_ends_with_429`,
//! `keys_and_metadata_are_not_limited`, `a_person_has_so_many_token_requests_a_second`, and those that hold by default
//! in [`crate::limits`]; policies `the_first_rule_that_matches_is_applied`, `no_rule_that_matches_is_access_denied`,
//! `a_rule_gives_the_lifetimes_of_refresh_tokens_too`; `a_trusted_origin_has_a_name_an_origin_and_scopes`;
//! `an_app_tells_where_a_sign_in_is_begun_for_it`.

mod authorize;
mod callback_errors;
mod claims;
mod dpop;
mod limits;
mod resources;
mod rotation;
mod sessions;
mod token;
mod token_errors;
mod urls;
mod wire;

/// The README's list of what no live org has confirmed, and the constants it stands for.
#[test]
fn the_readme_names_every_unverified_constant_and_no_other() {
    let (readme, source) = (include_str!("../../../README.md"), include_str!("../../../src/unverified.rs"));
    let (_, section) = readme.split_once("\n## Unverified against a live org\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut constants: Vec<_> =
        source.lines().filter_map(|line| line.strip_prefix("pub(crate) const ")?.split(':').next()).collect();
    let is_constant =
        |word: &&str| word.contains('_') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let mut named: Vec<_> = section.split('`').skip(1).step_by(2).filter(is_constant).collect();
    constants.sort_unstable();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named, constants, "README and src/unverified.rs differ");
}
