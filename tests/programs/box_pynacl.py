"""Seals and opens boxes with PyNaCl, one JSON line in, one out, for the box vectors:

{"op":"keypair"}                        -> {"secret","public"}
{"op":"seal","secret","public","text"}  -> {"box"}
{"op":"open","secret","public","box"}   -> {"text"} or {"error"}
"""

import json
import sys

from secure_chat import SecureChat


def answer(request):
    """What the line asks for."""
    chat = SecureChat(request.get("secret"))
    if request["op"] == "keypair":
        return {"secret": chat.secret_b64, "public": chat.public_b64}
    if request["op"] == "seal":
        return {"box": chat.encrypt(request["text"], request["public"])}
    return {"text": chat.decrypt(request["box"], request["public"])}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # whatever the library says is the answer
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
