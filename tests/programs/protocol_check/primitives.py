"""Hashes, X25519, HKDF, ML-KEM, X-Wing and HPKE from other people's code (no code of Sotto)."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from kyber_py.ml_kem import ML_KEM_768
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_box_open,
    crypto_scalarmult,
    crypto_scalarmult_base,
)
from nacl.signing import VerifyKey


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def hkdf_expand(prk, info, length):
    out = block = b""
    counter = 1
    while len(out) < length:
        block = hmac_sha256(prk, block, info, bytes([counter]))
        out, counter = out + block, counter + 1
    return out[:length]


def hkdf(salt, ikm, info, length):
    """RFC 5869."""
    return hkdf_expand(hmac_sha256(salt, ikm), info, length)


def x25519(secret, public):
    return crypto_scalarmult(secret, public)


def x25519_public(secret):
    return crypto_scalarmult_base(secret)


def ed25519_verify(key, signature, message):
    VerifyKey(key).verify(message, signature)


def box_open(secret, public, nonce, sealed):
    """NaCl's crypto_box, the authenticator in front."""
    return crypto_box_open(sealed, nonce, public, secret)


def xchacha20poly1305_seal(key, nonce, plaintext, aad):
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, aad, nonce, key)


def argon2id(passphrase, salt, memory_kib, passes, lanes):
    """RFC 9106, 32 bytes."""
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    return kdf.derive(passphrase)


def kem_keys(seed):
    """(encapsulation key, decapsulation key) of the seed d || z of FIPS 203."""
    return ML_KEM_768._keygen_internal(seed[:32], seed[32:])


def kem_encapsulate(key, randomness):
    """(shared secret, ciphertext)."""
    return ML_KEM_768._encaps_internal(key, randomness)


def kem_decapsulate(key, ciphertext):
    return ML_KEM_768.decaps(key, ciphertext)


class XWing:
    """draft-connolly-cfrg-xwing-kem-10."""

    LABEL = b"\\.//^\\"

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self.kem_public, self.kem_secret = kem_keys(expanded[:64])
        self.secret = expanded[64:]
        self.public = self.kem_public + x25519_public(self.secret)

    def decapsulate(self, ciphertext):
        kem_part, dh_part = ciphertext[:1088], ciphertext[1088:]
        return self.combine(
            kem_decapsulate(self.kem_secret, kem_part),
            x25519(self.secret, dh_part),
            dh_part,
            self.public[1184:],
        )

    @classmethod
    def encapsulate(cls, public, randomness):
        """(shared secret, ciphertext)."""
        kem_secret, kem_part = kem_encapsulate(public[:1184], randomness[:32])
        dh_part = x25519_public(randomness[32:])
        dh_secret = x25519(randomness[32:], public[1184:])
        return cls.combine(kem_secret, dh_secret, dh_part, public[1184:]), kem_part + dh_part

    @classmethod
    def combine(cls, kem_secret, dh_secret, dh_ciphertext, dh_public):
        return hashlib.sha3_256(
            kem_secret + dh_secret + dh_ciphertext + dh_public + cls.LABEL
        ).digest()


class Hpke:
    """RFC 9180, mode base, KEM 0x647A, KDF 0x0001, AEAD 0x0003, first message of a context."""

    SUITE = b"HPKE" + bytes.fromhex("647a" "0001" "0003")

    def __init__(self, shared_secret, info):
        empty = b""
        context = (
            b"\x00"
            + self._extract(empty, b"psk_id_hash", empty)
            + self._extract(empty, b"info_hash", info)
        )
        secret = self._extract(shared_secret, b"secret", empty)
        self._aead = ChaCha20Poly1305(self._expand(secret, b"key", context, 32))
        self._nonce = self._expand(secret, b"base_nonce", context, 12)

    def seal(self, plaintext, aad):
        return self._aead.encrypt(self._nonce, plaintext, aad)

    def open(self, ciphertext, aad):
        try:
            return self._aead.decrypt(self._nonce, ciphertext, aad)
        except InvalidTag:
            return None

    def _extract(self, salt, label, ikm):
        return hmac_sha256(salt, b"HPKE-v1", self.SUITE, label, ikm)

    def _expand(self, prk, label, info, length):
        labeled = length.to_bytes(2, "big") + b"HPKE-v1" + self.SUITE + label + info
        return hkdf_expand(prk, labeled, length)
