"""Readers that refuse what docs/protocol.md says is to be refused, and take the rest."""

import base64
import hashlib
import re
import unicodedata

from cryptography.exceptions import InvalidTag
from nacl.exceptions import BadSignatureError, CryptoError

import cbor
import ratchet
from formats import (
    BUNDLE,
    CONTENT,
    HANDSHAKE,
    INSIDE,
    INVITE,
    KEY_CARD,
    PREFIX,
    PURPOSES,
    SIGNED_KEY,
    Identity,
    agree_as_responder,
    associate,
    recipient_tags,
    transcript_of,
    unbase64url,
    unpad,
)
from primitives import (
    Hpke,
    XWing,
    box_open,
    ed25519_verify,
    hkdf,
    hmac_sha256,
    kem_keys,
    sha256,
    x25519_public,
)

DAY = 86_400
PRIME = 2**255 - 19
# P-10.
SMALL_ORDER = {
    0,
    1,
    PRIME - 1,
    int.from_bytes(
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"), "little"
    ),
}
# What a reader may say; whatever else is raised is a mistake in it.
REFUSALS = (
    AssertionError,
    BadSignatureError,
    CryptoError,
    InvalidTag,
    KeyError,
    ValueError,
    ratchet.Refused,
)


def check(vectors):
    """Every value that is taken, and every one that is not."""
    bob = Bob(vectors)
    for case in vectors["taken"]:
        bob.read(case["format"], case["value"])
    for case in vectors["refused"]:
        outcome = "taken"
        try:
            bob.read(case["format"], case["value"])
        except cbor.Newer:
            outcome = "newer"
        except REFUSALS:
            outcome = "refused"
        assert outcome == case["outcome"], (case["rule"], case["format"], case["name"], outcome)


def field(fields, key, kind, least=0, most=None):
    """A field that has to be there; for bytes and texts their length, for numbers the value."""
    value = fields[key]
    assert type(value) is kind, f"key {key} of another type"
    size = value if kind is int else len(value.encode()) if kind is str else len(value)
    assert size >= least and (most is None or size <= most), f"key {key}"
    return value


def optional(fields, key, *limits):
    return field(fields, key, *limits) if key in fields else None


def exactly(fields, key, length):
    return field(fields, key, bytes, length, length)


def dates(created, expires, days, now):
    """P-46."""
    assert created < expires <= created + days * DAY
    assert created <= now + DAY and now < expires


def x25519_key(key):
    """P-10, P-49."""
    assert len(key) == 32
    number = int.from_bytes(key, "little")
    assert number < PRIME and number not in SMALL_ORDER
    return key


def kem_key(key):
    """FIPS 203, section 7.2."""
    assert len(key) == 1_184
    for at in range(0, 1_152, 3):
        three = int.from_bytes(key[at : at + 3], "little")
        assert three & 0xFFF < 3_329 and three >> 12 < 3_329, "not reduced"
    return key


def relay_hints(hints, most):
    """P-47."""
    assert len(hints) <= most
    for hint in hints:
        assert isinstance(hint, dict)
        address = field(hint, 1, str, 1, 128)
        assert all("!" <= character <= "~" for character in address)
        field(hint, 2, int, 0, 255)
        name = optional(hint, 3, str, 1, 64) or ""
        assert not any(unicodedata.category(character) == "Cc" for character in name)


class Peer:
    """The keys of somebody's card."""

    def __init__(self, fields):
        self.ed25519 = exactly(fields, 3, 32)
        self.box = x25519_key(exactly(fields, 4, 32))
        self.agreement = x25519_key(exactly(fields, 5, 32))
        self.public = self.ed25519 + self.box + self.agreement
        self.fingerprint = sha256(PREFIX + b"account", self.public)


def key_card(data, now):
    """P-51."""
    peer, created, expires = undated_key_card(data)
    dates(created, expires, 400, now)
    return peer


