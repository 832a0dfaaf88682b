//! What the SDKs are going to send: messages with what must become of them, and the batches they travel in.
//!
//! Every message carries a token of its own (an answer's text or page, an identify's trait `last`), so that the oracle
//! finds it again in InMoment's request log.

mod message;
mod odd;

pub(crate) use message::{Alias, Message, What};

use crate::crowd::{Naming, Person, PersonKind};
use crate::dice::Dice;
use crate::scenario::Scenario;
use bytes::Bytes;
use event::time::Moment;
use event::{Millis, RequestShape};
use serde_json::{Map, Value, json};

/// One request body.
pub(crate) struct Batch {
    /// Not sent before this.
    pub(crate) at: u64,
    pub(crate) shape: RequestShape,
    pub(crate) messages: Vec<usize>,
    pub(crate) body: Bytes,
}

/// Everything that is sent.
pub(crate) struct Script {
    pub(crate) messages: Vec<Message>,
    /// For each source, in order.
    pub(crate) batches: Vec<Vec<Batch>>,
}

impl Message {
    /// What it gives may be another person's.
    pub(crate) fn contested(&self) -> bool {
        self.contested_email || self.contested_phone
    }

    /// The event without what a sender adds to it on each try.
    fn says(&self) -> Value {
        let mut event = serde_json::from_str::<Value>(&self.text).unwrap_or_default();
        if let Value::Object(event) = &mut event {
            event.remove("sentAt");
        }
        event
    }

    /// As an SDK writes it when it sends it again: later, and in whatever order its keys come.
    fn written_anew(&self) -> Message {
        let text = match serde_json::from_str::<Value>(&self.text) {
            Ok(Value::Object(event)) => {
                let members: Vec<(String, Value)> = event.into_iter().collect();
                let mut event: Map<String, Value> = members.into_iter().rev().collect();
                event.insert("sentAt".to_owned(), json!("2026-12-31T23:59:59.999Z"));
                format!("{:#}", Value::Object(event))
            }
            _ => self.text.clone(),
        };
        Message { text, ..self.clone() }
    }
}

/// What has been written for a person so far.
#[derive(Clone, Default)]
struct Past {
    identifies: Vec<usize>,
    count: usize,
}

impl Script {
    /// Writes the script. `begin` is when the history begins.
    pub(crate) fn write(scenario: &Scenario, people: &[Person], begin: Millis, dice: &mut Dice) -> Script {
        let mut script = Script { messages: Vec::new(), batches: Vec::new() };
        let mut past = vec![Past::default(); people.len()];
        for source in 0..scenario.sources {
            let mine: Vec<usize> = (0..people.len()).filter(|place| people[*place].home == source).collect();
            let count = scenario.messages / scenario.sources as u64;
            let batches =
                script.source(source, &mine, people, &mut past, (count, scenario.calm_at), begin, dice);
            script.batches.push(batches);
        }
        for message in &mut script.messages {
            let several =
                |claims: &dyn Fn(&Person) -> bool| people.iter().filter(|one| claims(one)).count() > 1;
            let Message { email, phone, .. } = &*message;
            let email = email.as_ref().is_some_and(|email| several(&|one| one.claims_email(email)));
            let phone = phone.as_ref().is_some_and(|phone| several(&|one| one.claims_phone(phone)));
            (message.contested_email, message.contested_phone) = (email, phone);
        }
        script
    }

    #[expect(clippy::too_many_arguments, reason = "one call, and a struct would only rename the arguments")]
    fn source(
        &mut self,
        source: usize,
        mine: &[usize],
        people: &[Person],
        past: &mut [Past],
        (count, until): (u64, u64),
        begin: Millis,
        dice: &mut Dice,
    ) -> Vec<Batch> {
        let mut batches = Vec::new();
        let hurried = dice.chance(0.3);
        let (mut at, mut left) = (0, count);
        while left > 0 {
            let size = dice.between(1, left.min(12));
            left -= size;
            let step = until / (count + 1) * size;
            at += if hurried { dice.between(0, 50) } else { dice.between(0, step) };
            let time = Millis(begin.0.saturating_add_unsigned(at));
            let mut places: Vec<usize> = Vec::new();
            for _ in 0..size {
                let again = places.last().copied().filter(|_| dice.chance(0.02));
                if let Some(again) = again.filter(|_| dice.chance(0.5)) {
                    places.push(again);
                    continue;
                }
                let place = self.messages.len();
                let mut message = match again {
                    Some(again) => self.messages[again].written_anew(),
                    None => self.message(source, mine, people, past, time, dice),
                };
                message.content = self.content_of(&message);
                self.messages.push(message);
                places.push(place);
            }
            batches.push(self.batch(at, places, dice));
        }
        batches
    }

