//! The command line: what a person types, checked and turned into an [`Invocation`].

use crate::failure::Failure;
use crate::request::{Request, Wait};
use clap::error::ErrorKind;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use sotto_engine::api::ErrorCode;
use sotto_engine::api::{INVITE_SECS, RelayChoice};
use sotto_engine::profile::{Keys, NewProfile};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// Longer than any text that can be sent.
const STDIN_LIMIT: u64 = 64 * 1024;
/// How long `send --wait` waits if nothing else is said.
const USUAL_WAIT: Duration = Duration::from_mins(1);
/// A year: nobody means more, and no clock overflows.
const LONGEST_WAIT: Duration = Duration::from_hours(365 * 24);

/// What the command line asks for.
pub(crate) enum Parsed {
    /// Help or the version.
    Text(String),
    /// A command.
    Invocation(Invocation),
}

/// A command with the home that it is for.
pub(crate) struct Invocation {
    pub(crate) home: PathBuf,
    pub(crate) keychain: Keychain,
    pub(crate) task: Task,
}

/// What is to be done.
pub(crate) enum Task {
    /// Make a profile.
    Init(Init),
    /// Something with the profile that there is.
    Run(Request),
    /// The same with what the code in a picture says.
    Scan {
        /// The contact's id.
        with: String,
        /// The picture.
        file: PathBuf,
    },
}

/// Reads the command line; for `-` as text also stdin.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Failure> {
    let line = match Line::try_parse_from(words) {
        Ok(line) => line,
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            return Ok(Parsed::Text(error.to_string()));
        }
        Err(error) => return Err(usage(&error)),
    };
    Ok(Parsed::Invocation(Invocation {
        home: line.home,
        keychain: line.keychain,
        task: task(line.command)?,
    }))
}

fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    let sentence = words.join(" ");
    let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    Failure {
        code: "usage".into(),
        message: sentence.to_owned().into(),
    }
}

fn task(command: CommandLine) -> Result<Task, Failure> {
    Ok(Task::Run(match command {
        CommandLine::Init(init) => return Ok(Task::Init(init)),
        CommandLine::Id => Request::Id,
        CommandLine::ExportPublic => Request::ExportPublic,
        CommandLine::Contacts => Request::Contacts,
        CommandLine::People => Request::People,
        CommandLine::Add {
            link: Some(link),
            name,
            allow_private,
            ..
        } => Request::AddLink {
            link,
            name: name.unwrap_or_default(),
            allow_private,
        },
        CommandLine::Add {
            link: None,
            user_id,
            public_key,
            name,
            ..
        } => Request::Add {
            user_id: user_id.unwrap_or_default(),
            public_key: public_key.unwrap_or_default(),
            name: name.unwrap_or_default(),
        },
        CommandLine::Invite { ttl } => Request::Invite { ttl_secs: ttl },
        CommandLine::Invites => Request::Invites,
        CommandLine::Revoke { invite } => Request::Revoke { invite },
        CommandLine::Card => Request::Card,
        CommandLine::Send {
            to,
            text,
            wait,
            timeout,
        } => Request::Send {
            to,
            text: if text == "-" { stdin_text()? } else { text },
            wait,
            limit: timeout.map_or(USUAL_WAIT, |seconds| seconds.0),
        },
        CommandLine::Listen { seconds } => Request::Listen {
            limit: seconds.map(|seconds| seconds.0),
        },
        CommandLine::History { with } => Request::History { with },
        CommandLine::AcceptKey { with } => Request::AcceptKey { with },
        CommandLine::SafetyNumber { with } => Request::SafetyNumber { with },
        CommandLine::Qr { with, out } => Request::Qr {
            with,
            out: drawable(&out)?,
        },
        CommandLine::Verify(verify) => return Ok(verify.task()),
        CommandLine::Unverify { with } => Request::Unverify { with },
        CommandLine::UseName { with } => Request::UseName { with },
        CommandLine::Requests => Request::Requests,
        CommandLine::Accept { request } => Request::Accept { request },
    }))
}

