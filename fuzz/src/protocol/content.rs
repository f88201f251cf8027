//! What is said in a session, and bundle exchanges in plain boxes.

use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::content::EXCHANGE_PREFIX;
use sotto_protocol::{Body, Content};

/// Bytes as a content, and as the text of a plain box.
pub fn run(data: &[u8]) {
    let read = Content::decode(data);
    if let Ok(content) = &read {
        let written = content.encode().expect("not longer than what was read");
        assert!(written.len() <= data.len());
        assert!(Content::decode(&written).as_ref() == Ok(content));
    }
    let text = format!("{EXCHANGE_PREFIX}{}", BASE64URL_NOPAD.encode(data));
    let from_box = Content::from_exchange_text(&text).expect("the prefix is there");
    match read {
        Ok(content) if is_exchange(&content.body) => assert!(from_box == Ok(content)),
        _ => assert!(from_box.is_err()),
    }
    if let Ok(text) = core::str::from_utf8(data) {
        let read = Content::from_exchange_text(text);
        assert_eq!(read.is_some(), text.starts_with(EXCHANGE_PREFIX));
    }
}

fn is_exchange(body: &Body) -> bool {
    matches!(body, Body::BundleRequest(_) | Body::BundleAnswer(_))
}
