use super::RecordedCall;
use inmoment::{Call, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite};

fn id() -> String {
    "7".to_owned()
}

/// A version must read the words that it writes; otherwise every restart would look for answers that were never sent.
#[test]
fn the_kind_of_every_call_that_is_recorded_is_read_again() {
    let write = || ResponseWrite { score: "9".into(), ..ResponseWrite::default() };
    let calls = [
        (Call::CreateEndUser(EndUserWrite::default()), RecordedCall::CreateEndUser),
        (
            Call::UpdateEndUser { end_user_id: id(), write: EndUserWrite::default() },
            RecordedCall::UpdateEndUser,
        ),
        (Call::CreateResponse { end_user_id: id(), write: write() }, RecordedCall::CreateResponse),
        (
            Call::CreateDecline { end_user_id: id(), write: FeedbackWrite::default() },
            RecordedCall::CreateDecline,
        ),
    ];
    for (call, kind) in calls {
        assert!(call.writes());
        assert_eq!(RecordedCall::read(call.kind()), kind);
    }
}

/// A kind that this version does not know may have been an answer.
#[test]
fn a_kind_that_is_not_known_counts_as_an_answer() {
    for word in ["", "create_answer_2", Call::GetEndUser(Lookup::Id(id())).kind()] {
        let kind = RecordedCall::read(word);
        assert_eq!(kind, RecordedCall::Unknown);
        assert!(kind.may_have_sent_answer());
    }
}
