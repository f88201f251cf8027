//! WebDriver (W3C) as far as the tests need it: JSON over HTTP to a `WebKitWebDriver`.
//!
//! A client of our own instead of a crate: what is used are a dozen calls, blocking as the tests
//! are, and each answer is checked where it is made.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use crate::places;
use crate::process::Process;
use crate::wait;

/// The member of an element's JSON form that holds its id (WebDriver, section 12.1).
pub const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A driver with one session in it, and thereby one running program.
pub struct Session {
    driver: Process,
    agent: Agent,
    base: String,
}

/// An error as WebDriver names it, with its message.
#[derive(Clone, Debug)]
pub struct DriverError {
    /// `no such element`, `stale element reference`, ...
    pub code: String,
    /// For people.
    pub message: String,
}

/// A driver that waits to start a program.
pub struct Driver {
    process: Process,
    agent: Agent,
    root: String,
}

impl Driver {
    /// Starts a driver; what it starts gets the same environment.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn start(environment: impl Fn(&mut Command)) -> Self {
        let executable = places::required("WebKitWebDriver", "webkit2gtk-driver");
        let port = free_port();
        let mut command = Command::new(executable);
        environment(&mut command);
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut process = Process::start("WebKitWebDriver", &mut command);
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(90)))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let root = format!("http://127.0.0.1:{port}");
        wait::until("the driver answers", || {
            assert!(
                process.is_running(),
                "the driver ended\n{}",
                process.report()
            );
            agent.get(format!("{root}/status")).call().ok()
        });
        Self {
            process,
            agent,
            root,
        }
    }

    /// Starts the program and waits until its page can be driven.
    ///
    /// # Panics
    /// Where no window comes.
    pub fn open(self, program: &Path, arguments: &[String]) -> Session {
        let mut session = Session {
            driver: self.process,
            agent: self.agent,
            base: self.root,
        };
        let options = json!({ "binary": program, "args": arguments });
        let capabilities = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let started = session
            .post("/session", &json!({ "capabilities": capabilities }))
            .unwrap_or_else(|error| panic!("no window: {error:?}\n{}", session.driver.report()));
        let id = started["sessionId"].as_str().expect("a session has an id");
        session.base = format!("{}/session/{id}", session.base);
        session
    }
}

impl Session {
    /// `GET` below the session.
    ///
    /// # Errors
    /// What the driver answers.
    pub fn get(&self, path: &str) -> Result<Value, DriverError> {
        let answer = self.agent.get(format!("{}{path}", self.base)).call();
        value_of(answer)
    }

    /// `POST` below the session.
    ///
    /// # Errors
    /// What the driver answers.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, DriverError> {
        let answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .send_json(body);
        value_of(answer)
    }

    /// Runs the body of a function in the page and gives what it returns; `arguments[0]` and so on
    /// are what is handed in.
    ///
    /// # Errors
    /// What the driver answers, among it exceptions.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value, DriverError> {
        self.post(
            "/execute/sync",
            &json!({ "script": body, "args": arguments }),
        )
    }

    /// The same for a function whose last argument is called with the result.
    ///
    /// # Errors
    /// What the driver answers.
    pub fn script_async(&self, body: &str, arguments: &[Value]) -> Result<Value, DriverError> {
        self.post(
            "/execute/async",
            &json!({ "script": body, "args": arguments }),
        )
    }

    /// Ends the session, and with it the program, as closing it does.
    pub fn end(&self) {
        let _ended_already = self.agent.delete(&self.base).call();
    }

    /// The driver.
    pub fn driver(&self) -> &Process {
        &self.driver
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

fn value_of(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, DriverError> {
    let lost = |error: ureq::Error| DriverError {
        code: "connection".into(),
        message: error.to_string(),
    };
    let mut answer = answer.map_err(lost)?;
    let failed = !answer.status().is_success();
    let limit = 64 * 1024 * 1024;
    let mut body: Value = answer
        .body_mut()
        .with_config()
        .limit(limit)
        .read_json()
        .map_err(lost)?;
    let value = body["value"].take();
    if failed {
        let part = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        return Err(DriverError {
            code: part("error"),
            message: part("message"),
        });
    }
    Ok(value)
}

/// A port that was free a moment ago: the driver takes no port of the system's choice.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