/// Where a code is drawn: whoever carries the command out may stand in another folder.
fn drawable(out: &Path) -> Result<PathBuf, Failure> {
    let end = out.extension().and_then(OsStr::to_str).unwrap_or_default();
    if !["png", "svg"]
        .iter()
        .any(|known| end.eq_ignore_ascii_case(known))
    {
        return Err(Failure::new("usage", "--out names a .png or a .svg file"));
    }
    std::path::absolute(out).map_err(|_| ErrorCode::NotSaved.into())
}

/// Reads a text from stdin, exactly as it comes.
fn stdin_text() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(STDIN_LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|_| Failure::new("input", "the text could not be read from stdin"))?;
    text_of(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String, Failure> {
    if u64::try_from(bytes.len()).is_ok_and(|len| len >= STDIN_LIMIT) {
        return Err(ErrorCode::TextTooLong.into());
    }
    String::from_utf8(bytes).map_err(|_| Failure::new("bad_text", "the text is not UTF-8"))
}

/// Sotto without a window: end-to-end encrypted messages from the command line, JSON lines out.
#[derive(Debug, Parser)]
#[command(name = "sotto-cli", version, disable_help_subcommand = true)]
struct Line {
    /// The folder of the profile.
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// Where the keys lie; with `passphrase`, SOTTO_PASSPHRASE is read.
    #[arg(long, value_enum, default_value_t = Keychain::Os)]
    keychain: Keychain,
    #[command(subcommand)]
    command: CommandLine,
}

/// Where the keys lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keychain {
    /// In the keychain of the operating system.
    Os,
    /// In a file of the home, sealed under the passphrase in SOTTO_PASSPHRASE.
    Passphrase,
}

impl Keychain {
    /// The place with what opens it.
    pub(crate) fn keys(self) -> Result<Keys, Failure> {
        match self {
            Self::Os => Ok(Keys::OsKeychain),
            Self::Passphrase => match std::env::var("SOTTO_PASSPHRASE") {
                Ok(passphrase) if !passphrase.is_empty() => {
                    Ok(Keys::Passphrase(Zeroizing::new(passphrase)))
                }
                _ => Err(Failure::new(
                    "no_passphrase",
                    "--keychain passphrase needs the passphrase in SOTTO_PASSPHRASE",
                )),
            },
        }
    }
}

#[derive(Debug, Subcommand)]
enum CommandLine {
    /// Make a profile with new keys. Connects to nothing.
    Init(Init),
    /// Print who you are.
    Id,
    /// Print what to give to others so that they can write to you.
    ExportPublic,
    /// Print the contacts, oldest first.
    Contacts,
    /// Print who is online at the relays.
    People,
    /// Add a contact by a link, or by id and public key.
    Add {
        /// An invite or a contact card: `sotto:add#…`. The contact's id here is its account id.
        #[arg(value_name = "LINK", conflicts_with_all = ["user_id", "public_key"],
              required_unless_present_all = ["user_id", "public_key"])]
        link: Option<String>,
        /// The name that the contact uses at relays; it is the contact's id here for good.
        #[arg(long, value_name = "ID", requires = "public_key")]
        user_id: Option<String>,
        /// The contact's public key.
        #[arg(
            long,
            value_name = "B64",
            allow_hyphen_values = true,
            requires = "user_id"
        )]
        public_key: Option<String>,
        /// What you call the contact.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Also if the link names a relay in the network of this computer, or one with a query in
        /// its address: whoever made the link chose what is asked there.
        #[arg(long, conflicts_with_all = ["user_id", "public_key"])]
        allow_private: bool,
    },
    /// Make an invite for one use and print its link: whoever has it can use it.
    Invite {
        /// How long it holds, seconds: 60 to 604800, which is 7 days; 24 hours if not given.
        #[arg(long, value_name = "S", value_parser = ttl)]
        ttl: Option<u64>,
    },
    /// Print the newest invites, oldest first, without their links.
    Invites,
    /// Take back an invite that was not used.
    Revoke {
        /// The invite.
        #[arg(long, value_name = "ID")]
        invite: i64,
    },
    /// Print the link of your contact card: for everybody, without end, without a mark.
    Card,
    /// Put a text into the outbox.
    Send {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        to: String,
        /// The text; `-` reads it from stdin, exactly as it comes.
        #[arg(value_name = "TEXT", allow_hyphen_values = true)]
        text: String,
        /// Return only when the relay has it, or the recipient.
        #[arg(long, value_enum, value_name = "STATE")]
        wait: Option<Wait>,
        /// How long to wait at most, seconds.
        #[arg(long, value_name = "S", requires = "wait", value_parser = seconds)]
        timeout: Option<Seconds>,
    },
    /// Print what no listen has printed yet, then whatever happens.
    Listen {
        /// End after so many seconds.
        #[arg(long, value_name = "S", value_parser = seconds)]
        seconds: Option<Seconds>,
    },
    /// Print all messages of a contact, oldest first.
    History {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
    },
    /// Use the new key seen under a contact's name.
    AcceptKey {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
    },
    /// Write to a contact under the other name that its key has at a relay.
    UseName {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
    },
    /// Print the sixty digits that you and a contact compare.
    SafetyNumber {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
    },
    /// Draw your own code for a contact: for one use and ten minutes, while a process of this home
    /// runs.
    Qr {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
        /// A .png or .svg file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Verify a contact by what came another way than by Sotto.
    Verify(Verify),
    /// Take the mark of a contact back.
    Unverify {
        /// The contact's id.
        #[arg(long, value_name = "ID")]
        with: String,
    },
    /// Print the keys that wrote without having been added, oldest first.
    Requests,
    /// Make a contact of a request.
    Accept {
        /// The request.
        #[arg(long, value_name = "ID")]
        request: i64,
    },
}

