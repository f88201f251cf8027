"""Checks the session vectors with an implementation of its own, from docs/protocol.md.

Run with the Python of tests/programs/.venv, with the files to check or none for all of them;
prints a line a file and ends with 1 if anything differs. Nothing here is shared with the Rust code:
a mistake in one of the two shows. tests/e2e/protocol_check.rs runs it, and shows that it finds
every value that was spoiled.
"""

import base64
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

import cbor
from primitives import (
    Hpke,
    XWing,
    ed25519_verify,
    hkdf,
    hmac_sha256,
    kem_decapsulate,
    kem_encapsulate,
    kem_keys,
    sha256,
    x25519,
    x25519_public,
)

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
PREFIX = b"sotto/v1/"
PURPOSES = {
    1: b"signed-prekey",
    2: b"one-time-prekey",
    3: b"kem-prekey",
    4: b"last-resort-prekey",
    5: b"mailbox-key-signature",
}
KEY_CARD, SIGNED_KEY, BUNDLE, HANDSHAKE, INSIDE, CONTENT, INVITE = range(1, 8)


def unbase64url(text):
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    assert base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text
    return data


class Identity:
    """P-11."""

    def __init__(self, secrets):
        self.box_secret = bytes.fromhex(secrets["box"])
        self.agreement_secret = bytes.fromhex(secrets["agreement"])
        signing = SigningKey(bytes.fromhex(secrets["ed25519"]))
        self.ed25519 = bytes(signing.verify_key)
        self.box = x25519_public(self.box_secret)
        self.agreement = x25519_public(self.agreement_secret)
        self.public = self.ed25519 + self.box + self.agreement
        self.fingerprint = sha256(PREFIX + b"account", self.public)


def open_statement(statement, signer, label, kind):
    """P-50; also shows that a changed statement is refused."""
    signature, payload = statement[:64], statement[64:]
    ed25519_verify(signer, signature, PREFIX + label + payload)
    for forged in (payload[:-1] + bytes([payload[-1] ^ 1]), b"x" + payload):
        try:
            ed25519_verify(signer, signature, PREFIX + label + forged)
        except BadSignatureError:
            continue
        raise AssertionError("a forged statement was accepted")
    return cbor.value_of(payload, kind)


def check_key_cards(vectors):
    """P-51, P-52."""
    for case in vectors["cards"]:
        identity = Identity(case["secrets"])
        card = bytes.fromhex(case["card"])
        fields = open_statement(card, identity.ed25519, b"key-card", KEY_CARD)
        assert fields[2] == identity.fingerprint[:16]
        assert fields[3] + fields[4] + fields[5] == identity.public
        assert fields[6][0] == {1: "wss://relay.example.org", 2: 0, 3: case["name"]}
        assert fields[6][1] == {1: "wss://[2001:db8::1]:8765", 2: 1}
        assert fields[7] == vectors["now"] and fields[8] == fields[7] + 365 * 86_400
        assert identity.fingerprint.hex() == case["fingerprint"]
        written = base64.b32encode(identity.fingerprint[:16]).decode().lower().rstrip("=")
        assert written == case["account_id"]
        assert sha256(PREFIX + b"card-hash", card)[:16].hex() == case["hash"]


def open_bundle(encoded, identity, now):
    """P-65: the bundle's keys by purpose, and their numbers."""
    fields = cbor.value_of(encoded, BUNDLE)
    ed25519 = identity.ed25519
    card = open_statement(fields[2], ed25519, b"key-card", KEY_CARD)
    assert card[3] + card[4] + card[5] == identity.public and card[7] == now
    keys = {}
    for key, purpose in ((3, 1), (4, 2), (5, fields[6]), (7, 5)):
        if key not in fields:
            continue
        signed = open_statement(fields[key], ed25519, PURPOSES[purpose], SIGNED_KEY)
        assert signed[2] == purpose and signed[5] == now
        assert signed[6] == now + (7 if purpose == 5 else 37) * 86_400
        keys[purpose] = (signed[3], signed[4])
    return keys


