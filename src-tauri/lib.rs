//! The windowed program: the only Rust that knows a window exists. It opens the window, hands
//! requests and events between it and the engine, shows notifications, and goes on in the tray.

mod clipboard;
mod closing;
#[macro_use]
mod command_list;
mod commands;
#[cfg(target_os = "linux")]
mod graphics;
mod login;
mod looked_at;
mod navigation;
mod notifications;
mod pictures;
mod scanning;
mod screen;
mod shell;
mod single_instance;
mod tray;
mod tray_host;
mod web_storage;
mod window;
mod words;

use clap::Parser;
use login::Login;
use shell::Shell;
use sotto_engine::driver::{
    Launcher, ProfileSocket, disable_core_dumps, read_frames, read_one_picture,
};
use sotto_engine::folders::Folders;
use sotto_engine::log::is_ours;
use sotto_engine::profile::{ProfileError, ProfileFolder};
use sotto_engine::qr;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, io, process};
use tauri::{App, AppHandle, Manager as _, RunEvent};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use window::Frame;
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
    /// Starts without a window, where it needs none: what the entry for logging in says.
    #[arg(long)]
    hidden: bool,
    /// Reads a picture for the program itself.
    #[arg(long, hide = true, exclusive = true)]
    read_picture: bool,
    /// Reads the frames of a camera for the program itself.
    #[arg(long, hide = true, exclusive = true)]
    read_frames: bool,
}

/// Runs the program until it is ended.
#[must_use]
pub fn run() -> ExitCode {
    disable_core_dumps();
    let arguments = Arguments::parse();
    if arguments.read_picture {
        return read_one_picture();
    }
    if arguments.read_frames {
        return read_frames();
    }
    #[cfg(target_os = "linux")]
    let graphics = graphics::prepare();
    write_logs();
    #[cfg(target_os = "linux")]
    if let Err(error) = graphics {
        tracing::warn!(%error, "the window may stay blank or be slow with these graphics");
    }
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
        // A link wants to be looked at.
        hidden: arguments.hidden && link.is_none(),
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
    /// Without a window, if it needs none.
    hidden: bool,
}

impl Start {
    fn run(self, link: Option<&str>) -> ExitCode {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let Ok(runtime) = builder.worker_threads(2).enable_all().build() else {
            return refuse("the system gives no threads");
        };
        let lock = match self.home.lock() {
            Ok(lock) => Some(lock),
            // The first goes on as it is.
            Err(ProfileError::InUse) if self.hidden => return ExitCode::SUCCESS,
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
        let title = match self.profile.as_str() {
            "" => "Sotto".to_owned(),
            named => words().window_title(named),
        };
        let frame = Frame { title, storage };
        let shell = Shell::new(launcher, frame, link.map(ToOwned::to_owned));
        open(shell, socket, &self.profile, self.hidden)
    }
}

fn open(shell: Shell, socket: Option<ProfileSocket>, profile: &str, hidden: bool) -> ExitCode {
    let state_file = match profile {
        "" => "window.json".to_owned(),
        named => format!("window-{named}.json"),
    };
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_filename(state_file)
                .build(),
        );
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    let built = builder
        .manage(shell)
        .manage(Login::of(profile))
        .invoke_handler(every_command!(handler))
        .on_window_event(window::happened)
        .setup(move |app| {
            begin(app, hidden);
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
    app.run(happened);
    ExitCode::SUCCESS
}

/// Opens the window, unless it is to stay away, and follows the engine.
fn begin(app: &App, hidden: bool) {
    let app = app.handle().clone();
    // What fails here is handed on to nobody: it would end in a panic.
    if hidden {
        Shell::rest(&app);
    } else if let Err(error) = window::open(&app) {
        refuse(&format!("the window cannot be opened: {error}"));
        app.exit(1);
        return;
    }
    tauri::async_runtime::spawn(async move {
        app.state::<Shell>().follow(app.clone()).await;
    });
}

/// What happens to the program.
fn happened(app: &AppHandle, event: RunEvent) {
    of_the_system(app, &event);
    match event {
        // The last window went, and the program is to stay; with a code it is to end.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if app.state::<Shell>().closing.stays() => api.prevent_exit(),
        RunEvent::Exit => {
            let shell = app.state::<Shell>();
            // The connections say goodbye and the history is closed before the process ends.
            tauri::async_runtime::block_on(async {
                shell.notifications.clear().await;
                shell.launcher.stop().await;
            });
        }
        _ => {}
    }
}

/// Takes what macOS hands to the running program: a link, which comes as an argument elsewhere, and
/// a click on its icon.
#[cfg(target_os = "macos")]
fn of_the_system(app: &AppHandle, event: &RunEvent) {
    match event {
        RunEvent::Opened { urls } => {
            if let Some(link) = urls.iter().find_map(|url| qr::link(url.as_str())) {
                shell::hand_over(app, Ok(link.to_owned()));
            }
        }
        RunEvent::Reopen { .. } => window::focus(app),
        _ => {}
    }
}

#[cfg(not(target_os = "macos"))]
fn of_the_system(_app: &AppHandle, _event: &RunEvent) {}

/// Writes what goes wrong in our own crates to stderr; `SOTTO_LOG` asks for more.
fn write_logs() {
    let wanted = EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(layer)
        .with(wanted)
        .with(filter_fn(|metadata| is_ours(metadata.target())))
        .init();
}

/// Says why there is no window, to whoever still reads what the program says.
fn refuse(why: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "sotto: {why}");
    ExitCode::FAILURE
}
