//! What every journal must do. Each test runs against each of them.

mod again;
mod delivery;
mod letters;
mod log;

/// Makes a module of tests for a kind of journal: `$journal` is one, empty, for the length of a test.
macro_rules! conformance {
    ($kind:ident, $open:expr) => {
        conformance! { @ $kind, $open,
            log: names_keep_their_numbers, requests_are_read_back_as_they_came, numbers_start_at_one_and_grow, reading_stops_at_the_limit_but_never_before_one_request, only_what_is_routed_here_and_pending_is_read, an_unrouted_request_is_counted_and_read_by_nobody, the_ledger_balances_for_two_destinations, appends_are_told, unknown_numbers_are_refused;
            again: a_stored_event_is_replayed, an_edited_letter_is_a_request_of_its_own, only_one_json_object_can_stand_in_for_a_letter, the_oldest_pending_event_is_told;
            delivery: an_event_meets_one_fate, a_commit_is_all_or_nothing, a_dead_event_and_its_letter_come_together, the_cursor_passes_nothing_pending, standing_state_is_restored, message_ids_are_remembered_by_source_and_time, a_message_id_is_remembered_with_each_of_its_contents, reused_message_ids_are_counted_beside_the_fates, users_and_links_are_remembered, conflicts_are_remembered_until_they_end;
            letters: dead_letters_are_kept_whole, dead_letters_are_paged_and_filtered, a_requeued_letter_is_a_request_of_its_own, a_requeued_single_event_keeps_its_forced_type, a_letter_that_dies_again_keeps_its_first_index, letters_are_filtered_by_what_they_are_about, discarded_letters_are_skipped;
        }
    };
    (@ $kind:ident, $open:expr, $($group:ident: $($name:ident),+;)+) => {
        mod $kind {
            $($(#[test] fn $name() { ($open)(super::$group::$name); })+)+
        }
    };
}

conformance!(memory, |test: fn(&dyn journal::Journal)| test(&journal::MemoryJournal::new()));
conformance!(replicas, |test: fn(&dyn journal::Journal)| test(&crate::replicas::Replicas::new(2)));
conformance!(sqlite, |test: fn(&dyn journal::Journal)| {
    let (journal, _folder) = crate::sample::durable();
    test(&journal);
});
