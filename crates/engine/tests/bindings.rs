//! The TypeScript types of the window are those of this crate: the file in the UI is what the
//! types give, to the byte. `SOTTO_BLESS=1` writes it anew (`cargo xtask bless`).
#![cfg(feature = "typegen")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use sotto_engine::{api, qr};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/ipc/bindings.ts");

/// Collects the declarations of a type and of everything that it names.
struct Declarations {
    config: Config,
    seen: BTreeSet<TypeId>,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            self.found.insert(T::name(&self.config), declaration);
        }
        T::visit_dependencies(self);
    }
}

#[test]
fn the_types_of_the_window_are_fresh() {
    let mut all = Declarations {
        config: Config::new().with_large_int("number"),
        seen: BTreeSet::new(),
        found: BTreeMap::new(),
    };
    all.visit::<api::Update>();
    all.visit::<api::MessagePage>();
    all.visit::<api::MessageInfo>();
    all.visit::<api::SearchPage>();
    all.visit::<api::RelayTest>();
    all.visit::<api::LinkView>();
    all.visit::<api::SafetyNumberView>();
    all.visit::<api::ContactInfo>();
    all.visit::<api::CameFrom>();
    all.visit::<api::Verdict>();
    all.visit::<qr::QrMatrix>();
    all.visit::<qr::FrameView>();
    all.visit::<api::ErrorCode>();
    all.visit::<api::SettingsPatch>();
    all.visit::<api::ProfilePatch>();
    all.visit::<api::NewContact>();
    all.visit::<api::RelayChoice>();
    all.visit::<api::SearchQuery>();
    all.visit::<api::PageQuery>();
    all.visit::<api::PlacesPage>();
    all.visit::<api::PlacesQuery>();

    let body: Vec<String> = all.found.into_values().collect();
    let text = format!(
        "// Made from the types of crates/engine by `cargo xtask bless`. Do not edit.\n\n{}\n",
        body.join("\n\n")
    );
    if std::env::var_os("SOTTO_BLESS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let on_disk = std::fs::read_to_string(FILE).unwrap();
    assert!(
        on_disk == text,
        "bindings.ts is stale: run `cargo xtask bless`"
    );
}
