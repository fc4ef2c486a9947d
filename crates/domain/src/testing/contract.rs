//! What every store promises, clause by clause. A clause is an async function whose name is the sentence that it holds
//! the store to; it gets an empty store and panics where the store does otherwise.
//!
//! [`store_contract!`](crate::store_contract) makes one `#[test]` of each:
//!
//! ```
//! # mod example {
//! use std::sync::Arc;
//! use vestibule_domain::testing::{MemoryStore, block_on, contract::Clause};
//!
//! fn on_an_empty_store(clause: Clause) {
//!     block_on(clause(Arc::new(MemoryStore::default())));
//! }
//!
//! vestibule_domain::store_contract!(on_an_empty_store);
//! # }
//! ```
#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    reason = "a clause's name says what it asks, a panic is how a store fails it, and all begin with one fixture"
)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::ports::Store;

pub mod administration;
pub mod administrators;
pub mod applying;
pub mod arrivals;
pub mod auditing;
pub mod credentials;
pub mod directory;
mod fixture;
pub mod history;
pub mod housekeeping;
pub mod importing;
pub mod keyed_requests;
pub mod keys;
pub mod links;
pub mod outbox;
pub mod password_links;
pub mod portal;
pub mod purging;
pub mod racing;
pub mod recording;
pub mod refreshing;
pub mod refusing;
pub mod sessions;
pub mod setup_links;
pub mod sign_ons;
pub mod snapshots;
pub mod tenants;
pub mod trials;
pub mod users;

