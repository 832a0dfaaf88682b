//! As rudder-server calls it: features first, then compacted requests of the router, then either its own delivery or the
//! delivery proxy, and every job that is to be tried again is tried again (docs/facts/transformer.md#server-calls, #router-request, #delivery-proxy).

use crate::harness::{Harness, rapport};
use sandbox::Account;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// A job that comes back more often than this will never come to an end.
const MOST_ROUNDS: usize = 20;

/// `rapport transformer`, or a server with `[transformer]`. Ended when dropped.
struct Transformer {
    child: Child,
    url: String,
}

impl Transformer {
    fn start(arguments: &[&str]) -> Transformer {
        let mut command = rapport();
        let mut child =
            command.args(arguments).args(["--log-format", "json"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let addr = log.find_map(|line| {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap_or_default();
            line["transformer"].as_str().map(str::to_owned)
        });
        let url = format!("http://{}", addr.unwrap());
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || log.map_while(Result::ok).for_each(drop));
        Transformer { child, url }
    }

    fn alone(harness: &Harness, profile: &str) -> Transformer {
        let base_url = format!("http://{}", harness.inmoment.addr());
        let listen = ["transformer", "--listen", "127.0.0.1:0"];
        Transformer::start(&[&listen[..], &["--base-url", &base_url, "--profile", profile]].concat())
    }
}

impl Drop for Transformer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As much of rudder-server as its router is: a queue of jobs, what became of them, and its HTTP client.
struct RudderServer {
    url: String,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    proxy: bool,
    password: String,
    queue: VecDeque<(u64, Value)>,
    done: BTreeMap<u64, u16>,
    aborted: BTreeMap<u64, String>,
}

impl RudderServer {
    /// Waits for the features as it does at its start, and looks at what it must find there.
    fn start(transformer: &Transformer, proxy: bool) -> RudderServer {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let reply = runtime.block_on(async {
            http.get(format!("{}/features", transformer.url)).send().await.unwrap().text().await.unwrap()
        });
        let features: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(features["routerTransform"]["WOOTRIC"], true);
        for must in [
            "supportTransformerProxyV1",
            "upgradedToSourceTransformV2",
            "supportDestTransformCompactedPayloadV1",
        ] {
            assert_eq!(features[must], true, "{must}");
        }
        RudderServer {
            url: transformer.url.clone(),
            http,
            runtime,
            proxy,
            password: Account::demo().password,
            queue: VecDeque::new(),
            done: BTreeMap::new(),
            aborted: BTreeMap::new(),
        }
    }

    fn enqueue(&mut self, event: Value) {
        let job = u64::try_from(self.queue.len() + self.done.len() + self.aborted.len()).unwrap() + 1;
        self.queue.push_back((job, event));
    }

    fn destination(&self) -> Value {
        let Account { username, account_token, .. } = Account::demo();
        json!({"ID": "d1", "Name": "InMoment", "Enabled": true, "WorkspaceID": "w1", "RevisionID": "r1",
            "DestinationDefinition": {"ID": "dd", "Name": "WOOTRIC", "DisplayName": "InMoment(formerly Wootric)", "Config": {}},
            "Config": {"username": username, "password": self.password, "accountToken": account_token},
            "Transformations": [], "IsProcessorEnabled": true})
    }

    /// One round of the router: transform what is queued, deliver what came to a request. What is to be tried again is
    /// queued again, in order; what is not, is given up.
    fn round(&mut self) {
        let jobs: Vec<(u64, Value)> = self.queue.drain(..).collect();
        let input: Vec<Value> = jobs.iter().map(|(job, event)| {
            let metadata = json!({"userId": "u<<>>u", "jobId": job, "sourceId": "s1", "destinationId": "d1", "workspaceId": "w1", "secret": null});
            json!({"message": event, "metadata": metadata})
        }).collect();
        let body = json!({"input": input, "destType": "wootric", "destinations": {"d1": self.destination()},
            "connections": {"s1:d1": {"sourceId": "s1", "destinationId": "d1", "enabled": true}}});
        let output = self.transform(&body);
        assert_eq!(output.len(), jobs.len());
        for element in output {
            let job = element["metadata"][0]["jobId"].as_u64().unwrap();
            assert_eq!(element["destination"], self.destination(), "the destination is echoed");
            let status = element["statusCode"].as_u64().unwrap();
            let (status, error) = if status == 200 {
                self.deliver(&element)
            } else {
                (u16::try_from(status).unwrap(), element["error"].as_str().unwrap().to_owned())
            };
            match status {
                200..=299 => drop(self.done.insert(job, status)),
                408 | 429 | 500.. => {
                    let (_, event) = jobs.iter().find(|(known, _)| *known == job).unwrap();
                    self.queue.push_back((job, event.clone()));
                }
                _ => drop(self.aborted.insert(job, error)),
            }
        }
    }

