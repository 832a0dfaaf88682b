//! Dead letters, counted.

use crate::sample::{batch, by, death, durable, fate, letter, wired};
use event::Millis;
use journal::{
    Change, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeliveryStore, Fate, Fates, Intake,
    NewDeadLetter,
};

#[test]
fn dead_letters_are_grouped_by_destination_and_code() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    let there = journal.destination("elsewhere").unwrap();
    journal.append(batch(source, &[here, there], 4, 1)).wait().unwrap();
    for (index, user, died_at) in
        [(0, Some("ada"), 30), (1, Some("ada"), 10), (2, Some("bob"), 20), (3, None, 40)]
    {
        let user = user.map(str::to_owned);
        let letter = NewDeadLetter { user, died_at: Millis(died_at), ..letter(1, index, "bad_score") };
        journal.commit(here, vec![fate(1, index, Fate::Dead), Change::DeadLetter(letter)]).wait().unwrap();
    }
    journal.commit(there, [death(1, 0, "bad_score"), death(1, 1, "another")].concat()).wait().unwrap();
    let group = |destination: &str, code: &str, count, users, (first, last), sample| DeadLetterGroup {
        destination: destination.to_owned(),
        code: code.to_owned(),
        count,
        users,
        first: Millis(first),
        last: Millis(last),
        sample,
    };
    let died = letter(1, 0, "").died_at.0;
    let none = DeadLetterFilter::default;
    let groups = |filter: DeadLetterFilter| {
        let groups = journal.dead_letter_groups(&filter).unwrap();
        assert_eq!(
            groups.iter().map(|one| one.count).sum::<u64>(),
            journal.count_dead_letters(&filter).unwrap().count
        );
        groups
    };
    let all = [
        group("elsewhere", "another", 1, 1, (died, died), 6),
        group("elsewhere", "bad_score", 1, 1, (died, died), 5),
        group("inmoment", "bad_score", 4, 2, (10, 40), 4),
    ];
    assert_eq!(groups(none()), all);
    assert_eq!(groups(DeadLetterFilter { destination: Some(there), ..none() }), all[..2]);
    let ada = DeadLetterFilter { user: Some("ada".to_owned()), ..none() };
    assert_eq!(groups(ada), [group("inmoment", "bad_score", 2, 1, (10, 30), 2)]);
    let early = DeadLetterFilter { from: Some(Millis(15)), to: Some(Millis(40)), ..none() };
    assert_eq!(groups(early), [group("inmoment", "bad_score", 2, 2, (20, 30), 3)]);
    let counted = |filter: DeadLetterFilter| {
        let DeadLetterCount { count, up_to } = journal.count_dead_letters(&filter).unwrap();
        (count, up_to)
    };
    assert_eq!(counted(none()), (6, Some(6)));
    assert_eq!(counted(DeadLetterFilter { user: Some("ada".to_owned()), ..none() }), (2, Some(2)));
    assert_eq!(counted(DeadLetterFilter { code: Some("no such".to_owned()), ..none() }), (0, None));
    assert_eq!(counted(DeadLetterFilter { up_to: Some(3), ..none() }), (3, Some(3)));
    journal.discard(DeadLetterFilter { code: Some("bad_score".to_owned()), ..none() }, by()).wait().unwrap();
    assert_eq!(groups(none()), all[..1]);
}
