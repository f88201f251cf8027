//! TLS on the way to a relay.

use super::texts::split_tag;
use sotto_tests::cli::Person;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::proxy::{Authority, TlsFront};
use sotto_tests::relay::SottoRelay;

#[test]
fn a_relay_behind_tls_is_used_if_the_system_trusts_its_certificate() {
    let relay = SottoRelay::start();
    let authority = Authority::new();
    let front = TlsFront::before(relay.address(), &authority);
    let mut ada = Person::new("ada");
    ada.set(
        "SSL_CERT_FILE",
        authority.certificate_file().to_str().unwrap(),
    );
    ada.init(&front.url());
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    ada.send_and_wait("guide", "through TLS");
    let (received, _) = split_tag(&text(&guide.next_message(), "text"));
    assert_eq!(received, "through TLS");
}

#[test]
fn a_certificate_of_an_unknown_authority_is_not_accepted() {
    let relay = SottoRelay::start();
    let (trusted, other) = (Authority::new(), Authority::new());
    let front = TlsFront::before(relay.address(), &other);
    let mut ada = Person::new("ada");
    ada.set(
        "SSL_CERT_FILE",
        trusted.certificate_file().to_str().unwrap(),
    );
    ada.init(&front.url());
    let guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    let refused = ada.run([
        "send",
        "--to",
        "guide",
        "x",
        "--wait",
        "sent",
        "--timeout",
        "3",
    ]);
    assert_eq!(refused.error(), "timed_out");
    let seen = guide.events();
    assert!(
        seen.iter().all(|event| event["userId"] != "ada"),
        "Ada never registered: {seen:?}"
    );
}
