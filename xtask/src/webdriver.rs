//! The few calls of WebDriver that show that a window is there (W3C WebDriver, sections 8 to 17).
//!
//! WebKitWebDriver is attached to a program that was started by somebody else, so that the
//! program is started exactly as a person would start it. The end-to-end tests have a fuller
//! client of their own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::desktop::{Running, until};
use crate::failure::{Failure, Outcome};

/// The longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Answers when fonts are there, animations that end have ended, and two frames were drawn since.
const AT_REST: &str = "
    const done = arguments[arguments.length - 1];
    const moving = document.getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime < 10000)
        .map((animation) => animation.finished);
    Promise.allSettled([document.fonts.ready, ...moving])
        .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));
";

/// A session with one window.
pub(crate) struct Session {
    _driver: Running,
    port: u16,
    path: String,
}

impl Session {
    /// Attaches to the program that listens for its inspector at `target` on this machine.
    pub(crate) fn attach(target: u16) -> Outcome<Self> {
        let port = free_port()?;
        let driver = Running::start(
            Command::new("WebKitWebDriver")
                .arg(format!("--port={port}"))
                .arg(format!("--target=127.0.0.1:{target}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        until(ANSWER, "WebKitWebDriver did not come up", || answers(port))?;
        let wanted = json!({"capabilities": {"alwaysMatch": {}}});
        let session = request(port, "POST", "/session", Some(&wanted))?;
        let id = session.get("sessionId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Failure::new("WebKitWebDriver made no session"))?;
        Ok(Self {
            _driver: driver,
            port,
            path: format!("/session/{id}"),
        })
    }

    /// The title of the page.
    pub(crate) fn title(&self) -> Outcome<String> {
        let title = request(self.port, "GET", &format!("{}/title", self.path), None)?;
        Ok(title.as_str().unwrap_or_default().to_owned())
    }

    /// The text that a person sees in the window once there is something to press; before that,
    /// while the app is still starting, nothing.
    pub(crate) fn text(&self) -> Outcome<String> {
        let script = "return document.querySelector('button:enabled') && document.body.innerText";
        let script = json!({"script": script, "args": []});
        let path = format!("{}/execute/sync", self.path);
        let text = request(self.port, "POST", &path, Some(&script))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// A picture of the page as PNG, taken after what moves in at the start is at rest.
    pub(crate) fn picture(&self) -> Outcome<Vec<u8>> {
        let script = json!({"script": AT_REST, "args": []});
        let path = format!("{}/execute/async", self.path);
        request(self.port, "POST", &path, Some(&script))?;
        let answer = request(self.port, "GET", &format!("{}/screenshot", self.path), None)?;
        BASE64
            .decode(answer.as_str().unwrap_or_default().as_bytes())
            .map_err(|_| Failure::new("WebKitWebDriver sent a picture that is not base64"))
    }
}

/// A port on this machine that nobody listens on.
pub(crate) fn free_port() -> Outcome<u16> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    port.map(|address| address.port())
        .map_err(Failure::io("there is no free port"))
}

/// Whether somebody listens on a port of this machine.
pub(crate) fn answers(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// One HTTP request, one connection; returns the member `value` of the answer.
fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> Outcome<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let answer = exchange(port, method, path, &body)
        .map_err(Failure::io(format!("WebKitWebDriver, {method} {path}")))?;
    let content = answer.split_once("\r\n\r\n").map(|(_, content)| content);
    let answer: Option<Value> = content.and_then(|content| serde_json::from_str(content).ok());
    let value = answer.and_then(|answer| answer.get("value").cloned());
    let value = value.ok_or_else(|| Failure::new("WebKitWebDriver did not answer in JSON"))?;
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        let message = value.get("message").and_then(Value::as_str);
        return Err(Failure::new(format!(
            "WebKitWebDriver, {method} {path}: {error}. {}",
            message.unwrap_or_default()
        )));
    }
    Ok(value)
}

fn exchange(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(ANSWER))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