def check_bundles(vectors):
    """P-53, P-65, P-90."""
    for case in vectors["bundles"]:
        bob = Identity(case["secrets"])
        keys = open_bundle(bytes.fromhex(case["bundle"]), bob, vectors["now"])
        secrets = {name: bytes.fromhex(value) for name, value in case["prekeys"].items()}
        mailbox = XWing(bytes.fromhex(case["mailbox_seed"]))
        assert keys[1][1] == x25519_public(secrets["signed_prekey"])
        assert keys[5][1] == mailbox.public
        assert sha256(PREFIX + b"mailbox-key-id", mailbox.public)[:8].hex() == case["mailbox_id"]
        if case["name"] == "last resort":
            assert 2 not in keys and keys[4][1] == kem_keys(secrets["last_resort_prekey"])[0]
        else:
            assert keys[2][1] == x25519_public(secrets["one_time_prekey"])
            assert keys[3][1] == kem_keys(secrets["kem_prekey"])[0]


def check_handshakes(vectors):
    """P-70 to P-73, P-80, P-81, from both sides."""
    for case in vectors["handshakes"]:
        alice, bob = Identity(case["initiator"]), Identity(case["responder"])
        keys = open_bundle(bytes.fromhex(case["bundle"]), bob, vectors["now"])
        header = cbor.value_of(bytes.fromhex(case["header"]), HANDSHAKE)
        kem_purpose = 3 if 3 in keys else 4
        assert (header[2], header[4]) == (case["generation"], keys[1][0])
        assert header.get(5) == keys.get(2, (None,))[0] and header[6] == keys[kem_purpose][0]

        by_alice = agree_as_initiator(case, alice, bob, keys, kem_purpose, header)
        by_bob = agree_as_responder(case, alice, bob, kem_purpose, header)
        assert by_alice == by_bob, "the two sides differ"
        tampered = dict(header)
        tampered[7] = header[7][:-1] + bytes([header[7][-1] ^ 1])
        assert agree_as_responder(case, alice, bob, kem_purpose, tampered) != by_alice

        transcript = transcript_of(alice, bob, keys, kem_purpose, header)
        session_id = sha256(PREFIX + b"session-id", transcript)[:16]
        assert session_id.hex() == case["session_id"]
        secret = hkdf(bytes(32), b"\xff" * 32 + by_alice, transcript, 32)
        first_ratchet = bytes.fromhex(case["first_ratchet"])
        step = hkdf(secret, x25519(first_ratchet, keys[1][1]), b"OLM_RATCHET", 64)
        assert step[:32].hex() == case["root_key"] and step[32:].hex() == case["chain_key"]
        chain = step[32:]
        for index, message in enumerate(case["messages"]):
            plaintext = decrypt(
                bytes.fromhex(message["message"]), chain, x25519_public(first_ratchet), index
            )
            association = sha256(
                PREFIX + b"association", session_id, alice.fingerprint, bob.fingerprint
            )
            assert plaintext == association + bytes.fromhex(message["content"])
            cbor.value_of(plaintext[32:], CONTENT)
            chain = hmac_sha256(chain, b"\x02")


def agree_as_initiator(case, alice, bob, keys, kem_purpose, header):
    """DH1 to DH4 and the KEM's secret, in Alice's hands."""
    ephemeral = bytes.fromhex(case["ephemeral"])
    assert x25519_public(ephemeral) == header[3]
    randomness = bytes.fromhex(case["kem_randomness"])
    kem_secret, ciphertext = kem_encapsulate(keys[kem_purpose][1], randomness)
    assert ciphertext == header[7]
    agreed = [
        x25519(alice.agreement_secret, keys[1][1]),
        x25519(ephemeral, bob.agreement),
        x25519(ephemeral, keys[1][1]),
    ]
    if 2 in keys:
        agreed.append(x25519(ephemeral, keys[2][1]))
    return b"".join(agreed) + kem_secret


