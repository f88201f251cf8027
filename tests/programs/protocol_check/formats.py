"""What several checks need: identities, the handshake's transcript, padding, base64url."""

import base64

from nacl.signing import SigningKey

from primitives import kem_decapsulate, kem_keys, sha256, x25519, x25519_public

PREFIX = b"sotto/v1/"
PURPOSES = {
    1: b"signed-prekey",
    2: b"one-time-prekey",
    3: b"kem-prekey",
    4: b"last-resort-prekey",
    5: b"mailbox-key-signature",
}
KEY_CARD, SIGNED_KEY, BUNDLE, HANDSHAKE, INSIDE, CONTENT, INVITE, SESSION = range(1, 9)


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


def associate(session_id, sender, recipient):
    """P-81."""
    return sha256(PREFIX + b"association", session_id, sender, recipient)


def recipient_tags(fingerprint, mailbox_key_id):
    """P-96: by identity, and by mailbox key."""
    by_identity = sha256(PREFIX + b"recipient-tag", fingerprint)
    by_mailbox_key = sha256(PREFIX + b"mailbox-tag", fingerprint, mailbox_key_id)
    return by_identity[:8], by_mailbox_key[:8]


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
