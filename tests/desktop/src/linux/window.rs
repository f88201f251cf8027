//! The app's window as a person sees it: parts found by their `data-testid`, clicks, keys, pictures.

use super::key::{Key, stroke};
use super::press;
use super::webdriver::{Driver, DriverError, ELEMENT, Session};
use crate::home::Home;
use crate::places;
use crate::wait;
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Whether WebKitGTK draws a page as one picture (`src-tauri/graphics.rs`).
pub const ONE_LAYER: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// A running app with one window.
pub struct Window {
    session: Session,
    name: String,
    /// The program that it is a window of.
    program: PathBuf,
}

/// Everything that the app's window needs, before the app is started.
pub struct Ready(Driver);

impl Ready {
    /// Starts the app.
    ///
    /// # Panics
    /// Where no window comes.
    pub fn open(self, name: &str, arguments: &[&str]) -> Window {
        self.open_program(&places::app(), name, arguments)
    }

    /// Starts another program that has a web view.
    ///
    /// # Panics
    /// Where no window comes.
    pub fn open_program(self, program: &Path, name: &str, arguments: &[&str]) -> Window {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Window {
            session: self.0.open(program, &arguments),
            name: name.to_owned(),
            program: program.to_owned(),
        }
    }
}

impl Window {
    /// Takes hold of the window of a program that was started by somebody else
    /// ([`Driver::attach`]).
    ///
    /// # Errors
    /// What the driver answers, among it that there is no window yet.
    pub fn attach(name: &str, inspector: u16) -> Result<Self, DriverError> {
        Driver::attach(inspector).map(|session| Self {
            session,
            name: name.to_owned(),
            program: places::app(),
        })
    }

    /// Waits until the page can be driven that the program has now: one that was taken hold of while
    /// its window was being made has none yet.
    ///
    /// # Panics
    /// Where there is none.
    pub fn hold_page(&self) {
        wait::until("the window has a page", || {
            let handles = self.session.get("/window/handles").ok()?;
            let handle = handles.as_array()?.last()?.clone();
            self.session
                .post("/window", &json!({ "handle": handle }))
                .ok()?;
            self.session.get("/title").ok()
        });
    }

    /// Starts the app in this home with these variables and arguments.
    ///
    /// # Panics
    /// Where no window comes.
    pub fn open(name: &str, home: &Home, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::driver(home, variables).open(name, arguments)
    }

    /// Makes everything ready for starting the app in this home with these variables. It draws in
    /// layers, as with a graphics card, which most people have; besides, of a page that is drawn
    /// as one and in which nothing moves the driver never brings a picture.
    ///
    /// # Panics
    /// Where the driver does not come up.
    pub fn driver(home: &Home, variables: &[(&str, &str)]) -> Ready {
        let layers = [(ONE_LAYER, "0")];
        let all: Vec<_> = layers.iter().chain(variables).copied().collect();
        Self::driver_as_it_is(home, &all)
    }

    /// The same, but the app draws as suits this machine.
    ///
    /// # Panics
    /// Where the driver does not come up.
    pub fn driver_as_it_is(home: &Home, variables: &[(&str, &str)]) -> Ready {
        Ready(Driver::start(|command| {
            home.furnish(command);
            command.envs(variables.iter().copied());
            // Names of languages and formats of times in pictures do not depend on the machine.
            command.envs([("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")]);
        }))
    }

    /// Waits until a part is there and visible.
    ///
    /// # Panics
    /// Where it does not appear.
    pub fn wait_for(&self, test_id: &str) {
        let what = format!("[{test_id}] in the window of {}", self.name);
        wait::until(&self.explained(&what), || {
            self.is_shown(test_id).then_some(())
        });
    }

    /// Waits until a part is gone or hidden.
    ///
    /// # Panics
    /// Where it stays.
    pub fn wait_until_gone(&self, test_id: &str) {
        let what = format!("[{test_id}] leaves the window of {}", self.name);
        wait::until(&what, || (!self.is_shown(test_id)).then_some(()));
    }

    /// Waits until a part shows a text.
    ///
    /// # Panics
    /// Where it does not.
    pub fn wait_for_text(&self, test_id: &str, text: &str) {
        let what = format!("{text:?} in [{test_id}] of {}", self.name);
        wait::until(&what, || {
            self.texts(test_id)
                .iter()
                .any(|shown| shown.contains(text))
                .then_some(())
        });
    }

    /// The title of the page.
    ///
    /// # Panics
    /// Where the driver refuses.
    pub fn title(&self) -> String {
        let title = self.session.get("/title").expect("a page has a title");
        title.as_str().unwrap_or_default().to_owned()
    }

    /// Whether a part is there and visible now.
    pub fn is_shown(&self, test_id: &str) -> bool {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .some((part) => part.checkVisibility() && part.getClientRects().length > 0)";
        self.script(script, &[json!(selector(test_id))]) == json!(true)
    }

