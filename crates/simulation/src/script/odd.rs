//! Messages that are not for InMoment, and messages that can never be delivered: each is right but for one thing.

use super::message::{Alias, Message, What};
use crate::dice::Dice;
use event::Millis;
use event::time::Moment;
use serde_json::{Value, json};

/// A message that is not for InMoment, or can never be delivered.
pub(super) fn message(source: usize, number: usize, time: Millis, dice: &mut Dice) -> Message {
    let what = dice.pick(&[
        What::Page,
        What::OptedOut,
        What::NotAnObject,
        What::WithoutIds,
        What::AnonymousOnly,
        What::WithoutType,
        What::WithoutScore,
        What::BadScore,
        What::WithoutEventType,
        What::OrdinaryTrack,
    ]);
    let id = format!("id-{source}-{number}");
    let mut event =
        json!({"type": "track", "messageId": id, "userId": "somebody", "context": {"ip": "203.0.113.7"}});
    event["integrations"] = json!({"Wootric": {"eventType": "create response"}});
    event["properties"] = json!({"feedbackScore": 7, "url": "https://app.example.com/"});
    event["sentAt"] = json!(Moment::from_millis(time).map(Moment::rfc3339));
    match what {
        What::Page => event["type"] = json!("page"),
        What::OptedOut => event["integrations"] = json!({"Wootric": false}),
        What::NotAnObject => event = json!(number),
        What::WithoutIds => event["userId"] = Value::Null,
        What::AnonymousOnly => {
            event["userId"] = Value::Null;
            event["anonymousId"] = json!("anonymous");
        }
        What::WithoutType => event["type"] = Value::Null,
        What::WithoutScore => event["properties"]["feedbackScore"] = Value::Null,
        What::OrdinaryTrack => {
            event["integrations"] = json!({"All": true});
            event["properties"] = json!({"sku": "hat", "price": 9});
        }
        What::BadScore => event["properties"]["feedbackScore"] = json!(11),
        _ => event["integrations"] = json!({"Wootric": true}),
    }
    Message {
        what,
        person: None,
        alias: Alias::External,
        message_id: id,
        content: number,
        token: format!("m{number}"),
        email: None,
        phone: None,
        properties: Vec::new(),
        contested_email: false,
        contested_phone: false,
        text: event.to_string(),
    }
}
