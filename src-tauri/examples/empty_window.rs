//! A Tauri window with one word in it and nothing behind: what `cargo xtask bench start` and `bench
//! tray` measure the app's own against. With `--stay` it goes on without its window and obeys lines
//! on stdin: `close`, `open`.

use std::io::{BufRead as _, stdin};
use std::process::ExitCode;
use std::{env, thread};
use tauri::http::Response;
use tauri::{AppHandle, Manager as _, RunEvent, WebviewUrl, WebviewWindowBuilder};

/// The page; the part is what the benchmark waits for.
const PAGE: &str = "<!doctype html><title>Empty</title><p data-testid=\"empty\">Empty</p>";

const WINDOW: &str = "main";

fn main() -> ExitCode {
    let stays = env::args().any(|argument| argument == "--stay");
    let built = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let mut page = Response::new(PAGE.as_bytes().to_vec());
            let html = tauri::http::HeaderValue::from_static("text/html; charset=utf-8");
            page.headers_mut().insert("Content-Type", html);
            page
        })
        .setup(move |app| {
            open(app.handle())?;
            if stays {
                let app = app.handle().clone();
                thread::spawn(move || obey(&app));
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    let Ok(app) = built else {
        return ExitCode::FAILURE;
    };
    app.run(move |_, event| {
        if let RunEvent::ExitRequested {
            code: None, api, ..
        } = event
            && stays
        {
            api.prevent_exit();
        }
    });
    ExitCode::SUCCESS
}

fn open(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
    let page = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
    WebviewWindowBuilder::new(app, WINDOW, page)
        .title("Empty")
        .inner_size(1120.0, 760.0)
        .build()?;
    Ok(())
}

/// Does what is said until nobody says anything any more.
fn obey(app: &AppHandle) {
    for line in stdin().lock().lines().map_while(Result::ok) {
        let on_main = app.clone();
        let asked = app.run_on_main_thread(move || {
            let done = match (line.as_str(), on_main.get_webview_window(WINDOW)) {
                ("open", None) => open(&on_main),
                ("close", Some(window)) => window.destroy().map_err(Into::into),
                _ => Ok(()),
            };
            if let Err(error) = done {
                eprintln!("{line}: {error}");
            }
        });
        if asked.is_err() {
            break;
        }
    }
    app.exit(0);
}