def undated_key_card(data):
    """The same whether it holds or not: the peer, and the dates."""
    assert 64 <= len(data) <= 1_024
    fields = cbor.value_of(data[64:], KEY_CARD)
    peer = Peer(fields)
    assert exactly(fields, 2, 16) == peer.fingerprint[:16], "another account id"
    relay_hints(field(fields, 6, list), 4)
    created, expires = field(fields, 7, int), field(fields, 8, int)
    peer.incarnation = optional(fields, 9, int, 0, 2**64 - 1) or 0
    ed25519_verify(peer.ed25519, data[:64], PREFIX + b"key-card" + data[64:])
    return peer, created, expires


def newer_card(data, own, incarnation):
    """P-55: a card that stops the computer that it is shown to."""
    peer, _, _ = undated_key_card(data)
    assert peer.public == own.public and peer.incarnation > incarnation


def signed_key(data, purpose, signer, now):
    """P-53."""
    assert 64 <= len(data) <= 1_400
    fields = cbor.value_of(data[64:], SIGNED_KEY)
    assert field(fields, 2, int) == purpose
    number = field(fields, 3, int, 0, 2**32 - 1)
    dates(field(fields, 5, int), field(fields, 6, int), 7 if purpose == 5 else 37, now)
    ed25519_verify(signer, data[:64], PREFIX + PURPOSES[purpose] + data[64:])
    key = field(fields, 4, bytes)
    if purpose in (1, 2):
        x25519_key(key)
    elif purpose in (3, 4):
        kem_key(key)
    else:
        kem_key(key[:1_184])
        x25519_key(key[1_184:])
    return number, key


def bundle(data, expected, now):
    """P-65."""
    assert len(data) <= 8_192
    fields = cbor.value_of(data, BUNDLE)
    peer = key_card(field(fields, 2, bytes, 0, 1_024), now)
    assert peer.public == expected.public, "another identity"
    assert 5 in fields and fields[6] in (3, 4), "without post-quantum key"
    for key, purpose in ((3, 1), (4, 2), (5, fields[6]), (7, 5)):
        if key != 4 or key in fields:
            signed_key(field(fields, key, bytes, 0, 1_400), purpose, peer.ed25519, now)


def header(data):
    """P-71."""
    assert len(data) <= 1_200
    fields = cbor.value_of(data, HANDSHAKE)
    field(fields, 2, int)
    x25519_key(exactly(fields, 3, 32))
    field(fields, 4, int, 0, 2**32 - 1)
    optional(fields, 5, int, 0, 2**32 - 1)
    field(fields, 6, int, 0, 2**32 - 1)
    exactly(fields, 7, 1_088)
    return fields


def ratchet_message(data):
    """P-80."""
    if data[:1] not in (b"", b"\x03", b"\x04"):
        raise cbor.Newer
    x25519_key(ratchet.parse(data)[0])


def content(data):
    """P-100."""
    assert len(data) <= 63_000
    fields = cbor.value_of(data, CONTENT)
    exactly(fields, 2, 16)
    field(fields, 3, int)
    body(field(fields, 4, int, 1), field(fields, 5, dict))
    optional(fields, 6, bytes, 0, 1_400)
    optional(fields, 7, bytes, 8, 8)
    assert not (6 in fields and 7 in fields), "a mailbox key and its id"
    optional(fields, 8, bytes, 8, 8)
    optional(fields, 9, bytes, 16, 16)
    nonces = optional(fields, 10, list, 0, 512) or []
    assert all(type(nonce) is bytes and len(nonce) == 24 for nonce in nonces)
    if 11 in fields:
        use = field(fields, 11, dict)
        exactly(use, 1, 8)
        exactly(use, 2, 32)
    optional(fields, 12, bytes, 0, 256)
    return fields