    fn until_empty(&mut self) {
        for _ in 0..MOST_ROUNDS {
            if self.queue.is_empty() {
                return;
            }
            self.round();
        }
        panic!("still queued: {:?}", self.queue);
    }

    fn transform(&self, body: &Value) -> Vec<Value> {
        let request = self
            .http
            .post(format!("{}/routerTransform", self.url))
            .header("Content-Type", "application/json; charset=utf-8")
            .header("X-Feature-Gzip-Support", "?1")
            .header("X-Feature-Filter-Code", "?1")
            .header("X-Content-Format", "json+compactedv1")
            .body(body.to_string());
        self.runtime.block_on(async {
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 200);
            assert_eq!(reply.headers()["apiversion"], "2", "rudder-server panics without it");
            let text = reply.text().await.unwrap();
            let body: Value = serde_json::from_str(&text).unwrap();
            body["output"].as_array().unwrap().clone()
        })
    }

    fn deliver(&self, element: &Value) -> (u16, String) {
        let request = &element["batchedRequest"];
        if self.proxy { self.deliver_by_proxy(request, element) } else { self.deliver_itself(request) }
    }

    /// With the proxy off it sends the form itself, keys in order of the alphabet, values as Go prints them.
    fn deliver_itself(&self, request: &Value) -> (u16, String) {
        let form: BTreeMap<String, String> = request["body"]["FORM"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| {
                (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let method = reqwest::Method::from_bytes(request["method"].as_str().unwrap().as_bytes()).unwrap();
        let mut sent = self
            .http
            .request(method, request["endpoint"].as_str().unwrap())
            .header("User-Agent", "RudderLabs");
        for (name, value) in request["headers"].as_object().unwrap() {
            sent = sent.header(name, value.as_str().unwrap());
        }
        let pairs: Vec<String> =
            form.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
        let sent = sent.body(pairs.join("&"));
        self.runtime.block_on(async {
            let reply = sent.send().await.unwrap();
            (reply.status().as_u16(), reply.text().await.unwrap())
        })
    }

    fn deliver_by_proxy(&self, request: &Value, element: &Value) -> (u16, String) {
        let mut body: Map<String, Value> = request.as_object().unwrap().clone();
        body.insert("userId".to_owned(), json!(""));
        body.insert("metadata".to_owned(), element["metadata"].clone());
        body.insert("destinationConfig".to_owned(), element["destination"]["Config"].clone());
        let sent = self
            .http
            .post(format!("{}/v1/destinations/wootric/proxy", self.url))
            .header("Content-Type", "application/json; charset=utf-8")
            .body(Value::Object(body).to_string());
        let reply: Value = self.runtime.block_on(async {
            let reply = sent.send().await.unwrap();
            assert_eq!(reply.status(), 200);
            assert_eq!(reply.headers()["apiversion"], "2");
            serde_json::from_str(&reply.text().await.unwrap()).unwrap()
        });
        let answer = &reply["output"]["response"][0];
        assert_eq!(answer["metadata"], element["metadata"][0]);
        (u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap(), answer["error"].to_string())
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

fn identify(user: &str, plan: &str) -> Value {
    json!({"type": "identify", "userId": user, "channel": "web", "timestamp": "2026-03-02T09:30:00.000Z",
        "context": {"traits": {"email": format!("{user}@example.com"), "plan": plan}}})
}

fn answer(user: &str, score: u8) -> Value {
    json!({"type": "track", "event": "Submit", "userId": user, "request_ip": "203.0.113.7",
        "properties": {"feedbackScore": score, "url": "https://x.example/"},
        "integrations": {"Wootric": {"eventType": "create response"}}})
}

#[test]
fn events_of_known_users_arrive_with_the_proxy_on_and_off() {
    for proxy in [false, true] {
        let harness = Harness::new();
        let transformer = Transformer::alone(&harness, "rudderstack");
        let mut server = RudderServer::start(&transformer, proxy);
        server.enqueue(identify("ada", "pro"));
        server.enqueue(identify("bob", "free"));
        server.until_empty();
        server.enqueue(answer("ada", 9));
        server.enqueue(identify("bob", "pro"));
        server.enqueue(json!({"type": "page", "userId": "ada"}));
        server.until_empty();
        assert_eq!(server.done.len(), 4, "{:?}", server.aborted);
        assert_eq!(server.aborted, [(5, "Event type \"page\" is not supported".to_owned())].into());
        let users = harness.records("end_users");
        let plans: BTreeMap<&str, &str> = users
            .iter()
            .map(|user| (user["external_id"].as_str().unwrap(), user["properties"]["plan"].as_str().unwrap()))
            .collect();
        assert_eq!(plans, [("ada", "pro"), ("bob", "pro")].into(), "proxy {proxy}");
        let responses = harness.records("responses");
        assert_eq!((responses.len(), &responses[0]["score"]), (1, &json!(9)));
    }
}

/// The peer gives the first answer of a new user up when it comes with the identify (docs/facts/transformer.md#case-87); `native` puts
/// it off until the end user is there.
#[test]
fn the_first_answer_of_a_new_user() {
    for (profile, responses) in [("rudderstack", 0), ("native", 1)] {
        let harness = Harness::new();
        let transformer = Transformer::alone(&harness, profile);
        let mut server = RudderServer::start(&transformer, false);
        server.enqueue(identify("ada", "pro"));
        server.enqueue(answer("ada", 9));
        server.enqueue(identify("ada", "max"));
        server.until_empty();
        assert_eq!(harness.records("responses").len(), responses, "{profile}: {:?}", server.aborted);
        if profile == "native" {
            assert!(server.aborted.is_empty(), "{:?}", server.aborted);
            let users = harness.records("end_users");
            assert_eq!((users.len(), &users[0]["properties"]["plan"]), (1, &json!("max")));
        }
    }
}

#[test]
fn a_changed_password_burns_no_event() {
    for proxy in [false, true] {
        let harness = Harness::new();
        let transformer = Transformer::alone(&harness, "rudderstack");
        let mut server = RudderServer::start(&transformer, proxy);
        server.enqueue(identify("ada", "pro"));
        server.until_empty();

        // Tokens end with the old password; rudder-server does not know the new one yet.
        let sandbox = harness.inmoment.sandbox();
        sandbox.lock().unwrap().revoke_tokens(true);
        server.password = "old-password".to_owned();
        server.enqueue(answer("ada", 9));
        server.enqueue(identify("ada", "max"));
        for _ in 0..3 {
            server.round();
            assert_eq!((server.queue.len(), server.aborted.len()), (2, 0), "{:?}", server.aborted);
        }
        server.password = Account::demo().password;
        server.until_empty();
        assert_eq!((server.done.len(), server.aborted.len()), (3, 0));
        assert_eq!(harness.records("responses").len(), 1);
    }
}

#[test]
fn a_server_answers_beside_its_own_work() {
    let harness = Harness::new();
    let base_url = format!("http://{}", harness.inmoment.addr());
    let config = harness.write(
        "both.toml",
        &format!(
            "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n\
             [transformer]\nlisten = \"127.0.0.1:0\"\nbase_url = \"{base_url}\"\n\
             [[sources]]\nname = \"website\"\nkind = \"web\"\nwrite_key = \"k\"\n"
        ),
    );
    let transformer = Transformer::start(&["serve", "--config", config.to_str().unwrap()]);
    let mut server = RudderServer::start(&transformer, false);
    server.enqueue(identify("ada", "pro"));
    server.until_empty();
    assert_eq!((server.done.len(), harness.records("end_users").len()), (1, 1));
}
