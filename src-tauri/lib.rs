//! The windowed program: the only Rust that knows a window exists. It opens the window, hands
//! requests and events between it and the engine, and shows notifications.

mod clipboard;
#[macro_use]
mod command_list;
mod commands;
#[cfg(target_os = "linux")]
mod graphics;
mod looked_at;
mod navigation;
mod notifications;
mod pictures;
mod shell;
mod single_instance;
mod web_storage;
mod words;

use clap::Parser;
use looked_at::LookedAt;
use shell::{Shell, WINDOW, hand_over};
use sotto_engine::driver::{Launcher, ProfileSocket, disable_core_dumps, read_one_picture};
use sotto_engine::folders::Folders;
use sotto_engine::log::is_ours;
use sotto_engine::profile::{ProfileError, ProfileFolder};
use sotto_engine::qr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, io, process};
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
    let start = Start {
        home: ProfileFolder::at(dir),
        folders,
        profile: arguments.profile,
        webview,
    };
    start.run(link)
}

/// What a start of the program is about.
struct Start {
    home: ProfileFolder,
    folders: Folders,
    profile: String,
    /// Where the web view keeps what it keeps.
    webview: PathBuf,
}

impl Start {
    fn run(self, link: Option<&str>) -> ExitCode {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let Ok(runtime) = builder.worker_threads(2).enable_all().build() else {
            return refuse("the system gives no threads");
        };
        let lock = match self.home.lock() {
            Ok(lock) => Some(lock),
            Err(ProfileError::InUse) => {
                let asked = single_instance::ask_first(&self.home, &self.folders, link);
                return runtime.block_on(asked);
            }
            // The window says so, and tries again when the person asks.
            Err(_) => None,
        };
        // What opens the window would panic without a screen.
        #[cfg(target_os = "linux")]
        if gtk::init().is_err() {
            return refuse("there is no screen: neither DISPLAY nor WAYLAND_DISPLAY leads to one");
        }
        let in_no_session = env::temp_dir().join(format!("sotto-webview-{}", process::id()));
        let spare = [self.folders.runtime.join("webview"), in_no_session];
        let Some(storage) = web_storage::choose(self.webview, &spare) else {
            return refuse("there is no folder for the window, not even a temporary one");
        };
        let door = runtime.block_on(async { ProfileSocket::bind(&self.home, &self.folders) });
        let socket = door
            .inspect_err(|error| tracing::warn!(%error, "a second start will not find this window"))
            .ok();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let launcher = Launcher::new(
            self.home,
            lock,
            self.folders,
            self.profile.clone(),
            version,
            runtime.handle().clone(),
        );
        tauri::async_runtime::set(runtime.handle().clone());
        // Keys and history are opened while the system makes the window.
        let starting = Arc::clone(&launcher);
        runtime.spawn(async move { starting.start().await });
        let shell = Shell::new(launcher, link.map(ToOwned::to_owned));
        open(shell, socket, &self.profile, storage)
    }
}

fn open(shell: Shell, socket: Option<ProfileSocket>, profile: &str, storage: PathBuf) -> ExitCode {
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
            LookedAt::follow(window.app_handle(), event);
        })
        .setup(move |app| {
            let app = app.handle().clone();
            // What fails here is handed on to nobody: it would end in a panic.
            if let Err(error) = window(&app, &title, storage) {
                refuse(&format!("the window cannot be opened: {error}"));
                app.exit(1);
                return Ok(());
            }
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

/// Opens the one window.
fn window(app: &AppHandle, title: &str, storage: PathBuf) -> tauri::Result<()> {
    let development = navigation::development_server(app.config());
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .on_navigation(move |to| navigation::is_own(to, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .title(title)
        .inner_size(1120.0, 760.0)
        .min_inner_size(480.0, 560.0)
        .zoom_hotkeys_enabled(false)
        .data_directory(storage)
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
        .with(tracing_subscriber::fmt::layer().with_writer(io::stderr))
        .with(wanted)
        .with(filter_fn(|metadata| is_ours(metadata.target())))
        .init();
}

/// Says why there is no window, to whoever still reads what the program says.
fn refuse(why: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "sotto: {why}");
    ExitCode::FAILURE
}