/// By what a contact is verified. Whoever runs it affirms that it came another way than by Sotto.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("by").required(true)))]
struct Verify {
    /// The contact's id.
    #[arg(long, value_name = "ID")]
    with: String,
    /// A picture of the contact's code.
    #[arg(long, value_name = "FILE", group = "by")]
    scan: Option<PathBuf>,
    /// The sixty digits that the contact sees, with whatever spaces.
    #[arg(long, value_name = "N", group = "by")]
    digits: Option<String>,
    /// The contact scanned your code, and you saw its screen say that it is verified.
    #[arg(long, group = "by")]
    seen: bool,
}

impl Verify {
    fn task(self) -> Task {
        let with = self.with;
        match (self.scan, self.digits) {
            (Some(file), _) => Task::Scan { with, file },
            (None, Some(digits)) => Task::Run(Request::VerifyDigits { with, digits }),
            (None, None) => Task::Run(Request::VerifySeen { with }),
        }
    }
}

/// A new profile, as it was asked for.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// What you want to be called, 1 to 40 characters.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Your name at relays that speak the guide's protocol; the account id if not given.
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,
    /// A ws:// or wss:// address, or `this-computer`. Giving it is the consent to a relay that
    /// sees who writes to whom.
    #[arg(long, value_name = "URL")]
    pub(crate) relay: String,
}

/// Reads `--relay`. An address without a scheme is refused: giving it is the person's consent,
/// and nothing about it is guessed.
fn relay_choice(word: &str) -> Result<RelayChoice, Failure> {
    match word {
        "this-computer" => Ok(RelayChoice::ThisComputer),
        url if url.contains("://") => Ok(RelayChoice::Custom {
            url: url.to_owned(),
        }),
        _ => Err(ErrorCode::BadAddress.into()),
    }
}

impl Init {
    /// What the profile begins with.
    pub(crate) fn profile(&self) -> Result<NewProfile, Failure> {
        let relay = relay_choice(&self.relay)?;
        Ok(NewProfile::new(
            &self.name,
            self.user_id.as_deref(),
            &relay,
        )?)
    }
}

/// A span of time given in seconds, whole or not.
#[derive(Clone, Copy, Debug)]
struct Seconds(Duration);

