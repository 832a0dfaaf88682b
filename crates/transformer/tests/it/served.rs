//! The transformer on a loopback port, and requests to it.

use crate::stub::InMoment;
use event::{Millis, raw};
use mapping::Profile;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use transformer::{Settings, Transformer, serve};

/// 2022-01-20T13:39:21.032Z, as in docs/facts/transformer.md#cases.
pub(crate) const NOW: Millis = Millis(1_642_685_961_032);

/// The defaults for an InMoment at this address.
pub(crate) fn settings(base_url: &str) -> Settings {
    Settings { base_url: Some(base_url.to_owned()), ..Settings::new(Arc::new(|| NOW)) }
}

/// A transformer that serves until it is dropped.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) transformer: Arc<Transformer>,
    pub(crate) client: Client,
    task: AbortHandle,
}

/// A complete reply.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// It is read as leniently as by rudder-server, because returned texts may have lone surrogates.
    pub(crate) fn json(&self) -> Value {
        raw::value(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Served {
    pub(crate) async fn start(settings: Settings) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let transformer = Transformer::new(settings).unwrap();
        let task = tokio::spawn(serve(listener, transformer.clone(), std::future::pending()));
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only(std::iter::empty())
            .timeout(Duration::from_secs(120))
            .build()
            .unwrap();
        Served { url, transformer, client, task: task.abort_handle() }
    }

    /// A transformer between rudder-server and this InMoment, with the defaults.
    pub(crate) async fn before(inmoment: &InMoment) -> Served {
        Served::start(settings(&inmoment.url())).await
    }

    pub(crate) async fn native(inmoment: &InMoment) -> Served {
        Served::start(Settings { profile: Profile::Native, ..settings(&inmoment.url()) }).await
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).header("content-type", "application/json").body(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.client.get(format!("{}{path}", self.url))).await
    }

    /// The reply of the router stage, which must be successful.
    async fn transformed(&self, input: &[Value]) -> Answer {
        let answer = send(self.post("/routerTransform", request(input))).await;
        assert_eq!((answer.status, answer.header("apiversion")), (200, Some("2")), "{}", answer.text);
        answer
    }

    /// Its text.
    pub(crate) async fn router_text(&self, input: &[Value]) -> String {
        self.transformed(input).await.text
    }

    /// Its elements.
    pub(crate) async fn router(&self, input: &[Value]) -> Vec<Value> {
        match self.transformed(input).await.json()["output"].take() {
            Value::Array(output) => output,
            other => panic!("{other}"),
        }
    }

    /// Jobs 1, 2, … with these events, all of destination `d`; their elements.
    pub(crate) async fn messages(&self, messages: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let input: Vec<Value> =
            messages.into_iter().zip(1..).map(|(message, number)| job(number, "d", message)).collect();
        self.router(&input).await
    }

    /// One job's element.
    pub(crate) async fn message(&self, message: Value) -> Value {
        self.messages([message]).await.remove(0)
    }

    pub(crate) async fn is_healthy(&self) -> bool {
        self.get("/health").await.status == 200
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

pub(crate) fn request(input: &[Value]) -> String {
    json!({ "input": input, "destType": "wootric" }).to_string()
}

pub(crate) fn destination(id: &str) -> Value {
    json!({
        "ID": id,
        "Name": "Surveys",
        "DestinationDefinition": { "ID": "def", "Name": "WOOTRIC", "Config": {} },
        "Config": { "username": "login@example.com", "password": "planted-password", "accountToken": "NPS-1" },
        "Enabled": true,
        "hasDynamicConfig": false,
    })
}

pub(crate) fn metadata(number: u64, destination_id: &str) -> Value {
    json!({ "userId": "u", "jobId": number, "destinationId": destination_id, "workspaceId": "w", "secret": null })
}

pub(crate) fn job(number: u64, destination_id: &str, message: Value) -> Value {
    json!({
        "message": message,
        "metadata": metadata(number, destination_id),
        "destination": destination(destination_id),
    })
}

/// An identify that updates `E`.
pub(crate) fn update() -> Value {
    json!({ "type": "identify", "userId": "E", "traits": { "email": "a@b.c" } })
}

/// The jobs that an output is about, in its order.
pub(crate) fn job_ids(output: &[Value]) -> Vec<u64> {
    output.iter().map(|element| element["metadata"][0]["jobId"].as_u64().unwrap()).collect()
}

pub(crate) fn statuses(output: &[Value]) -> Vec<u64> {
    output.iter().map(|element| element["statusCode"].as_u64().unwrap()).collect()
}
