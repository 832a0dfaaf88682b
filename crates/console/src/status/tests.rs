use super::*;
use delivery::DestinationState;
use journal::JournalError;

fn totals(accepted: u64, delivered: u64, dead: u64, pending: u64, duplicates: u64) -> LedgerTotals {
    LedgerTotals {
        accepted,
        delivered,
        skipped: [(SkipCode::Duplicate, duplicates)].into_iter().filter(|(_, count)| *count > 0).collect(),
        dead,
        pending,
        message_ids_reused: delivered / 2,
    }
}

fn well(trouble: Option<&JournalError>) -> StorageHealthView {
    StorageHealthView::of(
        trouble,
        &journal::JournalStatus::default(),
        &crate::observations::Ingress::default(),
    )
}

fn glance(state: DestinationState) -> Glance {
    Glance {
        state,
        trouble: None,
        calls: 7,
        calls_saved: journal::SavedCalls { known: 1, merged: 1, unchanged: 0 },
        in_flight: 1,
        lanes: 3,
        unfinished: 3,
        budget: None,
        allowance: None,
    }
}

fn ledger(parts: &[(&str, LedgerTotals)], unrouted: u64) -> Ledger {
    let destinations = parts.iter().map(|(name, totals)| ((*name).to_owned(), totals.clone())).collect();
    Ledger { destinations, unrouted }
}

#[test]
fn counts_are_summed_over_destinations_and_what_went_nowhere() {
    let ledger = ledger(&[("a", totals(10, 4, 1, 3, 2)), ("gone", totals(5, 4, 0, 1, 0))], 6);
    let status = of(
        &ledger,
        &[("a".to_owned(), glance(DestinationState::Running))],
        well(None),
        &Configuration::default(),
        "1",
    );
    let json = serde_json::to_value(&status).unwrap();
    for (key, wanted) in
        [("accepted", 21), ("skipped", 8), ("delivered", 8), ("pending", 4), ("dead", 1), ("imbalance", 0)]
    {
        assert_eq!(json[key], wanted, "{key}");
    }
    assert_eq!(json["skipped_by"]["duplicate"], 2);
    assert_eq!(json["skipped_by"]["no_destination"], 6);
    assert_eq!(json["settled"], false);
    assert_eq!(json["destinations"][0]["calls_saved"], 2);
    assert_eq!(json["destinations"][1]["state"], "removed");
    assert!(json["destinations"][1]["reason"].as_str().unwrap().contains("no longer configured"));
}

#[test]
fn what_holds_a_destination_up_is_told_in_every_state() {
    for state in DestinationState::ALL {
        let trouble = delivery::Trouble {
            code: "connection",
            since: event::Millis(1_795_000_000_000),
            tries: 9,
            last_words: "no connection to InMoment".to_owned(),
            next_try: None,
        };
        let glances = [("a".to_owned(), Glance { trouble: Some(trouble), ..glance(state) })];
        let json = serde_json::to_value(of(
            &Ledger::default(),
            &glances,
            well(None),
            &Configuration::default(),
            "1",
        ))
        .unwrap();
        let told = &json["destinations"][0];
        assert_eq!(
            (&told["state"], &told["reason"]),
            (&state.word().into(), &"no connection to InMoment".into())
        );
        assert_eq!((&told["trouble"]["code"], &told["trouble"]["tries"]), (&"connection".into(), &9.into()));
        assert!(told["trouble"]["next_try"].is_null() && told["trouble"]["what_to_do"].is_string(), "{told}");
    }
}

#[test]
fn an_imbalance_is_shown_with_its_sign() {
    let status =
        of(&ledger(&[("a", totals(3, 5, 0, 0, 0))], 0), &[], well(None), &Configuration::default(), "1");
    assert_eq!((status.imbalance, status.settled), (-2, true));
}

#[test]
fn a_configured_destination_shows_before_its_first_event() {
    let glances = [("new".to_owned(), glance(DestinationState::Paused))];
    let json = serde_json::to_value(of(
        &Ledger::default(),
        &glances,
        well(Some(&JournalError::Full)),
        &Configuration::default(),
        "1",
    ))
    .unwrap();
    assert_eq!(json["destinations"][0]["name"], "new");
    assert_eq!(json["destinations"][0]["state"], "paused");
    assert_eq!(json["settled"], true);
    assert_eq!(json["journal"]["healthy"], false);
    assert_eq!(json["journal"]["reason"], "the disk that holds the journal is full");
    assert_eq!(json["journal"]["code"], "journal_full");
}