    /// The texts of all parts with this id.
    pub fn texts(&self, test_id: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .map((part) => part.innerText)";
        let texts = self.script(script, &[json!(selector(test_id))]);
        let texts = texts.as_array().cloned().unwrap_or_default();
        texts
            .iter()
            .filter_map(|text| text.as_str().map(ToOwned::to_owned))
            .collect()
    }

    /// What a part carries in `data-value`: the whole of a text that is shown in groups.
    ///
    /// # Panics
    /// Where it does not appear.
    pub fn data_value(&self, test_id: &str) -> String {
        self.wait_for(test_id);
        let script = "return document.querySelector(arguments[0]).dataset.value";
        let value = self.script(script, &[json!(selector(test_id))]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Whether a button or field can be used.
    pub fn is_enabled(&self, test_id: &str) -> bool {
        let script = "const part = document.querySelector(arguments[0]);
            return part !== null && !part.disabled && part.ariaDisabled !== 'true'";
        self.script(script, &[json!(selector(test_id))]) == json!(true)
    }

    /// The value of a field.
    ///
    /// # Panics
    /// Where it does not appear.
    pub fn field_value(&self, test_id: &str) -> String {
        self.wait_for(test_id);
        let value = self.script(
            "return document.querySelector(arguments[0]).value",
            &[json!(selector(test_id))],
        );
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a part and clicks it.
    ///
    /// # Panics
    /// Where it does not appear or cannot be clicked.
    pub fn click(&self, test_id: &str) {
        self.on_element(test_id, "click", &json!({}));
    }

    /// Waits for the part with this id that shows this text, and clicks it.
    ///
    /// # Panics
    /// Where there is none.
    pub fn click_containing(&self, test_id: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .find((part) => part.innerText.includes(arguments[1]) && part.checkVisibility())";
        let arguments = [json!(selector(test_id)), json!(text)];
        wait::until(&format!("{text:?} in [{test_id}] can be clicked"), || {
            let element = self.session.script(script, &arguments).ok()?;
            let id = element[ELEMENT].as_str()?.to_owned();
            press::aim(&self.session, &element)?;
            self.session
                .post(&format!("/element/{id}/click"), &json!({}))
                .ok()
        });
        self.assert_met(test_id);
    }

    /// Waits for a field and types into it as a person does.
    ///
    /// # Panics
    /// Where it does not appear or cannot be typed into.
    pub fn type_into(&self, test_id: &str, text: &str) {
        self.on_element(test_id, "value", &json!({ "text": text }));
    }

    /// Puts a text into a field as pasting does: the driver's keys know no characters beyond the
    /// basic plane.
    ///
    /// # Panics
    /// Where the field does not appear.
    pub fn paste_into(&self, test_id: &str, text: &str) {
        self.wait_for(test_id);
        let script = "document.querySelector(arguments[0]).focus();
            return document.execCommand('insertText', false, arguments[1])";
        let arguments = [json!(selector(test_id)), json!(text)];
        assert_eq!(
            self.script(script, &arguments),
            json!(true),
            "[{test_id}] takes text"
        );
    }

    /// Empties a field.
    pub fn clear(&self, test_id: &str) {
        self.on_element(test_id, "clear", &json!({}));
    }

    /// Presses keys one after the other, into whatever has the focus.
    ///
    /// # Panics
    /// Where the driver refuses.
    pub fn press(&self, keys: &[Key]) {
        let strokes = keys
            .iter()
            .flat_map(|key| [stroke("keyDown", *key), stroke("keyUp", *key)]);
        self.actions(&strokes.collect::<Vec<_>>());
    }

    /// Holds all keys but the last down while pressing the last.
    ///
    /// # Panics
    /// Where the driver refuses.
    pub fn chord(&self, keys: &[Key]) {
        let down = keys.iter().map(|key| stroke("keyDown", *key));
        let up = keys.iter().rev().map(|key| stroke("keyUp", *key));
        self.actions(&down.chain(up).collect::<Vec<_>>());
    }

    /// The same for a chord after which the page may be gone: its answer is not looked at.
    pub fn chord_away(&self, keys: &[Key]) {
        let down: Vec<Value> = keys.iter().map(|key| stroke("keyDown", *key)).collect();
        let _answer = self.try_actions(&down);
    }

    /// The same for a chord that ends the app, and waits until it has ended.
    ///
    /// # Panics
    /// Where it goes on.
    pub fn quit_with(&self, keys: &[Key]) {
        let down: Vec<Value> = keys.iter().map(|key| stroke("keyDown", *key)).collect();
        // The answer to the last key may not come any more.
        let _answer = self.try_actions(&down);
        wait::until("the app ends", || self.has_ended().then_some(()));
    }

    /// Types characters into whatever has the focus, each after the one before was taken: of many
    /// at once the driver loses some on a busy machine.
    ///
    /// # Panics
    /// Where the driver refuses.
    pub fn type_keys(&self, text: &str) {
        for character in text.chars() {
            self.press(&[Key::Char(character)]);
        }
    }

    /// The `data-testid` of what has the focus, or of the nearest part around it that has one.
    pub fn focused(&self) -> String {
        let script =
            "return document.activeElement?.closest('[data-testid]')?.dataset.testid ?? ''";
        self.script(script, &[])
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Runs the body of a function in the page.
    ///
    /// # Panics
    /// Where it throws.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.session
            .script(body, arguments)
            .unwrap_or_else(|error| panic!("in the window of {}: {error:?}", self.name))
    }

    /// The same for a function that calls its last argument with the result.
    ///
    /// # Panics
    /// Where it throws or never calls it.
    pub fn script_async(&self, body: &str) -> Value {
        self.session
            .script_async(body, &[])
            .unwrap_or_else(|error| panic!("in the window of {}: {error:?}", self.name))
    }

    /// Gives the page so many CSS pixels.
    ///
    /// # Panics
    /// Where the window does not become that large.
    pub fn resize(&self, width: u32, height: u32) {
        self.try_resize(width, height)
            .expect("the window manager obeys");
        let inner = || {
            let size = self.script("return [innerWidth, innerHeight]", &[]);
            Some((
                u32::try_from(size[0].as_u64()?).ok()?,
                u32::try_from(size[1].as_u64()?).ok()?,
            ))
        };
        // The rectangle of WebDriver has the frame in it.
        wait::until(&format!("a page of {width}x{height}"), || {
            let (now_width, now_height) = inner()?;
            if (now_width, now_height) == (width, height) {
                return Some(());
            }
            let rectangle = self.session.get("/window/rect").ok()?;
            let outer = |side: &str| u32::try_from(rectangle[side].as_u64()?).ok();
            self.try_resize(
                (outer("width")? + width).checked_sub(now_width)?,
                (outer("height")? + height).checked_sub(now_height)?,
            )
            .ok();
            None
        });
        self.settle();
    }

    fn try_resize(&self, width: u32, height: u32) -> Result<Value, DriverError> {
        self.session
            .post("/window/rect", &json!({ "width": width, "height": height }))
    }

    /// Where the page lies and how large it is, CSS pixels.
    pub fn size(&self) -> (u64, u64) {
        let size = self.script("return [innerWidth, innerHeight]", &[]);
        (
            size[0].as_u64().unwrap_or_default(),
            size[1].as_u64().unwrap_or_default(),
        )
    }

    /// Keeps a picture of the page in the folder for artifacts.
    ///
    /// # Panics
    /// Where it cannot be taken or written.
    pub fn picture(&self, name: &str) -> PathBuf {
        // What still moves is let come to rest, so that pictures of two runs compare.
        self.settle();
        let answer = self
            .session
            .get("/screenshot")
            .expect("the page can be drawn");
        let encoded = answer.as_str().expect("base64");
        let picture = BASE64.decode(encoded.as_bytes()).expect("base64");
        let file = places::artifacts().join(format!("{name}.png"));
        fs::write(&file, picture).expect("the folder for artifacts is writable");
        file
    }

    /// Waits until fonts are there, no animation runs, and two frames have been drawn.
    pub fn settle(&self) {
        let script = "const done = arguments[arguments.length - 1];
            const moving = document.getAnimations()
                .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
                .map((one) => one.finished);
            // No animation of ours takes longer; one of a part that went away never finishes.
            const longest = new Promise((over) => setTimeout(over, 1000));
            Promise.race([Promise.allSettled([document.fonts.ready, ...moving]), longest])
              .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        let settled = self.session.script_async(script, &[]);
        assert!(settled.is_ok(), "the page draws: {settled:?}");
    }

    /// What axe-core finds by the rules of WCAG 2.2 AA: one line a violation.
    ///
    /// # Panics
    /// Where axe cannot run.
    pub fn axe(&self) -> Vec<String> {
        let file = places::root().join("ui/node_modules/axe-core/axe.min.js");
        let source =
            fs::read_to_string(&file).expect("axe-core is installed with the UI's packages");
        // Scripts of the driver run beside the content security policy, not under it.
        self.script(&format!("if (!window.axe) {{ {source}\n}}"), &[]);
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
              .then((found) => done(found.violations.flatMap((rule) => rule.nodes
                 .map((node) => `${rule.id}: ${node.target} (${node.failureSummary})`))),
                (error) => done([`axe failed: ${error}`]));";
        let found = self
            .session
            .script_async(run, &[])
            .expect("axe runs in the page");
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The process id of the app.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn app_id(&self) -> u32 {
        self.running_app().expect("the app runs under its driver")
    }

    /// Whether the app has ended.
    pub fn has_ended(&self) -> bool {
        self.running_app().is_none()
    }

    fn running_app(&self) -> Option<u32> {
        child_of(self.session.driver().id(), &self.program)
    }

    /// Ends the app at once (`kill -9`).
    ///
    /// # Panics
    /// Where it has ended already.
    pub fn kill(self) {
        let id = i32::try_from(self.app_id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        let killed =
            rustix::process::kill_process(id.expect("a process id"), rustix::process::Signal::KILL);
        assert!(killed.is_ok(), "the app could not be killed: {killed:?}");
    }

    /// Closes the app as its own close button does, and waits until it has ended.
    pub fn close(self) {
        let id = self.app_id();
        self.session.end();
        // The driver may have ended, too, so its children are not asked for.
        wait::until("the app ends after its window", || {
            (!is_running(id)).then_some(())
        });
    }

    /// Everything that the app has printed so far.
    pub fn printed(&self) -> String {
        let driver = self.session.driver();
        let lines = [driver.output().lines(), driver.errors().lines()];
        lines.concat().join("\n")
    }

    /// The end of what the app printed, for the words of a failure.
    pub fn report(&self) -> String {
        self.session.driver().report()
    }

    fn on_element(&self, test_id: &str, action: &str, body: &Value) {
        let what = format!("[{test_id}] of {} takes {action}", self.name);
        let find = json!({ "using": "css selector", "value": selector(test_id) });
        // A part may be drawn anew between being found and being used.
        wait::until(&self.explained(&what), || {
            let element = self.session.post("/element", &find).ok()?;
            let id = element[ELEMENT].as_str()?.to_owned();
            press::aim(&self.session, &element)?;
            self.session
                .post(&format!("/element/{id}/{action}"), body)
                .ok()
        });
        if action == "click" {
            self.assert_met(test_id);
        }
    }

    /// Fails if the last press met something else than what it was aimed at: that moved away under
    /// the pointer, which is a fault of the page.
    fn assert_met(&self, test_id: &str) {
        if let Some(other) = press::met_another(&self.session) {
            panic!(
                "the press on [{test_id}] of {} met {other} instead",
                self.name
            );
        }
    }

    fn try_actions(&self, strokes: &[Value]) -> Result<Value, DriverError> {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.session
            .post("/actions", &json!({ "actions": [keyboard] }))
    }

    fn actions(&self, strokes: &[Value]) {
        let done = self.try_actions(strokes);
        assert!(
            done.is_ok(),
            "keys in the window of {}: {done:?}",
            self.name
        );
    }

    /// Keeps what was on screen when a test failed.
    fn keep_last_sight(&self) {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let file = places::artifacts().join(format!("failed-{test}-{}.png", self.name));
        let picture = self.session.get("/screenshot").ok();
        let encoded = picture.as_ref().and_then(Value::as_str).unwrap_or_default();
        if let Ok(picture) = BASE64.decode(encoded.as_bytes()) {
            let _not_kept = fs::write(&file, picture);
        }
        let page = self.session.script("return document.body.innerText", &[]);
        eprintln!(
            "--- the window of {} ({}): {page:?}",
            self.name,
            file.display()
        );
    }

    /// The words with the ids that are on screen, so that a failed wait tells what was there.
    fn explained(&self, what: &str) -> String {
        let script = "return [...new Set([...document.querySelectorAll('[data-testid]')]
            .map((part) => part.dataset.testid))].slice(0, 40).join(' ')";
        match self.session.script(script, &[]) {
            Ok(shown) => format!("{what}; there was: {shown}"),
            Err(error) => format!("{what}; the page did not answer: {error:?}"),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_last_sight();
        }
    }
}

fn selector(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}

/// The child of a process that runs this program, also where the file was replaced meanwhile.
fn child_of(parent: u32, program: &Path) -> Option<u32> {
    let program = program.file_name()?.to_str()?;
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let status = Status::of(id)?;
        let is_it = status.field("PPid:")?.parse() == Ok(parent)
            && status.field("Name:")? == program
            && status.is_running();
        is_it.then_some(id)
    })
}

fn is_running(id: u32) -> bool {
    Status::of(id).is_some_and(|status| status.is_running())
}

/// What the system says of a process.
struct Status(String);

impl Status {
    fn of(id: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{id}/status"));
        status.ok().map(Self)
    }

    fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.0.lines();
        lines.find_map(|line| Some(line.strip_prefix(name)?.trim()))
    }

    /// A process that has ended stays as a zombie until its parent asks for it.
    fn is_running(&self) -> bool {
        self.field("State:")
            .is_some_and(|state| !state.starts_with('Z'))
    }
}