    /// Who has one id for all may say the same under it twice: then it is one event that was sent twice (docs/facts/mapping.md#same-event).
    fn content_of(&self, message: &Message) -> usize {
        let same =
            |other: &&Message| other.message_id == message.message_id && other.says() == message.says();
        self.messages.iter().find(same).map_or(message.content, |first| first.content)
    }

    fn batch(&self, at: u64, messages: Vec<usize>, dice: &mut Dice) -> Batch {
        if let [only] = messages[..] {
            let kind = match self.messages[only].what {
                What::Identify => Some(event::EventKind::Identify),
                What::Response | What::Decline => Some(event::EventKind::Track),
                _ => None,
            };
            if let Some(kind) = kind.filter(|_| dice.chance(0.5)) {
                let body = Bytes::from(self.messages[only].text.clone());
                return Batch { at, shape: RequestShape::Single(kind), messages, body };
            }
        }
        let texts: Vec<&str> = messages.iter().map(|place| self.messages[*place].text.as_str()).collect();
        let body = Bytes::from(format!("{{\"batch\":[{}],\"sentAt\":null}}", texts.join(",")));
        Batch { at, shape: RequestShape::Batch, messages, body }
    }

    fn message(
        &self,
        source: usize,
        mine: &[usize],
        people: &[Person],
        past: &mut [Past],
        time: Millis,
        dice: &mut Dice,
    ) -> Message {
        let number = self.messages.len();
        if mine.is_empty() || dice.chance(0.1) {
            return odd::message(source, number, time, dice);
        }
        let place = dice.pick(mine);
        let person = &people[place];
        let what = what_next(person, &past[place], dice);
        past[place].count += 1;
        let mut draft = Draft::new(person, place, what, source, number, dice);
        // Some senders have one id for all, or take one that was another event's.
        if dice.chance(0.04) {
            draft.message.message_id = format!("{} {source}", dice.pick(&["undefined", "constant"]));
        }
        if what == What::Identify {
            let again = past[place].identifies.last().filter(|_| dice.chance(0.3));
            match again.map(|again| &self.messages[*again]).filter(|again| again.alias == draft.message.alias)
            {
                Some(again) => draft.repeat(again),
                None => draft.traits(person, past[place].identifies.is_empty(), number, dice),
            }
            past[place].identifies.push(number);
        } else if dice.chance(0.3) {
            draft.property(dice);
        }
        draft.write(person, time, dice)
    }
}

fn what_next(person: &Person, past: &Past, dice: &mut Dice) -> What {
    let creates_itself = matches!(
        person.kind,
        PersonKind::New | PersonKind::Misnamed | PersonKind::Contested | PersonKind::Adopted
    );
    if past.count == 0 && creates_itself {
        return What::Identify;
    }
    match dice.between(0, 9) {
        0..=4 if person.kind != PersonKind::Late || dice.chance(0.5) => What::Identify,
        5 => What::Decline,
        _ => What::Response,
    }
}

/// A message being written.
struct Draft {
    message: Message,
    traits: Map<String, Value>,
}

impl Draft {
    fn new(
        person: &Person,
        place: usize,
        what: What,
        source: usize,
        number: usize,
        dice: &mut Dice,
    ) -> Draft {
        let by_id = match person.naming {
            Naming::EndUserId => true,
            Naming::Mixed => dice.chance(0.5),
            Naming::External | Naming::Both => false,
        };
        Draft {
            message: Message {
                what,
                person: Some(place),
                alias: if by_id { Alias::EndUserId } else { Alias::External },
                message_id: format!("id-{source}-{number}"),
                content: number,
                token: format!("m{number}"),
                email: None,
                phone: None,
                properties: Vec::new(),
                contested_email: false,
                contested_phone: false,
                text: String::new(),
            },
            traits: Map::new(),
        }
    }

    fn repeat(&mut self, again: &Message) {
        self.message.token.clone_from(&again.token);
        self.message.email.clone_from(&again.email);
        self.message.phone.clone_from(&again.phone);
        for (key, text) in again.properties.clone() {
            self.traits.insert(key.clone(), Value::String(text.clone()));
            self.message.properties.push((key, text));
        }
    }

