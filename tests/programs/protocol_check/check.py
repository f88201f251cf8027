"""Checks the session vectors with an implementation of its own, from docs/protocol.md.

Run with the Python of tests/programs/.venv, with the files to check or none for all of them;
prints a line a file and ends with 1 if anything differs. Nothing here is shared with the Rust code:
a mistake in one of the two shows. tests/e2e/protocol_check.rs runs it, and shows that it finds
every value that was spoiled.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from nacl.exceptions import BadSignatureError

import cbor
import ratchet
import refusals
from formats import (
    BUNDLE,
    CONTENT,
    HANDSHAKE,
    INSIDE,
    INVITE,
    KEY_CARD,
    PREFIX,
    PURPOSES,
    SESSION,
    SIGNED_KEY,
    Identity,
    agree_as_responder,
    associate,
    pad,
    recipient_tags,
    transcript_of,
    unbase64url,
    unpad,
)
from primitives import (
    Hpke,
    XWing,
    argon2id,
    ed25519_verify,
    hkdf,
    hmac_sha256,
    kem_decapsulate,
    kem_encapsulate,
    kem_keys,
    sha256,
    x25519,
    x25519_public,
    xchacha20poly1305_seal,
)

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


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
        assert fields.get(9, 0) == case["incarnation"] and fields.get(9) != 0
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
            encrypted = bytes.fromhex(message["message"])
            assert ratchet.parse(encrypted)[:2] == (x25519_public(first_ratchet), index)
            plaintext = ratchet.open_with(ratchet.message_key(chain), encrypted)
            association = associate(session_id, alice.fingerprint, bob.fingerprint)
            assert plaintext == association + bytes.fromhex(message["content"])
            cbor.value_of(plaintext[32:], CONTENT)
            chain = ratchet.next_chain(chain)


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


def check_ratchets(vectors):
    """P-80, P-81, P-83: every message made again, and every outcome."""
    people = {name: bytes.fromhex(vectors[name]) for name in ("alice", "bob")}
    session_id = bytes.fromhex(vectors["session_id"])
    for talk in vectors["talks"]:
        root, chain, own = (
            bytes.fromhex(vectors[key]) for key in ("root_key", "chain_key", "first_ratchet")
        )
        first = ratchet.Chain(x25519_public(own), chain)
        ends = {
            "alice": ratchet.End(root, own=own, sending=(chain, 0)),
            "bob": ratchet.End(root, theirs=first.ratchet_key, chains=[first]),
        }
        sent = []
        for step in talk["steps"]:
            if "send" in step:
                sent.append(send_again(step, ends, people, session_id))
            else:
                deliver_again(step, ends, sent)


def send_again(step, ends, people, session_id):
    """Whom it is for, its plaintext and the message."""
    sender = step["send"]
    recipient = "bob" if sender == "alice" else "alice"
    association = associate(session_id, people[sender], people[recipient])
    plaintext = association + bytes.fromhex(step["content"])
    secret = bytes.fromhex(step["ratchet"]) if step["ratchet"] else None
    message = ends[sender].send(plaintext, secret, step["skipped"])
    assert message.hex() == step["message"], "another message"
    return recipient, plaintext, message


def deliver_again(step, ends, sent):
    recipient, plaintext, message = sent[step["deliver"]]
    assert ratchet.parse(message)[1] == step["index"]
    try:
        read = ends[recipient].read(message)
    except ratchet.Refused as refused:
        assert str(refused) == step["refused"], refused
        return
    assert read == plaintext and read[32:].hex() == step["read"]


def check_stored_sessions(vectors):
    """P-80 to P-83, and the form in which sessions lie in a history."""
    for case in vectors["sessions"]:
        own, peer, session_id = (
            bytes.fromhex(case[key]) for key in ("own", "peer", "session_id")
        )
        fields = cbor.value_of(bytes.fromhex(case["state"]), SESSION)
        assert (fields[2], fields[3], fields[4]) == (session_id, own, peer)
        assert fields[5] == case["generation"]
        assert (fields[6].hex() if 6 in fields else None) == case["header"]
        for late in case["reads"]:
            # What is late may come in any order: each is read by the session as it was stored.
            plaintext = stored_ratchet(fields[7]).read(bytes.fromhex(late["message"]))
            assert plaintext[:32] == associate(session_id, peer, own)
            assert plaintext[32:].hex() == late["content"]
        end = stored_ratchet(fields[7])
        for following in case["writes"]:
            plaintext = associate(session_id, own, peer) + bytes.fromhex(following["content"])
            assert end.send(plaintext).hex() == following["message"]
        if not case["writes"]:
            assert end.sending is None


def stored_ratchet(encoded):
    """The ratchet as vodozemac writes it."""
    stored = json.loads(encoded)
    assert stored["config"] == {"version": "V2"}
    chains = [
        ratchet.Chain(
            bytes(chain["ratchet_key"]),
            bytes(chain["hkdf_ratchet"]["key"]),
            chain["hkdf_ratchet"]["index"],
            [(key["index"], bytes(key["key"])) for key in chain["skipped_message_keys"]["inner"]],
        )
        for chain in stored["receiving_chains"]["inner"]
    ]
    sending = stored["sending_ratchet"]
    if sending["type"] == "inactive":
        root, theirs = bytes(sending["root_key"]["key"]), bytes(sending["ratchet_key"])
        return ratchet.End(root, theirs=theirs, chains=chains)
    own = sending["active_ratchet"]
    chain = sending["symmetric_key_ratchet"]
    return ratchet.End(
        bytes(own["root_key"]),
        own=bytes(own["ratchet_key"]),
        sending=(bytes(chain["key"]), chain["index"]),
        chains=chains,
    )


def check_kems(vectors):
    """P-53, P-70, P-95, P-98, against the vectors of the specifications."""
    known = {"ML-KEM-768": {}, "X-Wing": {}}
    for case in vectors["x_wing"]:
        seed, randomness = (bytes.fromhex(case[key]) for key in ("seed", "randomness"))
        key = XWing(seed)
        secret, ciphertext = XWing.encapsulate(key.public, randomness)
        assert key.public.hex() == case["public"] and key.decapsulate(ciphertext) == secret
        assert (secret.hex(), ciphertext.hex()) == (case["secret"], case["ciphertext"])
        known["X-Wing"][case["seed"]] = secret
    for case in vectors["ml_kem_768"]:
        seed, randomness = (bytes.fromhex(case[key]) for key in ("seed", "randomness"))
        public, private = kem_keys(seed)
        secret, ciphertext = kem_encapsulate(public, randomness)
        assert public.hex() == case["public"] and kem_decapsulate(private, ciphertext) == secret
        assert (secret.hex(), ciphertext.hex()) == (case["secret"], case["ciphertext"])
        known["ML-KEM-768"][case["seed"]] = secret
    for case in vectors["implicit_rejection"]:
        seed, ciphertext = (bytes.fromhex(case[key]) for key in ("seed", "ciphertext"))
        if case["kem"] == "X-Wing":
            secret = XWing(seed).decapsulate(ciphertext)
        else:
            secret = kem_decapsulate(kem_keys(seed)[1], ciphertext)
        assert secret.hex() == case["secret"] and secret != known[case["kem"]][case["seed"]]
    for case in vectors["hpke"]:
        key = XWing(bytes.fromhex(case["seed"]))
        secret, encapsulated = XWing.encapsulate(key.public, bytes.fromhex(case["randomness"]))
        assert key.public.hex() == case["public"] and encapsulated.hex() == case["encapsulated"]
        info, aad, plaintext = (bytes.fromhex(case[key]) for key in ("info", "aad", "plaintext"))
        sealed = Hpke(secret, info).seal(plaintext, aad)
        assert sealed.hex() == case["ciphertext"]
        assert Hpke(key.decapsulate(encapsulated), info).open(sealed, aad) == plaintext


def check_envelopes(vectors):
    """P-85, P-95 to P-98: opened, and sealed again from the same randomness."""
    for case in vectors["envelopes"]:
        text = case["envelope"]
        assert text.startswith("sotto1.")
        frame = unbase64url(text[len("sotto1.") :])
        head, encapped, ciphertext = frame[:17], frame[17:1137], frame[1137:]
        mailbox = XWing(bytes.fromhex(case["mailbox_seed"]))
        recipient = bytes.fromhex(case["recipient"])
        key_id = sha256(PREFIX + b"mailbox-key-id", mailbox.public)[:8]
        by_identity, by_mailbox_key = recipient_tags(recipient, key_id)
        tag = by_mailbox_key if "tag of the mailbox key" in case["name"] else by_identity
        assert head == b"\x01" + tag + key_id

        info = PREFIX + b"envelope"
        padded = Hpke(mailbox.decapsulate(encapped), info).open(ciphertext, head)
        assert padded is not None, "the envelope does not open"
        inside = cbor.value_of(unpad(padded), INSIDE)
        expected = {2: "card", 3: "card_hash", 4: "session_id", 5: "header", 6: "message"}
        for key, name in expected.items():
            found = inside[key].hex() if key in inside else None
            assert found == case[name], name
        digest = sha256(PREFIX + b"message-digest", inside[4], inside[6])[:16]
        assert digest.hex() == case["message_digest"]
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
    assert by_name["profile"][5] == {1: "Mara", 2: 1 << 63 | 1 << 1}
    assert by_name["profile of a program without features"][5] == {1: "Mara"}
    moved = by_name["the identity moved"][5]
    cards = json.loads((VECTORS / "key-card.json").read_text(encoding="utf-8"))["cards"]
    carol = Identity(cards[2]["secrets"])
    assert moved[1] == 5 and len(moved[2]) <= 1_024
    card = open_statement(moved[2], carol.ed25519, b"key-card", KEY_CARD)
    assert card[3] + card[4] + card[5] == carol.public and card[9] == 1_700_000_000
    assert by_name["proof that a code was scanned"][5] == {1: b"\13" * 32}
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


def check_verify_codes(vectors):
    """P-131, P-132."""
    for case in vectors["codes"]:
        assert case["text"].startswith("sotto:verify#") and len(case["text"]) == 127
        raw = unbase64url(case["text"][len("sotto:verify#") :])
        secret = bytes.fromhex(case["secret"])
        people = bytes.fromhex(case["shower"]) + bytes.fromhex(case["scanner"])
        assert case["expires"] == vectors["now"] + 600
        expires = case["expires"].to_bytes(4, "big")
        assert raw == bytes([case["whole"]]) + people + secret + expires
        assert sha256(PREFIX + b"verify-id", secret).hex() == case["id"]
        session = bytes.fromhex(case["session_id"])
        proof = hmac_sha256(secret, PREFIX + b"verify-proof", people, session)
        assert proof.hex() == case["proof"]


def check_passphrase_files(vectors):
    """P-24, written again from what it is made of."""
    for case in vectors["files"]:
        salt, nonce, item = (bytes.fromhex(case[key]) for key in ("salt", "nonce", "item"))
        costs = [case[key] for key in ("memory_kib", "passes", "lanes")]
        head = b"SOTP\x01" + b"".join(cost.to_bytes(4, "big") for cost in costs) + salt + nonce
        key = argon2id(case["passphrase"].encode("utf-8"), salt, *costs)
        sealed = xchacha20poly1305_seal(key, nonce, item, PREFIX + b"passphrase-file" + head)
        assert (head + sealed).hex() == case["file"]


def check_safety_numbers(vectors):
    """P-130."""
    for case in vectors["numbers"]:
        people = [
            {name: bytes.fromhex(case[who][name]) for name in ("ed25519", "box_key", "agreement")}
            for who in ("one", "other")
        ]
        whole = [
            half_of_number(b"\x01", [keys["ed25519"], keys["box_key"], keys["agreement"]], b"account")
            for keys in people
        ]
        boxes = [half_of_number(b"\x00", [keys["box_key"]], b"box-key") for keys in people]
        assert "".join(sorted(whole)) == case["identities"]
        assert "".join(sorted(boxes)) == case["box_keys"]


def half_of_number(kind, keys, label):
    public_key = kind + b"".join(keys)
    account = base64.b32encode(sha256(PREFIX + label, *keys)[:16]).rstrip(b"=").lower()
    value = hashlib.sha512(b"\x00\x00" + public_key + account + public_key).digest()
    for _ in range(5199):
        value = hashlib.sha512(value + public_key).digest()
    groups = (int.from_bytes(value[at : at + 5], "big") for at in range(0, 30, 5))
    return "".join(f"{group % 100_000:05d}" for group in groups)


CHECKS = {
    "key-card.json": check_key_cards,
    "bundle.json": check_bundles,
    "handshake.json": check_handshakes,
    "envelope.json": check_envelopes,
    "content.json": check_contents,
    "invite.json": check_invites,
    "ratchet.json": check_ratchets,
    "stored-session.json": check_stored_sessions,
    "kem.json": check_kems,
    "passphrase-file.json": check_passphrase_files,
    "refused.json": refusals.check,
    "safety-number.json": check_safety_numbers,
    "verify-code.json": check_verify_codes,
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
