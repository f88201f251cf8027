//! Whether the desktop has a tray that shows our icon. On Linux that is a program which may come
//! later than ours, go and come again; elsewhere it is always there.

use crate::shell::Shell;
use crate::tray::Tray;
use tauri::{AppHandle, Manager as _};

/// Makes the icon as soon as there is a tray, and keeps telling the shell whether there is one.
#[cfg(target_os = "linux")]
pub(crate) async fn follow(app: AppHandle) {
    if !linux::has_library() {
        tracing::info!("without libayatana-appindicator there is no icon in the tray");
        return;
    }
    let told = app.clone();
    let watched = linux::watch(move |there| appeared(&told, there)).await;
    if let Err(error) = watched {
        tracing::debug!(%error, "nothing tells whether there is a tray");
    }
    appeared(&app, false);
}

/// Makes the icon.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::unused_async, reason = "it takes its time on Linux")]
pub(crate) async fn follow(app: AppHandle) {
    appeared(&app, true);
}

fn appeared(app: &AppHandle, there: bool) {
    let on_main = app.clone();
    let asked = app.run_on_main_thread(move || {
        let shell = on_main.state::<Shell>();
        if there && !shell.has_icon() {
            match Tray::new(&on_main) {
                Ok(tray) => shell.set_tray(tray),
                Err(error) => tracing::warn!(%error, "there is no icon in the tray"),
            }
        }
        shell.set_tray_host(there);
        shell.refresh();
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the program ends");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use futures_util::StreamExt as _;
    use std::path::{Path, PathBuf};
    use std::{env, fs};
    use zbus::Connection;
    use zbus::fdo::DBusProxy;
    use zbus::names::BusName;

    /// Who shows the icons of other programs (StatusNotifierItem specification).
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    /// The libraries of which one has to be there.
    const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

    /// What the system's linker knows, and where it looks besides.
    const LINKER_CACHE: &str = "/etc/ld.so.cache";
    const FOLDERS: [&str; 4] = ["/lib", "/usr/lib", "/lib64", "/usr/lib64"];

    /// Whether the library is there that the icon is made with: it is opened when it is needed,
    /// and nothing works without it.
    pub(super) fn has_library() -> bool {
        let own = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let folders = env::split_paths(&own).chain(FOLDERS.map(PathBuf::from));
        let cache = fs::read(LINKER_CACHE).unwrap_or_default();
        is_known(&cache, folders)
    }

    fn is_known(cache: &[u8], mut folders: impl Iterator<Item = PathBuf>) -> bool {
        let in_cache = |name: &str| {
            let entry = [b"/", name.as_bytes(), b"\0"].concat();
            cache.windows(entry.len()).any(|part| part == entry)
        };
        let in_folder = |folder: &Path| LIBRARIES.iter().any(|name| folder.join(name).exists());
        LIBRARIES.iter().any(|name| in_cache(name)) || folders.any(|folder| in_folder(&folder))
    }

    /// Tells whether there is a watcher, now and whenever that changes.
    pub(super) async fn watch(tell: impl Fn(bool)) -> zbus::Result<()> {
        let connection = Connection::session().await?;
        let bus = DBusProxy::new(&connection).await?;
        let mut changes = bus
            .receive_name_owner_changed_with_args(&[(0, WATCHER)])
            .await?;
        tell(bus.name_has_owner(BusName::try_from(WATCHER)?).await?);
        while let Some(change) = changes.next().await {
            tell(change.args()?.new_owner().is_some());
        }
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::process;

        #[test]
        fn library_is_found_by_the_linkers_cache_or_in_a_folder() {
            let none = || std::iter::empty();
            assert!(is_known(
                b"..\0/usr/lib/x/libayatana-appindicator3.so.1\0..",
                none()
            ));
            assert!(!is_known(
                b"..\0/usr/lib/x/libayatana-appindicator3.so.12\0",
                none()
            ));
            assert!(!is_known(b"", none()));
            let folder = env::temp_dir().join(format!("sotto-tray-library-{}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            assert!(!is_known(b"", std::iter::once(folder.clone())));
            fs::write(folder.join(LIBRARIES[1]), "").unwrap();
            assert!(is_known(b"", std::iter::once(folder.clone())));
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}
