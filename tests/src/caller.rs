//! A program that calls the administration API.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A caller with a key.
pub struct Caller {
    client: Client,
    url: String,
    key: String,
}

/// What the administration API answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body; null where that is no JSON.
    pub body: Value,
}

impl Caller {
    /// Somebody with this key, at the service of that address.
    pub(crate) fn new(client: Client, service: &str, key: &str) -> Self {
        Self { client, url: format!("{service}/api/v1"), key: key.to_owned() }
    }

    /// Calls the administration API.
    pub async fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}/{path}", self.url)).bearer_auth(&self.key);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{error:?}"));
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap_or_default() }
    }

    /// Posts under an idempotency key.
    pub async fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self.client.post(format!("{}/{path}", self.url)).bearer_auth(&self.key).json(body);
        let response = request.header("idempotency-key", key).send().await;
        let response = response.unwrap_or_else(|error| panic!("{error:?}"));
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap_or_default() }
    }

    /// Calls it, which must succeed.
    pub async fn must(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.api(method, path, body).await;
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer:#?}");
        answer.body
    }

    /// The items of one of Acme's lists.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.must("GET", &format!("organizations/acme/{path}"), &Value::Null).await;
        answer["items"].as_array().unwrap().clone()
    }

    /// Sends a table of users to Acme, under an idempotency key.
    pub async fn send_table(&self, query: &str, key: &str, table: String) -> Answer {
        let url = format!("{}/organizations/acme/users/import{query}", self.url);
        let request = self.client.post(url).bearer_auth(&self.key).body(table);
        let request = request.header("content-type", "text/csv").header("idempotency-key", key);
        let response = request.send().await.unwrap_or_else(|error| panic!("{error:?}"));
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap_or_default() }
    }

    /// Sends a table of users to Acme, a row each second and without an end, until the task is aborted.
    pub async fn send_slowly(&self) -> JoinHandle<()> {
        let host = self.url.trim_start_matches("http://").split('/').next().unwrap();
        let head = format!(
            "POST /api/v1/organizations/acme/users/import HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: text/csv\r\nContent-Length: 1000000\r\n\r\n\
             email,first_name,last_name,location,user_type,role\n",
            self.key
        );
        let mut connection = TcpStream::connect(host).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        while self.list("imports").await.first().is_none_or(|newest| newest["state"] != "receiving") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::spawn(async move {
            while connection.write_all(b"bob@acme.example,Bob,Builder,,,\n").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
    }

    /// What an address answers, as text.
    pub async fn text(&self, path: &str) -> String {
        let request = self.client.get(format!("{}/{path}", self.url)).bearer_auth(&self.key);
        request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
    }
}