    fn traits(&mut self, person: &Person, first: bool, number: usize, dice: &mut Dice) {
        let address = match person.kind {
            PersonKind::Addressless => false,
            PersonKind::Held | PersonKind::HeldNameless | PersonKind::Phantom => dice.chance(0.5),
            _ => first || dice.chance(0.5),
        };
        if address {
            self.message.email.clone_from(&person.email);
            self.message.phone.clone_from(&person.phone);
            // One who is found by its e-mail must not have another one in the same call.
            let found_by_email = matches!(person.kind, PersonKind::Contested | PersonKind::Adopted);
            let moves = !first && person.email.is_some() && !found_by_email;
            if moves && dice.chance(0.2) {
                self.message.email = Some(format!("moved{number}@example.com"));
            }
            if !first && person.phone.is_some() && !found_by_email && dice.chance(0.2) {
                self.message.phone = Some(format!("+1303555{number:04}"));
            }
            // Two people exchange theirs.
            if let Some(wants) = person.wants.as_ref().filter(|_| !first && dice.chance(0.4)) {
                self.message.email.clone_from(&wants.email);
                self.message.phone.clone_from(&wants.phone);
            }
        }
        let token = self.message.token.clone();
        self.set("last", Value::String(token.clone()), token);
        for _ in 0..dice.between(0, 3) {
            self.property(dice);
        }
    }

    /// A property of a small pool, so that events overwrite each other's, and now and then a number.
    fn property(&mut self, dice: &mut Dice) {
        let key = format!("k{}", dice.between(0, 5));
        let token = self.message.token.clone();
        if dice.chance(0.15) {
            let seats = dice.between(1, 9_999);
            self.set("seats_amount", json!(seats), seats.to_string());
        } else {
            self.set(&key, Value::String(token.clone()), token);
        }
    }

    fn set(&mut self, key: &str, value: Value, text: String) {
        self.traits.insert(key.to_owned(), value);
        self.message.properties.retain(|(known, _)| known != key);
        self.message.properties.push((key.to_owned(), text));
    }

    fn write(mut self, person: &Person, time: Millis, dice: &mut Dice) -> Message {
        let mut event = head(&self.message, time);
        let both = person.naming == Naming::Both;
        if self.message.alias == Alias::External
            && let Some(external_id) = &person.external_id
        {
            event.insert("userId".to_owned(), json!(external_id));
        }
        let mut context = Map::from_iter([("ip".to_owned(), json!("203.0.113.7"))]);
        if let Some(id) =
            person.end_user_id.as_ref().filter(|_| both || self.message.alias == Alias::EndUserId)
        {
            context.insert("externalId".to_owned(), json!([{"type": "wootricEndUserId", "id": id}]));
        }
        for (key, value) in [("email", &self.message.email), ("phone", &self.message.phone)] {
            if let Some(value) = value {
                self.traits.insert(key.to_owned(), json!(value));
            }
        }
        if !self.traits.is_empty() {
            let traits = Value::Object(std::mem::take(&mut self.traits));
            if dice.chance(0.5) {
                event.insert("traits".to_owned(), traits);
            } else {
                context.insert("traits".to_owned(), traits);
            }
        }
        event.insert("context".to_owned(), Value::Object(context));
        answer(&mut event, &self.message, time, dice);
        self.message.text = Value::Object(event).to_string();
        self.message
    }
}

fn head(message: &Message, time: Millis) -> Map<String, Value> {
    let kind = if message.what == What::Identify { "identify" } else { "track" };
    let stamp = Moment::from_millis(time).map(Moment::rfc3339);
    let head = json!({
        "type": kind,
        "messageId": message.message_id,
        "anonymousId": "anonymous",
        "originalTimestamp": stamp,
        "sentAt": stamp,
    });
    match head {
        Value::Object(head) => head,
        _ => Map::new(),
    }
}

/// What makes a track a response or a decline.
fn answer(event: &mut Map<String, Value>, message: &Message, time: Millis, dice: &mut Dice) {
    let (word, mut properties) = match message.what {
        What::Response => {
            let score = dice.between(0, 10);
            let text = &message.token;
            let all =
                json!({"feedbackScore": score, "feedbackText": text, "url": "https://app.example.com/page"});
            ("create response", all)
        }
        What::Decline => {
            ("create decline", json!({"url": format!("https://app.example.com/{}", message.token)}))
        }
        _ => return,
    };
    if dice.chance(0.1) {
        let day = 86_400_000;
        let past = Moment::from_millis(Millis(time.0 - dice.signed(0, 5) * day));
        properties["createdAt"] = json!(past.map(Moment::rfc3339));
    }
    event.insert("event".to_owned(), json!("Survey"));
    event.insert("properties".to_owned(), properties);
    event.insert("integrations".to_owned(), json!({"InMoment": {"eventType": word}}));
}