/// Reads how long an invite shall hold: nothing that would silently become another time.
fn ttl(word: &str) -> Result<u64, String> {
    let (shortest, longest) = (INVITE_SECS.start(), INVITE_SECS.end());
    word.parse()
        .ok()
        .filter(|secs| INVITE_SECS.contains(secs))
        .ok_or_else(|| format!("not a whole number of seconds from {shortest} to {longest}"))
}

fn seconds(word: &str) -> Result<Seconds, String> {
    word.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|span| *span <= LONGEST_WAIT)
        .map(Seconds)
        .ok_or_else(|| "not a number of seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Parsed, Failure> {
        let line = ["sotto-cli", "--home", "h"].iter().chain(words);
        parse(line.map(OsString::from))
    }

    fn request(words: &[&str]) -> Request {
        match parse_words(words).unwrap() {
            Parsed::Invocation(Invocation {
                task: Task::Run(request),
                ..
            }) => request,
            _ => panic!("no request"),
        }
    }

    fn failure(words: &[&str]) -> Failure {
        match parse_words(words) {
            Err(failure) => failure,
            Ok(_) => panic!("accepted"),
        }
    }

    #[test]
    fn text_may_begin_with_hyphens_and_stand_anywhere() {
        let expected = |text: &str, wait| Request::Send {
            to: "bob".to_owned(),
            text: text.to_owned(),
            wait,
            limit: USUAL_WAIT,
        };
        assert_eq!(
            request(&["send", "--to", "bob", "hi"]),
            expected("hi", None)
        );
        assert_eq!(
            request(&["send", "hi", "--to", "bob"]),
            expected("hi", None)
        );
        assert_eq!(
            request(&["send", "--to", "bob", "-1"]),
            expected("-1", None)
        );
        assert_eq!(
            request(&["send", "--to", "bob", "--", "--wait"]),
            expected("--wait", None)
        );
        assert_eq!(
            request(&["send", "--to", "bob", "--wait", "sent", "hi"]),
            expected("hi", Some(Wait::Sent))
        );
        assert_eq!(
            request(&["send", "--to", "bob", "hi", "--wait", "delivered"]),
            expected("hi", Some(Wait::Delivered))
        );
        assert_eq!(
            request(&["send", "--to", "bob", "-1", "--wait", "sent"]),
            expected("-1", Some(Wait::Sent))
        );
        assert_eq!(request(&["send", "--to", "bob", ""]), expected("", None));
    }

    #[test]
    fn a_link_is_added_without_relays_of_the_own_network_unless_said_otherwise() {
        let expected = |allow_private| Request::AddLink {
            link: "sotto:add#x".to_owned(),
            name: String::new(),
            allow_private,
        };
        assert_eq!(request(&["add", "sotto:add#x"]), expected(false));
        let allowed = request(&["add", "--allow-private", "sotto:add#x"]);
        assert_eq!(allowed, expected(true));
        let key = [
            "add",
            "--user-id",
            "b",
            "--public-key",
            "k",
            "--allow-private",
        ];
        assert_eq!(failure(&key).code, "usage");
        // As a process of an older version asks.
        let old = r#"{"command":"add_link","link":"sotto:add#x","name":""}"#;
        assert_eq!(
            serde_json::from_str::<Request>(old).unwrap(),
            expected(false)
        );
    }

    #[test]
    fn a_contact_is_verified_by_one_thing() {
        let with = || "bob".to_owned();
        assert_eq!(
            request(&["verify", "--with", "bob", "--digits", "12 34"]),
            Request::VerifyDigits {
                with: with(),
                digits: "12 34".to_owned()
            }
        );
        let seen = request(&["verify", "--with", "bob", "--seen"]);
        assert_eq!(seen, Request::VerifySeen { with: with() });
        let scan = parse_words(&["verify", "--with", "bob", "--scan", "a.png"]).unwrap();
        assert!(matches!(
            scan,
            Parsed::Invocation(Invocation { task: Task::Scan { with, file }, .. })
                if with == "bob" && file == Path::new("a.png")
        ));
        for words in [
            &["verify", "--with", "bob"][..],
            &["verify", "--with", "bob", "--seen", "--digits", "1"],
            &["verify", "--seen"],
            &["qr", "--with", "bob", "--out", "code.jpg"],
            &["qr", "--with", "bob", "--out", "code"],
        ] {
            assert_eq!(failure(words).code, "usage", "{words:?}");
        }
        let drawn = request(&["qr", "--with", "bob", "--out", "code.SVG"]);
        let Request::Qr { out, .. } = drawn else {
            panic!("{drawn:?}")
        };
        assert!(out.is_absolute() && out.ends_with("code.SVG"));
    }

    #[test]
    fn spans_of_time_are_seconds() {
        let words = [
            "send",
            "--to",
            "b",
            "x",
            "--wait",
            "sent",
            "--timeout",
            "1.5",
        ];
        match request(&words) {
            Request::Send { limit, .. } => assert_eq!(limit, Duration::from_millis(1500)),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            request(&["listen", "--seconds", "0"]),
            Request::Listen {
                limit: Some(Duration::ZERO)
            }
        );
        assert_eq!(request(&["listen"]), Request::Listen { limit: None });
        for bad in ["-1", "x", "NaN", "inf", "1e30"] {
            assert_eq!(failure(&["listen", "--seconds", bad]).code, "usage");
        }
    }

    #[test]
    fn an_invite_holds_as_long_as_was_said_or_is_not_made() {
        let ttl = |secs: &str| parse_words(&["invite", "--ttl", secs]);
        for (secs, ttl_secs) in [("60", 60), ("604800", 604_800)] {
            let made = request(&["invite", "--ttl", secs]);
            assert_eq!(
                made,
                Request::Invite {
                    ttl_secs: Some(ttl_secs)
                }
            );
        }
        let unsaid = Request::Invite { ttl_secs: None };
        assert_eq!(request(&["invite"]), unsaid);
        for secs in ["0", "59", "604801", "-1", "0.5", "60.5", "1e3", "", "x"] {
            let refused = ttl(secs).err().map(|failure| failure.code);
            assert_eq!(refused.as_deref(), Some("usage"), "{secs}");
        }
    }

    #[test]
    fn wrong_use_is_an_error_in_one_line() {
        for words in [
            &["send"][..],
            &["send", "--to", "b", "x", "--timeout", "5"],
            &["unknown"],
            &["add", "--user-id", "b"],
            &["accept", "--request", "first"],
            &["init", "--name", "A"],
            &[],
        ] {
            let failure = failure(words);
            assert_eq!(failure.code, "usage");
            assert!(!failure.message.contains('\n'));
        }
    }

    fn init(relay: &str) -> Result<NewProfile, Failure> {
        match parse_words(&["init", "--name", "A", "--relay", relay]).unwrap() {
            Parsed::Invocation(Invocation {
                task: Task::Init(init),
                keychain: Keychain::Os,
                ..
            }) => init.profile(),
            _ => panic!("no init"),
        }
    }

    #[test]
    fn init_takes_an_address_or_this_computer() {
        for good in [
            "this-computer",
            "ws://127.0.0.1:1",
            "wss://relay.example.org",
        ] {
            assert!(init(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "nonsense",
            "http://127.0.0.1:1",
            "ws://relay.example.org",
            "wss://",
        ] {
            assert_eq!(init(bad).unwrap_err().code, "bad_address", "{bad}");
        }
    }

    #[test]
    fn help_and_version_are_text() {
        for word in ["--help", "--version"] {
            let words = ["sotto-cli", word].map(OsString::from);
            assert!(matches!(parse(words), Ok(Parsed::Text(text)) if !text.is_empty()));
        }
    }

    #[test]
    fn piped_text_is_taken_as_it_is_or_refused() {
        assert_eq!(text_of(b"a\n".to_vec()).unwrap(), "a\n");
        assert_eq!(text_of(vec![0xff]).unwrap_err().code, "bad_text");
        assert_eq!(text_of(vec![b'a'; 60 * 1024]).unwrap().len(), 60 * 1024);
        let too_long = text_of(vec![b'a'; 64 * 1024]).unwrap_err();
        assert_eq!(too_long.code, "text_too_long");
    }
}
