//! WebDriver (W3C) as far as the tests need it: JSON over HTTP to a `WebKitWebDriver`.
//!
//! A client of our own instead of a crate: what is used are a dozen calls, blocking as the tests
//! are, and each answer is checked where it is made. One request is one connection (RFC 9112).

use crate::places;
use crate::process::Process;
use crate::wait;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The member of an element's JSON form that holds its id (WebDriver, section 12.1).
pub const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long the driver may take for one answer: starting a program is one.
const ANSWER: Duration = Duration::from_secs(90);

/// A driver with one session in it, and thereby one running program.
pub struct Session {
    driver: Process,
    port: u16,
    /// `/session/ID`.
    path: String,
}

/// An error as WebDriver names it, with its message.
#[derive(Clone, Debug)]
pub struct DriverError {
    /// `no such element`, `stale element reference`, ...; `connection` where no answer came.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A driver that waits to start a program.
pub struct Driver {
    process: Process,
    port: u16,
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
        wait::until("the driver answers", || {
            assert!(
                process.is_running(),
                "the driver ended\n{}",
                process.report()
            );
            exchange(port, "GET", "/status", None).ok()
        });
        Self { process, port }
    }

    /// Starts the program and waits until its page can be driven.
    ///
    /// # Panics
    /// Where no window comes.
    pub fn open(self, program: &Path, arguments: &[String]) -> Session {
        let options = json!({ "binary": program, "args": arguments });
        let path = self.begin(&json!({ "webkitgtk:browserOptions": options }));
        let path =
            path.unwrap_or_else(|error| panic!("no window: {error:?}\n{}", self.process.report()));
        self.with_session(path)
    }

    /// Takes hold of the page of a program that was started with `WEBKIT_INSPECTOR_SERVER` set to
    /// this port of this machine.
    ///
    /// # Errors
    /// What the driver answers, among it that the program has no page yet.
    ///
    /// # Panics
    /// Where the driver does not come up.
    pub fn attach(inspector: u16) -> Result<Session, DriverError> {
        let target = format!("--target={}:{inspector}", Ipv4Addr::LOCALHOST);
        let driver = Self::start(|command| {
            command.arg(&target);
        });
        let path = driver.begin(&json!({}))?;
        Ok(driver.with_session(path))
    }

    /// Begins a session and gives its path.
    fn begin(&self, wanted: &Value) -> Result<String, DriverError> {
        let capabilities = json!({ "capabilities": { "alwaysMatch": wanted } });
        let started = exchange(self.port, "POST", "/session", Some(&capabilities))?;
        let id = started["sessionId"].as_str().expect("a session has an id");
        Ok(format!("/session/{id}"))
    }

    fn with_session(self, path: String) -> Session {
        Session {
            driver: self.process,
            port: self.port,
            path,
        }
    }
}

impl Session {
    /// `GET` below the session.
    ///
    /// # Errors
    /// What the driver answers.
    pub fn get(&self, path: &str) -> Result<Value, DriverError> {
        exchange(self.port, "GET", &format!("{}{path}", self.path), None)
    }

    /// `POST` below the session.
    ///
    /// # Errors
    /// What the driver answers.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, DriverError> {
        let path = format!("{}{path}", self.path);
        exchange(self.port, "POST", &path, Some(body))
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
        let _ended_already = exchange(self.port, "DELETE", &self.path, None);
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

/// One HTTP request; gives the member `value` of the answer.
fn exchange(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, DriverError> {
    let lost = |message: String| DriverError {
        code: "connection".into(),
        message,
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let answer = answer(port, method, path, &body).map_err(|error| lost(error.to_string()))?;
    let (head, content) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let mut content: Value = serde_json::from_str(content)
        .map_err(|error| lost(format!("{method} {path}: {head}\n{error}")))?;
    let value = content["value"].take();
    let is_good = head
        .split(' ')
        .nth(1)
        .is_some_and(|code| code.starts_with('2'));
    if is_good {
        return Ok(value);
    }
    let part = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Err(DriverError {
        code: part("error"),
        message: part("message"),
    })
}

/// The whole answer to a request, head and content.
fn answer(port: u16, method: &str, path: &str, body: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(ANSWER))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {}:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        Ipv4Addr::LOCALHOST,
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A port that was free a moment ago: the driver takes no port of the system's choice.
///
/// # Panics
/// Where the system has none.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
