//! The windowed program: the only Rust that knows a window exists. It opens the window, hands
//! requests and events between it and the engine, and shows notifications.

mod clipboard;
#[macro_use]
mod command_list;
mod commands;
#[cfg(target_os = "linux")]
mod graphics;
mod navigation;
mod notifications;
mod pictures;
mod shell;
mod single_instance;
mod words;

use clap::Parser;
use shell::{Shell, WINDOW, hand_over};
use sotto_engine::driver::{Launcher, ProfileSocket, disable_core_dumps, read_one_picture};
use sotto_engine::folders::Folders;
use sotto_engine::log::is_ours;
use sotto_engine::profile::{ProfileError, ProfileFolder};
use sotto_engine::qr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, DragDropEvent, Emitter as _, Manager as _, RunEvent, WebviewUrl,
    WebviewWindowBuilder, WindowEvent,
};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use words::words;

macro_rules! handler {
    ($($area:ident { $($name:ident,)* })*) => {
        tauri::generate_handler![$($(commands::$name,)*)*]
    };
}

/// Send words from one desktop to another so that nobody in between can read them.
#[derive(Parser)]
#[command(name = "sotto", version)]
struct Arguments {
    /// Another person on this computer, for trying out: own data, keys and window.
    #[arg(long, value_name = "NAME", default_value = "")]
    profile: String,
    /// A link of Sotto's to be looked at, as the system hands it over.
    #[arg(value_name = "LINK")]
    link: Option<String>,
    /// Reads a picture for the program itself.
    #[arg(long, hide = true, exclusive = true)]
    read_picture: bool,
}

/// Runs the program until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    disable_core_dumps();
    let arguments = Arguments::parse();
    if arguments.read_picture {
        return read_one_picture();
    }
    write_logs();
    #[cfg(target_os = "linux")]
    graphics::prepare();
    let Some(folders) = Folders::of_person() else {
        return refuse("this person has no home folder");
    };
    let name = &arguments.profile;
    let (Some(dir), Some(webview)) = (folders.profile(name), folders.webview(name)) else {
        return refuse("a profile's name has 1 to 32 letters, digits, - and _");
    };
    let link = arguments.link.as_deref().and_then(qr::link);
    if link.is_none() && arguments.link.is_some() {
        tracing::warn!("what it was started with is no link of Sotto's");
    }
    let home = ProfileFolder::at(dir);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let Ok(runtime) = builder.worker_threads(2).enable_all().build() else {
        return refuse("the system gives no threads");
    };
    let lock = match home.lock() {
        Ok(lock) => Some(lock),
        Err(ProfileError::InUse) => {
            return runtime.block_on(single_instance::ask_first(&home, &folders, link));
        }
        // The window says so, and tries again when the person asks.
        Err(_) => None,
    };
    let socket = match runtime.block_on(async { ProfileSocket::bind(&home, &folders) }) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!(%error, "a second start will not find this window");
            None
        }
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let launcher = Launcher::new(
        home,
        lock,
        folders,
        arguments.profile.clone(),
        version,
        runtime.handle().clone(),
    );
    tauri::async_runtime::set(runtime.handle().clone());
    // Keys and history are opened while the system makes the window.
    let starting = Arc::clone(&launcher);
    runtime.spawn(async move { starting.start().await });
    let shell = Shell::new(launcher, link.map(ToOwned::to_owned));
    open(shell, socket, &arguments.profile, webview)
}

fn open(shell: Shell, socket: Option<ProfileSocket>, profile: &str, webview: PathBuf) -> ExitCode {
    let stopping = Arc::clone(&shell.launcher);
    let title = match profile {
        "" => "Sotto".to_owned(),
        named => words().window_title(named),
    };
    let state_file = match profile {
        "" => "window.json".to_owned(),
        named => format!("window-{named}.json"),
    };
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_filename(state_file)
                .build(),
        )
        .manage(shell)
        .invoke_handler(every_command!(handler))
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
                dropped(window.app_handle(), paths);
            }
        })
        .setup(move |app| {
            window(app.handle(), &title, webview)?;
            let app = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                app.state::<Shell>().follow(app.clone()).await;
            });
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => return refuse(&format!("the window cannot be opened: {error}")),
    };
    if let Some(socket) = socket {
        tauri::async_runtime::spawn(single_instance::answer(socket, app.handle().clone()));
    }
    app.run(move |app, event| {
        links_of_the_system(app, &event);
        if let RunEvent::Exit = event {
            // The connections say goodbye and the history is closed before the process ends.
            tauri::async_runtime::block_on(stopping.stop());
        }
    });
    ExitCode::SUCCESS
}

/// Takes a link that macOS hands to the running program; elsewhere it comes as an argument.
#[cfg(target_os = "macos")]
fn links_of_the_system(app: &AppHandle, event: &RunEvent) {
    if let RunEvent::Opened { urls } = event
        && let Some(link) = urls.iter().find_map(|url| qr::link(url.as_str()))
    {
        hand_over(app, Ok(link.to_owned()));
    }
}

#[cfg(not(target_os = "macos"))]
fn links_of_the_system(_app: &AppHandle, _event: &RunEvent) {}

/// Reads the code in the first of the files that were dropped onto the window.
fn dropped(app: &AppHandle, paths: &[PathBuf]) {
    let (app, path) = (app.clone(), paths.first().cloned());
    tauri::async_runtime::spawn(async move {
        if let Some(path) = path {
            // The page may say that it is being read: that can take a while.
            let _ = app.emit("picture-dropped", ());
            let read = pictures::read_file(&app.state::<Shell>(), path).await;
            hand_over(&app, read);
        }
    });
}

/// Opens the one window. What its web view keeps is the profile's own, in the given folder.
fn window(app: &AppHandle, title: &str, webview: PathBuf) -> tauri::Result<()> {
    let development = navigation::development_server(app.config());
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .on_navigation(move |to| navigation::is_own(to, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .title(title)
        .inner_size(1120.0, 760.0)
        .min_inner_size(480.0, 560.0)
        .zoom_hotkeys_enabled(false)
        .data_directory(webview)
        .build()?;
    quiet_scrolling(&window)
}

/// Turns WebKitGTK's smooth scrolling off: its animation ends whenever a list corrects its place,
/// and more than half of the wheel's travel is lost then. It obeys only where the page's own thread
/// scrolls; the list of messages takes care of itself where the compositor does
/// (`ui/src/features/conversation/motion.ts`).
#[cfg(target_os = "linux")]
fn quiet_scrolling(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        use webkit2gtk::{SettingsExt as _, WebViewExt as _};
        if let Some(settings) = webview.inner().settings() {
            settings.set_enable_smooth_scrolling(false);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn quiet_scrolling(_window: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Writes what goes wrong in our own crates to stderr; `SOTTO_LOG` asks for more.
fn write_logs() {
    let wanted = EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .with(wanted)
        .with(filter_fn(|metadata| is_ours(metadata.target())))
        .init();
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn refuse(why: &str) -> ExitCode {
    eprintln!("sotto: {why}");
    ExitCode::FAILURE
}