def agree_as_responder(case, alice, bob, kem_purpose, header):
    """The same in Bob's hands."""
    secrets = {name: bytes.fromhex(value) for name, value in case["prekeys"].items()}
    agreed = [
        x25519(secrets["signed_prekey"], alice.agreement),
        x25519(bob.agreement_secret, header[3]),
        x25519(secrets["signed_prekey"], header[3]),
    ]
    if 5 in header:
        agreed.append(x25519(secrets["one_time_prekey"], header[3]))
    name = "kem_prekey" if kem_purpose == 3 else "last_resort_prekey"
    _, kem_secret_key = kem_keys(secrets[name])
    return b"".join(agreed) + kem_decapsulate(kem_secret_key, header[7])


def transcript_of(alice, bob, keys, kem_purpose, header):
    """P-72."""
    number = lambda value: value.to_bytes(4, "big")
    one_time = b"\x00"
    if 2 in keys:
        one_time = b"\x01" + number(keys[2][0]) + keys[2][1]
    return (
        PREFIX + b"handshake"
        + alice.public + bob.public
        + header[2].to_bytes(8, "big") + header[3]
        + number(keys[1][0]) + keys[1][1]
        + one_time
        + (b"\x00" if kem_purpose == 3 else b"\x01")
        + number(keys[kem_purpose][0]) + keys[kem_purpose][1] + header[7]
    )  # fmt: skip


def decrypt(message, chain, ratchet_key, index):
    """P-80."""
    body, mac = message[:-32], message[-32:]
    head = b"\x04\x0a\x20" + ratchet_key + b"\x10" + bytes([index]) + b"\x22"
    assert body.startswith(head)
    ciphertext = body[len(head) :]
    length, ciphertext = ciphertext[0], ciphertext[1:]
    if length >= 128:
        length, ciphertext = length - 128 + (ciphertext[0] << 7), ciphertext[1:]
    assert length == len(ciphertext)
    keys = hkdf(b"\x00", hmac_sha256(chain, b"\x01"), b"OLM_KEYS", 80)
    assert hmac_sha256(keys[32:64], body) == mac
    cipher = Cipher(algorithms.AES(keys[:32]), modes.CBC(keys[64:])).decryptor()
    padded = cipher.update(ciphertext) + cipher.finalize()
    unpadder = block_padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def pad(data):
    """P-48."""
    size = 256
    while size < len(data) + 4:
        size *= 2
    return (len(data).to_bytes(4, "big") + data).ljust(size, b"\0")


def unpad(padded):
    data = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
    assert pad(data) == padded
    return data


def check_envelopes(vectors):
    """P-95 to P-98: opened, and sealed again from the same randomness."""
    for case in vectors["envelopes"]:
        text = case["envelope"]
        assert text.startswith("sotto1.")
        frame = unbase64url(text[len("sotto1.") :])
        head, encapped, ciphertext = frame[:17], frame[17:1137], frame[1137:]
        mailbox = XWing(bytes.fromhex(case["mailbox_seed"]))
        recipient = bytes.fromhex(case["recipient"])
        tag = sha256(PREFIX + b"recipient-tag", recipient)[:8]
        key_id = sha256(PREFIX + b"mailbox-key-id", mailbox.public)[:8]
        assert head == b"\x01" + tag + key_id

        info = PREFIX + b"envelope"
        padded = Hpke(mailbox.decapsulate(encapped), info).open(ciphertext, head)
        assert padded is not None, "the envelope does not open"
        inside = cbor.value_of(unpad(padded), INSIDE)
        expected = {2: "card", 3: "card_hash", 4: "session_id", 5: "header", 6: "message"}
        for key, name in expected.items():
            found = inside[key].hex() if key in inside else None
            assert found == case[name], name
        other_head = head[:-1] + bytes([head[-1] ^ 1])
        assert Hpke(mailbox.decapsulate(encapped), info).open(ciphertext, other_head) is None

        randomness = bytes.fromhex(case["randomness"])
        shared, again = XWing.encapsulate(mailbox.public, randomness)
        assert again == encapped
        assert Hpke(shared, info).seal(padded, head) == ciphertext


