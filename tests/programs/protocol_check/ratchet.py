"""One end of the double ratchet, from docs/protocol.md P-80 to P-83."""

from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from primitives import hkdf, hmac_sha256, x25519, x25519_public

MAX_SKIPPED = 40
MAX_GAP = 2_000
MAX_CHAINS = 5
MAC = 32


class Refused(Exception):
    """A message does not open, and nothing has changed."""


def step(root, agreed):
    """The next root key and chain key."""
    both = hkdf(root, agreed, b"OLM_RATCHET", 64)
    return both[:32], both[32:]


def next_chain(chain):
    return hmac_sha256(chain, b"\x02")


def message_key(chain):
    return hmac_sha256(chain, b"\x01")


def varint(number):
    out = b""
    while number >= 128:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def read_varint(data):
    number = shift = 0
    for at, byte in enumerate(data):
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            assert varint(number) == data[: at + 1], "not the shortest form"
            return number, data[at + 1 :]
    raise AssertionError("cut")


def parse(message):
    """Ratchet key, index, ciphertext, what the authenticator covers, the authenticator."""
    assert len(message) <= 64_000 and message[:1] == b"\x04", "not a message of version 4"
    body, mac = message[:-MAC], message[-MAC:]
    assert body[1:3] == b"\x0a\x20" and body[35:36] == b"\x10", "another form"
    ratchet_key = body[3:35]
    index, rest = read_varint(body[36:])
    assert rest[:1] == b"\x22", "another form"
    length, ciphertext = read_varint(rest[1:])
    assert length == len(ciphertext) and length > 0 and length % 16 == 0
    return ratchet_key, index, ciphertext, body, mac


def _cipher(key):
    keys = hkdf(b"\x00", key, b"OLM_KEYS", 80)
    return Cipher(algorithms.AES(keys[:32]), modes.CBC(keys[64:])), keys[32:64]


def seal(key, ratchet_key, index, plaintext):
    cipher, mac_key = _cipher(key)
    padder = block_padding.PKCS7(128).padder()
    padded = padder.update(plaintext) + padder.finalize()
    encryptor = cipher.encryptor()
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    body = b"\x04\x0a\x20" + ratchet_key + b"\x10" + varint(index)
    body += b"\x22" + varint(len(ciphertext)) + ciphertext
    return body + hmac_sha256(mac_key, body)


def open_with(key, message):
    _, _, ciphertext, body, mac = parse(message)
    cipher, mac_key = _cipher(key)
    if hmac_sha256(mac_key, body) != mac:
        raise Refused("rejected")
    decryptor = cipher.decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    unpadder = block_padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


class Chain:
    """A chain of the other side."""

    def __init__(self, ratchet_key, key, index=0, skipped=()):
        self.ratchet_key, self.key, self.index = ratchet_key, key, index
        # Keys by their index, the one that was skipped first in front.
        self.skipped = dict(skipped)

    def open(self, message, index):
        """The plaintext, and the chain as it is then."""
        if index - self.index > MAX_GAP:
            raise Refused("too many missing")
        skipped = dict(self.skipped)
        if index < self.index:
            if index not in skipped:
                raise Refused("already received")
            plaintext = open_with(skipped.pop(index), message)
            return plaintext, Chain(self.ratchet_key, self.key, self.index, skipped)
        key = self.key
        for missing in range(self.index, index):
            skipped[missing] = message_key(key)
            key = next_chain(key)
        plaintext = open_with(message_key(key), message)
        kept = list(skipped.items())[-MAX_SKIPPED:]
        return plaintext, Chain(self.ratchet_key, next_chain(key), index + 1, kept)


class End:
    """The ratchet of one side."""

    def __init__(self, root, own=None, theirs=None, sending=None, chains=()):
        self.root, self.own, self.theirs = root, own, theirs
        # The chain key and index of one's own chain; none after something of a new chain was read.
        self.sending = sending
        self.chains = list(chains)

    def send(self, plaintext, secret=None, lost=0):
        """The message behind so many that are lost; a new chain takes the secret for its key."""
        assert (self.sending is None) == (secret is not None), "a key for each turn, and no other"
        if self.sending is None:
            self.root, chain = step(self.root, x25519(secret, self.theirs))
            self.own, self.sending = secret, (chain, 0)
        chain, index = self.sending
        for _ in range(lost):
            chain, index = next_chain(chain), index + 1
        self.sending = (next_chain(chain), index + 1)
        return seal(message_key(chain), x25519_public(self.own), index, plaintext)

    def read(self, message):
        """The plaintext."""
        ratchet_key, index = parse(message)[:2]
        for at, chain in enumerate(self.chains):
            if chain.ratchet_key == ratchet_key:
                plaintext, self.chains[at] = chain.open(message, index)
                return plaintext
        if self.sending is None:
            # Nobody can have turned: the other side does not know our next key.
            raise Refused("rejected")
        root, key = step(self.root, x25519(self.own, ratchet_key))
        plaintext, chain = Chain(ratchet_key, key).open(message, index)
        self.root, self.theirs, self.sending = root, ratchet_key, None
        self.chains = (self.chains + [chain])[-MAX_CHAINS:]
        return plaintext