def body(kind, fields):
    """P-102 to P-108."""
    if kind == 1:
        field(fields, 1, str, 0, 61_440)
        optional(fields, 2, bytes, 24, 24)
        optional(fields, 3, bytes, 16, 16)
    elif kind == 2:
        field(fields, 1, int, 1, 2)
        ids = field(fields, 2, list, 1, 256)
        assert all(type(id) is bytes and len(id) == 16 for id in ids)
    elif kind == 3:
        exactly(fields, 1, 16)
        field(fields, 2, int, 0, 1)
        optional(fields, 3, bytes, 32, 32)
        optional(fields, 4, bytes, 8, 8)
    elif kind == 4:
        exactly(fields, 1, 16)
        field(fields, 2, bytes, 0, 8_192)
    elif kind == 5:
        field(fields, 1, int, 0, 2**32 - 1)
        field(fields, 2, bytes, 0, 1_024)
    elif kind == 6:
        field(fields, 1, str, 0, 160)
        optional(fields, 2, int, 0, 2**64 - 1)
    elif kind == 24:
        exactly(fields, 1, 32)


def verify_code(text):
    """P-131."""
    assert text.startswith("sotto:verify#")
    data = unbase64url(text[len("sotto:verify#") :])
    assert data
    if data[0] > 1:
        raise cbor.Newer
    assert len(data) == 85


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text
    return data


def box_key(text):
    """P-10."""
    x25519_key(unbase64(text))


def account_id(text):
    """P-11."""
    assert len(text) == 26 and text == text.lower()
    data = base64.b32decode(text.upper() + "======")
    assert base64.b32encode(data).decode().lower().rstrip("=") == text


def secret_item(data):
    """P-20."""
    assert 23 <= len(data) <= 2_000 and data[:4] == b"SOTI"
    assert sha256(PREFIX + b"secret-item", data[:-16])[:16] == data[-16:]
    length = int.from_bytes(data[5:7], "big")
    assert length == len(data) - 23 and data[4] > 0
    if data[4] > 1:
        raise cbor.Newer(data[4])
    assert length == 128


def exchange(text):
    """P-107."""
    assert text.startswith("sotto-exchange1.")
    assert content(unbase64url(text[len("sotto-exchange1.") :]))[4] in (3, 4)