/// A clause, ready to be run on an empty store.
pub type Clause = fn(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Makes one test of each clause of the [`contract`](crate::testing::contract). `$run` is a function that takes a
/// [`Clause`], makes an empty store and runs the one on the other.
#[macro_export]
macro_rules! store_contract {
    ($run:path) => {
        $crate::store_contract! { $run =>
            directory:
                an_organization_is_found_by_its_slug,
                connections_are_listed_by_key,
                a_connection_is_found_by_key_with_all_that_a_sign_in_needs,
                a_connection_is_found_by_the_exact_entity_id_of_its_identity_provider,
                a_connection_found_by_its_issuer_is_as_it_is_now;
            snapshots:
                an_empty_store_knows_nobody,
                a_user_is_found_by_the_exact_name_id,
                a_user_is_found_by_address_without_letter_case,
                name_ids_that_differ_in_letter_case_or_space_are_near_misses,
                identity_and_address_may_lead_to_two_users,
                a_pending_request_is_found_even_when_it_has_expired,
                a_used_assertion_is_used_on_its_connection_alone,
                the_last_links_to_the_owner_of_an_address_are_known;
            recording:
                a_first_sign_in_writes_everything,
                a_refusal_writes_history_alone,
                a_question_to_the_owner_of_an_address_writes_a_link,
                an_update_changes_the_row_and_nothing_about_how_it_came_to_be,
                an_update_adds_and_changes_assignments_and_removes_none,
                an_update_adds_identities_and_removes_none,
                a_request_is_answered_once,
                a_name_id_in_another_letter_case_is_another_identity,
                the_same_name_id_and_address_may_exist_in_another_organization,
                untrusted_responses_are_kept_up_to_a_number,
                responses_that_were_verified_do_not_count_as_untrusted,
                any_text_can_be_recorded,
                the_longest_texts_are_kept_and_told_apart;
            refusing:
                nothing_is_written_when_what_it_was_decided_on_changed,
                nothing_is_written_through_a_connection_that_is_gone,
                nothing_is_written_through_a_connection_of_another_organization,
                nothing_is_written_when_the_assertion_is_used,
                nothing_is_written_when_the_request_is_gone,
                nothing_is_written_when_the_request_is_of_another_connection,
                nothing_is_written_when_the_user_changed,
                nothing_is_written_when_the_user_does_not_exist,
                nothing_is_written_of_a_refused_user_who_does_not_exist,
                nothing_is_written_when_the_address_is_taken,
                nothing_is_written_when_an_update_takes_an_address,
                nothing_is_written_when_the_identity_is_taken,
                nothing_is_written_when_the_user_has_another_identity_on_the_connection,
                nothing_is_written_when_a_letter_or_session_exists;
            arrivals:
                what_arrived_is_kept_with_its_sign_in_until_its_time_is_over,
                what_arrived_in_another_organization_is_not_there,
                what_arrived_untrusted_is_kept_where_its_record_is,
                nothing_that_arrived_is_kept_of_what_is_not_recorded,
                a_purged_user_takes_along_what_arrived;
            links:
                a_link_binds_the_identity_once,
                a_redeemed_link_is_one_more_version_of_the_user,
                redeeming_a_link_uses_up_the_others_of_the_user_and_of_the_identity,
                an_expired_link_is_none,
                a_link_of_a_deactivated_user_is_none,
                a_link_mailed_to_an_address_that_the_user_has_no_longer_is_none,
                a_link_to_an_identity_that_is_taken_conflicts,
                a_link_to_a_user_with_another_identity_conflicts;
            sessions:
                a_session_names_person_organization_and_connection,
                a_session_ends,
                the_sessions_that_an_identity_provider_names_end,
                a_session_expires,
                a_deactivated_user_loses_all_sessions_for_good,
                a_session_ends_with_the_identity_by_which_it_began,
                sessions_of_a_user_are_listed_oldest_first_and_ended;
            administration:
                organizations_are_read_back_and_unique_by_slug,
                an_organization_is_replaced_at_the_expected_version,
                replacing_an_organization_leaves_its_catalog,
                a_logo_is_replaced_and_removed_at_the_expected_version,
                a_logo_goes_with_its_organization,
                a_deleted_organization_takes_everything_with_it,
                a_catalog_is_replaced_at_the_expected_version,
                a_catalog_that_lacks_values_in_use_is_refused_by_their_names,
                a_catalog_that_lacks_a_default_is_refused_by_its_name,
                a_connection_is_unique_by_key_and_entity_id,
                a_connection_is_replaced_at_the_expected_version,
                a_deleted_connection_leaves_users_and_history,
                an_identity_provider_is_replaced_and_removed,
                an_entity_id_belongs_to_one_connection_of_an_organization,
                settings_are_replaced_at_the_expected_version_and_catalog,
                organizations_are_paged_oldest_first;
            credentials:
                api_keys_are_found_by_their_hash_and_by_their_id,
                every_field_of_an_api_key_is_read_back,
                api_keys_are_listed_oldest_first_by_whose_they_are,
                api_keys_are_listed_by_the_administrator_who_made_them,
                a_revoked_api_key_is_gone,
                the_last_use_of_an_api_key_is_kept,
                an_api_key_of_an_organization_goes_with_it;
            administrators:
                every_field_of_an_administrator_is_read_back,
                an_administrator_is_found_by_address_without_letter_case,
                an_address_belongs_to_one_administrator,
                administrators_are_listed_oldest_first_by_where_they_administer,
                an_administrator_is_replaced_at_the_expected_version,
                an_administrator_of_no_organization_cannot_be_added,
                a_deleted_organization_leaves_its_administrators_without_it,
                the_first_administrator_is_the_first,
                of_simultaneous_first_administrators_one_is_added;
            portal:
                attempts_are_counted_on_what_was_seen_alone,
                of_simultaneous_attempts_one_is_counted,
                a_portal_session_names_its_administrator,
                beginning_a_session_is_written_whole,
                no_session_begins_of_an_administrator_who_changed,
                a_portal_session_ends_by_age_idleness_and_hand,
                a_use_of_a_portal_session_is_written_down,
                sessions_of_an_administrator_end_together,
                a_disabled_administrator_has_no_session,
                portal_sessions_are_listed_newest_first,
                old_portal_sessions_and_attempts_are_swept;
            sign_ons:
                one_connection_is_the_administrators_or_none,
                naming_a_connection_gives_each_part_of_it_one_more_version,
                only_a_connection_that_lets_people_in_is_named,
                an_administrators_request_is_read_back_and_swept,
                an_administrator_is_linked_and_signed_in_in_one_step,
                a_sign_on_is_written_on_what_it_was_decided_on_alone,
                nobody_who_may_not_signs_in_by_single_sign_on,
                an_identity_is_of_one_administrator_and_an_administrator_has_one,
                an_identity_is_kept_until_it_is_forgotten,
                what_belongs_to_a_naming_goes_with_it,
                a_naming_goes_with_its_organization,
                a_session_ends_with_what_it_began_by,
                a_refused_sign_on_uses_its_request_up,
                of_simultaneous_answers_to_a_request_one_signs_in,
                of_simultaneous_first_sign_ons_one_links,
                of_simultaneous_namings_one_is_written;
            auditing:
                every_field_of_an_audit_event_is_read_back,
                audit_events_are_paged_newest_first,
                audit_events_are_filtered_by_every_condition,
                an_organization_sees_no_audit_event_of_another,
                the_trail_of_a_deleted_organization_is_gone_but_for_its_deletion;
            keys:
                service_keys_are_read_back_oldest_first,
                a_use_has_one_key_in_each_state,
                activating_the_next_key_makes_the_current_one_previous,
                only_a_next_key_is_activated,
                no_key_is_activated_while_there_is_a_previous_one,
                a_use_with_a_next_key_alone_gets_a_current_one,
                a_key_is_removed_unless_it_is_current;
            users:
                every_field_of_a_user_is_read_back,
                a_user_is_created_at_the_catalog_they_were_checked_against,
                a_created_user_may_take_neither_address_nor_identity,
                a_replaced_user_is_exactly_as_written,
                a_user_is_replaced_at_the_expected_version_and_catalog,
                a_replaced_user_may_take_neither_address_nor_identity,
                an_address_may_change_its_letter_case,
                users_are_paged_oldest_first,
                users_are_filtered_by_address,
                users_are_filtered_by_name_id,
                users_are_filtered_by_the_beginning_of_a_name_or_address,
                users_are_filtered_by_activity,
                all_conditions_on_users_hold_together,
                any_conditions_on_users_hold_together;
            purging:
                a_purged_user_is_gone_with_all_that_is_theirs,
                a_purged_person_may_come_again_as_somebody_new,
                a_user_is_purged_at_the_expected_version,
                nobody_reads_whose_sign_ins_those_of_a_purged_user_were,
                nobody_reads_what_events_said_of_a_purged_user,
                what_is_written_of_a_purged_user_goes_batch_by_batch,
                a_purge_touches_nobody_else,
                two_simultaneous_purges_are_one,
                a_simultaneous_sign_in_leaves_nothing_of_a_purged_user;
            history:
                every_field_of_a_sign_in_is_read_back,
                a_sign_in_without_anything_is_read_back,
                sign_ins_are_paged_newest_first,
                sign_ins_are_filtered_by_every_condition,
                sign_ins_are_counted_by_day_and_outcome;
            trials:
                a_trial_is_read_back_until_it_expires,
                a_trial_is_answered_once_and_kept_for_longer_then,
                an_expired_trial_takes_no_answer_and_is_swept,
                the_trials_of_an_organization_are_counted,
                a_trial_goes_with_its_connection;
            outbox:
                letters_are_claimed_oldest_first_and_once,
                letters_that_did_not_arrive_are_counted,
                every_kind_of_letter_is_read_back,
                a_letter_may_be_in_no_organizations_name,
                a_lease_that_ends_frees_the_letter,
                a_delivered_letter_is_never_claimed_again,
                a_letter_given_up_is_never_claimed_again,
                a_letter_is_tried_again_when_it_is_due,
                who_lost_the_lease_cannot_settle,
                a_letter_is_settled_once_an_attempt,
                nobody_settles_what_was_never_claimed;
            setup_links:
                a_setup_link_is_read_back_and_found_until_it_expires,
                setup_links_are_listed_by_the_administrator_who_had_them_mailed,
                a_setup_session_names_its_link,
                a_setup_session_ends_by_age_idleness_and_hand,
                no_setup_session_begins_by_a_link_that_is_gone,
                sessions_go_with_their_setup_link,
                setup_links_go_with_their_organization,
                a_setup_link_is_swept_when_it_is_long_expired;
            password_links:
                a_password_link_is_found_by_its_token_until_it_expires,
                a_password_link_is_added_to_what_was_seen_alone,
                of_simultaneous_password_links_one_is_added,
                a_password_is_set_by_a_link_once,
                nobody_sets_a_password_by_the_link_of_another,
                of_simultaneous_uses_of_a_password_link_one_counts,
                password_links_go_where_sessions_end,
                an_administrator_is_invited_in_one_step,
                an_invitation_is_taken_back_until_it_is_accepted,
                a_password_link_is_swept_when_its_letter_counts_no_more,
                an_operator_who_can_sign_in_is_always_left;
            refreshing:
                a_refresh_is_read_back_with_what_it_stands_on,
                metadata_that_does_not_come_from_an_address_is_never_due,
                another_address_forgets_what_was_known_of_the_one_before,
                refreshes_are_claimed_longest_due_first_and_once,
                a_settled_refresh_is_due_again_at_its_time,
                a_new_description_is_taken_with_all_that_is_told_of_it,
                nothing_is_settled_by_who_has_not_seen_the_last_of_it,
                a_refresh_goes_with_its_connection,
                two_simultaneous_claims_share_no_refresh,
                a_certificate_is_warned_of_once_for_each_of_the_days,
                a_warning_needs_its_connection,
                two_simultaneous_warnings_are_one_letter;
            importing:
                an_import_is_read_back_as_it_goes_on,
                imports_are_paged_newest_first,
                an_organization_sees_no_import_of_another,
                an_organization_has_one_import_at_a_time,
                an_import_is_known_by_its_key,
                a_table_that_stops_arriving_fails_when_its_lease_ends,
                an_abandoned_table_was_never_there,
                rows_are_worked_off_by_person_and_line,
                results_are_listed_by_line,
                an_import_is_claimed_by_one_at_a_time,
                the_import_that_has_waited_longest_is_claimed_first,
                what_rows_touch_is_found,
                people_are_written_with_their_results,
                people_are_settled_on_what_was_seen_alone,
                an_import_ends_once,
                an_import_is_kept_for_a_time_and_its_table_is_not,
                a_removed_import_is_seen_no_more,
                an_import_goes_with_its_organization,
                of_two_simultaneous_imports_one_begins,
                two_simultaneous_claims_share_no_import;
            applying:
                a_dry_run_is_applied_with_the_table_that_it_had,
                what_nobody_tried_has_nothing_foreseen,
                a_dry_run_is_applied_once_and_in_its_time,
                of_two_who_apply_a_dry_run_at_once_one_does,
                an_application_and_a_new_import_do_not_both_begin,
                a_table_is_kept_until_it_cannot_be_applied_any_more,
                who_is_erased_is_in_no_table_that_is_kept,
                an_organization_has_a_bounded_number_of_tables,
                an_organization_has_a_bounded_number_of_imports;
            keyed_requests:
                a_request_is_claimed_once_and_its_answer_given_again,
                a_request_is_claimed_again_when_its_lease_ends,
                a_released_request_was_never_sent,
                a_key_of_a_request_is_of_no_other,
                each_api_key_has_requests_of_its_own,
                a_request_is_swept_when_its_time_is_over,
                requests_go_with_their_api_key,
                a_purged_user_takes_along_the_answers_about_them,
                an_api_key_has_so_many_requests_and_no_more,
                of_two_simultaneous_claims_one_is_new;
            housekeeping:
                a_store_with_its_tables_is_ready,
                what_has_expired_is_swept_and_nothing_else,
                a_sweep_takes_no_more_than_its_limit,
                a_settled_letter_is_swept_after_its_days,
                what_is_old_is_forgotten_and_nothing_else,
                what_is_old_is_forgotten_step_by_step;
            tenants:
                an_organization_sees_no_connection_of_another,
                an_organization_sees_no_user_of_another,
                an_organization_sees_no_sign_in_of_another,
                a_snapshot_sees_nothing_of_another_organization,
                a_catalog_ignores_what_users_of_another_organization_hold,
                a_user_may_have_no_identity_on_a_connection_of_another_organization,
                a_request_needs_a_connection_of_its_organization;
            racing:
                two_simultaneous_first_sign_ins_make_one_user_and_one_mail,
                two_simultaneous_claims_share_no_letter,
                two_simultaneous_redemptions_bind_once,
                two_simultaneous_changes_of_a_user_conflict,
                of_simultaneous_first_keys_one_is_kept,
                a_key_is_activated_once,
                no_catalog_loses_a_value_that_somebody_gets_meanwhile,
                no_catalog_loses_a_default_that_is_saved_meanwhile,
                of_simultaneous_untrusted_responses_no_more_than_the_number_are_kept
        }
    };
    ($run:path => $($module:ident: $($clause:ident),+);+) => {
        $($(
            #[test]
            fn $clause() {
                $run(|store| Box::pin($crate::testing::contract::$module::$clause(store)));
            }
        )+)+
    };
}