def check_contents(vectors):
    """P-48, P-100, P-107."""
    for case in vectors["contents"]:
        fields = cbor.value_of(bytes.fromhex(case["content"]), CONTENT)
        assert fields[2].hex() == case["id"] and fields[4] == case["kind"]
        assert fields[3] == 1_800_000_000_123 and isinstance(fields[5], dict)
    by_name = {
        case["name"]: cbor.decode(bytes.fromhex(case["content"])) for case in vectors["contents"]
    }
    assert by_name["text"][5] == {1: "Hello \U0001f44b"}
    again = by_name["text, sent again after the switch, as an answer"]
    assert again[5] == {1: "Hello", 2: b"\5" * 24, 3: b"\6" * 16}
    side = by_name["everything on the side"]
    assert side[6] == b"\6" * 1_300 and side[8] == b"\10" * 8 and side[9] == b"\11" * 16
    assert side[10] == [b"\1" * 24, b"\2" * 24] and side[11] == {1: b"\3" * 8, 2: b"\4" * 32}
    assert by_name["known mailbox key"][7] == b"\7" * 8
    assert by_name["receipt"][5] == {1: 1, 2: [b"\1" * 16] * 2}
    assert by_name["bundle request"][5] == {1: b"\7" * 16, 2: 1}
    assert by_name["control"][5] == {1: 3, 2: b"\3" * 8}
    exchange = vectors["exchange"]
    assert exchange["text"].startswith("sotto-exchange1.")
    assert unbase64url(exchange["text"][16:]).hex() == exchange["content"]
    for case in vectors["padding"]:
        data, padded = bytes.fromhex(case["data"]), bytes.fromhex(case["padded"])
        assert pad(data) == padded and unpad(padded) == data


def check_invites(vectors):
    """P-120 to P-124."""
    fingerprint = bytes.fromhex(vectors["fingerprint"])
    secret = bytes.fromhex(vectors["secret"])
    links = {}
    for name in ("link", "card_link"):
        assert vectors[name].startswith("sotto:add#") and len(vectors[name]) <= 271
        links[name] = cbor.value_of(unbase64url(vectors[name][len("sotto:add#") :]), INVITE)
        assert links[name][2] == fingerprint
        assert links[name][3] == [{1: "wss://relay.example.org", 2: 0, 3: "alice"}]
        assert links[name][4].hex() == vectors["delivery_token"]
    assert links["link"][5] == secret and links["link"][6] == vectors["expires"]
    assert links["link"][6] == vectors["now"] + 86_400
    assert 5 not in links["card_link"] and 6 not in links["card_link"]
    assert sha256(PREFIX + b"invite-id", secret)[:8].hex() == vectors["invite_id"]
    proof = hmac_sha256(
        secret,
        PREFIX + b"invite-proof",
        fingerprint,
        bytes.fromhex(vectors["joiner"]),
        bytes.fromhex(vectors["session_id"]),
    )
    assert proof.hex() == vectors["proof"]


CHECKS = {
    "key-card.json": check_key_cards,
    "bundle.json": check_bundles,
    "handshake.json": check_handshakes,
    "envelope.json": check_envelopes,
    "content.json": check_contents,
    "invite.json": check_invites,
}


def main():
    failed = False
    for path in map(Path, sys.argv[1:] or (VECTORS / name for name in CHECKS)):
        try:
            CHECKS[path.name](json.loads(path.read_text(encoding="utf-8")))
        except Exception as error:  # whatever is wrong is named, and the other files are checked
            failed = True
            print(f"{path}: {type(error).__name__}: {error}")
            continue
        print(f"{path}: ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