class Bob:
    """Who reads, with what he has."""

    def __init__(self, vectors):
        self.now = vectors["now"]
        self.bob, self.alice = Identity(vectors["bob"]), Identity(vectors["alice"])
        self.prekeys = vectors["prekeys"]
        self.numbers = vectors["numbers"]
        self.mailbox = XWing(bytes.fromhex(vectors["mailbox_seed"]))
        self.database_key = bytes.fromhex(vectors["database_key"])
        self.nonce = bytes.fromhex(vectors["nonce"])
        self.incarnation = vectors["incarnation"]

    def read(self, format, value):
        readers = {
            "box key": box_key,
            "account id": account_id,
            "plain box": self.plain_box,
            "tagged text": self.tagged_text,
            "exchange": exchange,
            "link": self.link,
            "verify code": verify_code,
            "envelope": self.envelope,
            "first envelope": self.first_envelope,
        }
        if format in readers:
            return readers[format](value)
        signer = self.bob.ed25519
        readers = {
            "secret item": secret_item,
            "counter item": self.counter_item,
            "key card": lambda data: key_card(data, self.now),
            "newer card": lambda data: newer_card(data, self.bob, self.incarnation),
            "bundle": lambda data: bundle(data, self.bob, self.now),
            "signed prekey": lambda data: signed_key(data, 1, signer, self.now),
            "ML-KEM prekey": lambda data: signed_key(data, 3, signer, self.now),
            "mailbox key": lambda data: signed_key(data, 5, signer, self.now),
            "header": header,
            "padded": unpad,
            "content": content,
            "ratchet message": ratchet_message,
        }
        return readers[format](bytes.fromhex(value))

    def counter_item(self, data):
        """P-25."""
        assert 21 <= len(data) <= 64 and data[:4] == b"SOTC"
        made = hmac_sha256(self.database_key, PREFIX + b"counter", data[:-16])
        assert made[:16] == data[-16:] and data[4] > 0
        if data[4] > 1:
            raise cbor.Newer(data[4])
        assert len(data) == 29

    def plain_box(self, text):
        """P-30."""
        frame = unbase64(text)
        assert len(frame) >= 40
        box_open(self.bob.box_secret, self.alice.box, frame[:24], frame[24:])

    def tagged_text(self, text):
        """P-40, P-41."""
        characters = "\u200b\u200c\u2060\u2063"
        tag = [characters.index(character) for character in text[-40:]]
        assert len(tag) == 40
        numbers = [tag[at : at + 4] for at in range(0, 40, 4)]
        data = bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in numbers)
        named = self.alice.box + self.bob.box + self.nonce + data[:2]
        assert sha256(PREFIX + b"plain-tag", named)[:8] == data[2:]

    def link(self, text):
        """P-120 to P-122."""
        assert text.startswith("sotto:add#") and len(text) <= 271
        fields = cbor.value_of(unbase64url(text[len("sotto:add#") :]), INVITE)
        exactly(fields, 2, 32)
        relay_hints(field(fields, 3, list), 2)
        optional(fields, 4, bytes, 16, 16)
        assert (5 in fields) == (6 in fields)
        if 5 in fields:
            exactly(fields, 5, 16)
            assert self.now < field(fields, 6, int) <= self.now + 8 * DAY

    def envelope(self, text):
        """P-95 to P-98: what is inside."""
        if not text.startswith("sotto1."):
            assert re.match(r"sotto[0-9]{1,9}\.", text), "no envelope"
            raise cbor.Newer
        assert len(text) <= 88_926
        frame = unbase64url(text[len("sotto1.") :])
        if frame[:1] != b"\x01":
            raise cbor.Newer
        assert len(frame) - 1_153 in [256 << k for k in range(9)], "no size of an envelope"
        head, encapsulated, ciphertext = frame[:17], frame[17:1_137], frame[1_137:]
        x25519_key(encapsulated[1_088:])
        assert head[1:9] in recipient_tags(self.bob.fingerprint, head[9:])
        assert head[9:] == sha256(PREFIX + b"mailbox-key-id", self.mailbox.public)[:8]
        secret = self.mailbox.decapsulate(encapsulated)
        padded = Hpke(secret, PREFIX + b"envelope").open(ciphertext, head)
        assert padded is not None, "does not open"
        fields = cbor.value_of(unpad(padded), INSIDE)
        assert (2 in fields) != (3 in fields)
        optional(fields, 2, bytes, 0, 1_024)
        optional(fields, 3, bytes, 16, 16)
        exactly(fields, 4, 16)
        optional(fields, 5, bytes, 0, 1_200)
        field(fields, 6, bytes, 0, 64_000)
        return fields

    def first_envelope(self, text):
        """P-70 to P-73: the first message of a session, up to its content."""
        inside = self.envelope(text)
        peer = key_card(inside[2], self.now)
        assert peer.public != self.bob.public, "one's own"
        fields = header(inside[5])
        ratchet_message(inside[6])
        secrets = {name: bytes.fromhex(value) for name, value in self.prekeys.items()}
        named = {number: name for name, number in self.numbers.items()}
        kem = named[fields[6]]
        kem_purpose = {"kem_prekey": 3, "last_resort_prekey": 4}[kem]
        keys = {
            1: (fields[4], x25519_public(secrets[self.of(named, fields[4], "signed_prekey")])),
            kem_purpose: (fields[6], kem_keys(secrets[kem])[0]),
        }
        if 5 in fields:
            name = self.of(named, fields[5], "one_time_prekey")
            keys[2] = (fields[5], x25519_public(secrets[name]))
        transcript = transcript_of(peer, self.bob, keys, kem_purpose, fields)
        session_id = sha256(PREFIX + b"session-id", transcript)[:16]
        assert session_id == inside[4], "another session"
        case = {"prekeys": self.prekeys}
        agreed = agree_as_responder(case, peer, self.bob, kem_purpose, fields)
        secret = hkdf(bytes(32), b"\xff" * 32 + agreed, transcript, 32)
        # The chain is never used: Bob writes nothing before he has read.
        unused = (hashlib.sha256().digest(), 0)
        end = ratchet.End(secret, own=secrets["signed_prekey"], sending=unused)
        plaintext = end.read(inside[6])
        assert plaintext[:32] == associate(session_id, peer.fingerprint, self.bob.fingerprint)

    @staticmethod
    def of(named, number, name):
        assert named[number] == name, "a prekey of another purpose"
        return name
