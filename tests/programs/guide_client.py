"""A client written from the guide with PyNaCl: registers, asks who is there, learns keys from the
relay, sends and opens boxes.

Called by the tests: `guide_client.py URL NAME [SECRET_B64]`, driven by JSON lines:
  stdin   {"cmd":"send","to","text"} | {"cmd":"get_users"} | {"cmd":"frame","frame"} | {"cmd":"close"}
  stdout  {"event":"ready","publicKey","secret"} | users | joined | left | message | undecryptable
          | closed
"""

import json
import socket
import sys
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from secure_chat import SecureChat

# The guide sets no limit; 16 MiB is far above any text.
MAX_FRAME = 16 * 1024 * 1024


class GuideClient:
    """One connection to one relay under one name."""

    def __init__(self, socket, name, secret=None):
        self.name = name
        self.chat = SecureChat(secret)
        self.keys = {}
        self.socket = socket

    def start(self):
        """Registers and asks for the list, as the guide does when the socket opens.

        Both frames leave at once, as from a browser's one handler: between them others would see
        the name and write to a client that knows no keys yet.
        """
        self.hold(True)
        self.frame({"type": "register", "userId": self.name, "publicKey": self.chat.public_b64})
        self.frame({"type": "get_users"})
        self.hold(False)
        say(event="ready", publicKey=self.chat.public_b64, secret=self.chat.secret_b64)

    def hold(self, held):
        """Keeps what is written until it is let go, where the system can: it leaves at once."""
        if hasattr(socket, "TCP_CORK"):
            self.socket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, int(held))

    def frame(self, frame):
        """Sends one JSON frame."""
        self.socket.send(json.dumps(frame))

    def obey(self, command):
        """Does what one line of stdin says."""
        kind = command["cmd"]
        if kind == "send":
            to = command["to"]
            box = self.chat.encrypt(command["text"], self.keys[to])
            self.frame({"type": "message", "to": to, "encrypted": box})
        elif kind == "get_users":
            self.frame({"type": "get_users"})
        elif kind == "frame":
            self.frame(command["frame"])
        elif kind == "close":
            self.socket.close()

    def read(self):
        """Prints what comes until the connection ends."""
        try:
            for text in self.socket:
                self.receive(json.loads(text))
        except ConnectionClosed:
            pass
        say(event="closed", code=self.socket.close_code)

    def receive(self, frame):
        """Learns keys, opens boxes."""
        kind = frame["type"]
        if kind == "user_list":
            for user in frame["users"]:
                self.learn(user)
            say(event="users", users=frame["users"])
        elif kind == "user_joined":
            self.learn(frame)
            say(event="joined", userId=frame["userId"], publicKey=frame["publicKey"])
        elif kind == "user_left":
            say(event="left", userId=frame["userId"])
        elif kind == "message":
            self.open(frame)

    def learn(self, user):
        """The guide believes whatever key the relay names."""
        if user["userId"] != self.name:
            self.keys[user["userId"]] = user["publicKey"]

    def open(self, frame):
        """Prints the text of a message, or why there is none."""
        sender = frame["from"]
        try:
            text = self.chat.decrypt(frame["encrypted"], self.keys[sender])
        except Exception as error:  # whatever the library says is the answer
            say(event="undecryptable", **{"from": sender}, reason=type(error).__name__)
            return
        say(
            event="message",
            **{"from": sender},
            text=text,
            timestamp=frame["timestamp"],
            encrypted=frame["encrypted"],
        )


OUTPUT = threading.Lock()


def say(**event):
    """Prints one event as one line."""
    with OUTPUT:
        print(json.dumps(event), flush=True)


def main():
    url, *who = sys.argv[1:4]
    with connect(url, max_size=MAX_FRAME) as socket:
        client = GuideClient(socket, *who)
        client.start()
        reader = threading.Thread(target=client.read)
        reader.start()
        for line in sys.stdin:
            client.obey(json.loads(line))
        socket.close()
        reader.join()


main()
