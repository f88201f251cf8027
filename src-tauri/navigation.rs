//! Where the web view may go: to the program's own pages and nowhere else. Links of people are opened
//! by the system, after a question; what else would lead away (a click that was not caught, a middle
//! click, a dropped address) would show a stranger's page in our window.

use tauri::{Config, Url};

/// The pages of the program, as the web view addresses them (Windows has no schemes of programs).
const OWN: &[(&str, &str)] = if cfg!(windows) {
    &[("http", "tauri.localhost"), ("https", "tauri.localhost")]
} else {
    &[("tauri", "localhost")]
};

/// The server that gives the pages while the window is worked on; none in what people get.
pub(crate) fn development_server(config: &Config) -> Option<Url> {
    config.build.dev_url.clone().filter(|_| tauri::is_dev())
}

/// Whether the web view may go to an address.
pub(crate) fn is_own(to: &Url, development: Option<&Url>) -> bool {
    let own = |(scheme, host): &(&str, &str)| {
        to.scheme() == *scheme && to.host_str() == Some(*host) && to.port().is_none()
    };
    // An opaque origin equals no other, not even itself.
    OWN.iter().any(own) || development.is_some_and(|server| server.origin() == to.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(to: &str, development: Option<&str>) -> bool {
        let url = |text: &str| text.parse::<Url>().unwrap();
        is_own(&url(to), development.map(url).as_ref())
    }

    #[test]
    fn own_pages_are_gone_to() {
        let own = if cfg!(windows) {
            "http://tauri.localhost"
        } else {
            "tauri://localhost"
        };
        for path in ["", "/", "/index.html", "/index.html?x#y"] {
            assert!(goes(&format!("{own}{path}"), None), "{path}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for to in [
            "https://example.org/",
            "http://localhost/",
            "https://localhost/",
            "http://127.0.0.1:5173/",
            "tauri://localhost.example/",
            "tauri://localhost:81/",
            "tauri://example.org/index.html",
            "https://tauri.localhost.example/",
            "about:blank",
            "data:text/html,hi",
            "file:///etc/passwd",
            "blob:tauri://localhost/1",
            "javascript:alert(1)",
            "mailto:mara@example.org",
            "sotto:add#x",
        ] {
            assert!(!goes(to, None), "{to}");
        }
    }

    #[test]
    fn the_development_server_is_gone_to_only_where_there_is_one() {
        let server = Some("http://127.0.0.1:5173");
        assert!(goes("http://127.0.0.1:5173/index.html", server));
        assert!(!goes("http://127.0.0.1:5174/", server));
        assert!(!goes("https://127.0.0.1:5173/", server));
        assert!(!goes("data:text/html,hi", Some("data:text/html,hi")));
    }
}
