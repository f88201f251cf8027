"""Does to a Secret Service what a person at the keyring's own window would do. Run by the system's
Python, which has GObject introspection (Debian: python3-gi, gir1.2-glib-2.0).

  keyring.py ready            ends when the service answers
  keyring.py lock             locks the default collection
  keyring.py unlock PASSWORD  unlocks it without a dialog, as a login does
  keyring.py delete           deletes every item of it
  keyring.py secrets          prints a JSON array: each item's secret as base64
  keyring.py reload-bus       makes the session bus read its rules again
"""

import base64
import json
import sys

from gi.repository import Gio, GLib

NAME = "org.freedesktop.secrets"
SERVICE = "/org/freedesktop/secrets"
TIMEOUT_MS = 10_000

bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(path, interface, method, arguments=None):
    """Calls a method and gives what it returns."""
    reply = bus.call_sync(
        NAME, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None
    )
    return reply.unpack()


def default_collection():
    """The path of the collection that new items go to."""
    alias = GLib.Variant("(s)", ("default",))
    return call(SERVICE, "org.freedesktop.Secret.Service", "ReadAlias", alias)[0]


def items(collection):
    """The paths of all items of a collection."""
    wanted = GLib.Variant("(ss)", ("org.freedesktop.Secret.Collection", "Items"))
    return call(collection, "org.freedesktop.DBus.Properties", "Get", wanted)[0]


def session():
    """A session in which secrets travel as they are."""
    plain = GLib.Variant("(sv)", ("plain", GLib.Variant("s", "")))
    return call(SERVICE, "org.freedesktop.Secret.Service", "OpenSession", plain)[1]


def lock():
    paths = GLib.Variant("(ao)", ([default_collection()],))
    call(SERVICE, "org.freedesktop.Secret.Service", "Lock", paths)


def unlock(password):
    secret = (session(), b"", password.encode(), "text/plain")
    arguments = GLib.Variant("(o(oayays))", (default_collection(), secret))
    interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
    call(SERVICE, interface, "UnlockWithMasterPassword", arguments)


def delete():
    for item in items(default_collection()):
        call(item, "org.freedesktop.Secret.Item", "Delete")


def secrets():
    opened = GLib.Variant("(o)", (session(),))
    found = [
        call(item, "org.freedesktop.Secret.Item", "GetSecret", opened)[0][2]
        for item in items(default_collection())
    ]
    print(json.dumps([base64.b64encode(bytes(secret)).decode() for secret in found]))


def reload_bus():
    name, path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
    flags = Gio.DBusCallFlags.NONE
    bus.call_sync(name, path, name, "ReloadConfig", None, None, flags, TIMEOUT_MS, None)


COMMANDS = {
    "ready": default_collection,
    "lock": lock,
    "unlock": unlock,
    "delete": delete,
    "secrets": secrets,
    "reload-bus": reload_bus,
}
COMMANDS[sys.argv[1]](*sys.argv[2:])
