"""The guide's PyNaCl cryptography (sections 1 and 2): `Box` with its own random nonce, the whole
as base64. Used by guide_client.py and box_pynacl.py."""

import base64

from nacl.encoding import Base64Encoder
from nacl.public import Box, PrivateKey, PublicKey


class SecureChat:
    """One key pair and the boxes that it makes and opens."""

    def __init__(self, secret_b64=None):
        self._secret = (
            PrivateKey(base64.b64decode(secret_b64)) if secret_b64 else PrivateKey.generate()
        )

    @property
    def public_b64(self):
        """The key that the guide registers at the relay."""
        return base64.b64encode(bytes(self._secret.public_key)).decode()

    @property
    def secret_b64(self):
        """The private half, only ever printed for vectors."""
        return base64.b64encode(bytes(self._secret)).decode()

    def encrypt(self, text, recipient_b64):
        """base64(nonce 24 || box)."""
        return self._box(recipient_b64).encrypt(text.encode(), encoder=Base64Encoder).decode()

    def decrypt(self, encrypted, sender_b64):
        """The text, or an exception of PyNaCl."""
        return self._box(sender_b64).decrypt(encrypted.encode(), encoder=Base64Encoder).decode()

    def _box(self, other_b64):
        return Box(self._secret, PublicKey(base64.b64decode(other_b64)))
