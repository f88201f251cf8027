"""A notification server that behaves as it is told (Desktop Notifications Specification 1.2). Run
by the system's Python, which has GObject introspection (Debian: python3-gi).

  notification_server.py [CAPABILITY...]

It prints one line of JSON for each thing that happens: {"ready": true}, {"shown": ID, "replaces",
"summary", "body", "hints"}, {"withdrawn": ID}. It reads one command a line:

  delay SECONDS   answers each later notification only after so long; "never" answers none
  refuse          answers each later one with an error
  obey            answers at once again
  click ID        as if that one were clicked
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTERFACE = """<node><interface name="org.freedesktop.Notifications">
  <method name="GetCapabilities"><arg direction="out" type="as"/></method>
  <method name="GetServerInformation">
    <arg direction="out" type="s"/><arg direction="out" type="s"/>
    <arg direction="out" type="s"/><arg direction="out" type="s"/>
  </method>
  <method name="Notify">
    <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
    <arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/>
    <arg direction="in" type="a{sv}"/><arg direction="in" type="i"/>
    <arg direction="out" type="u"/>
  </method>
  <method name="CloseNotification"><arg direction="in" type="u"/></method>
</interface></node>"""

capabilities = sys.argv[1:]
state = {"mode": "obey", "delay": 0.0, "last": 0}


def say(**line):
    print(json.dumps(line), flush=True)


def notify(connection, invocation, arguments):
    _, replaces, _, summary, body, _, hints, _ = arguments
    if state["mode"] == "refuse":
        invocation.return_dbus_error("org.freedesktop.DBus.Error.Failed", "not now")
        return
    if replaces:
        number = replaces
    else:
        state["last"] += 1
        number = state["last"]
    say(shown=number, replaces=replaces, summary=summary, body=body, hints=hints)
    if state["mode"] == "never":
        return

    def answer():
        invocation.return_value(GLib.Variant("(u)", (number,)))
        return False

    GLib.timeout_add(int(state["delay"] * 1000), answer)


def called(connection, sender, path, interface, method, arguments, invocation):
    if method == "Notify":
        notify(connection, invocation, arguments.unpack())
    elif method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (capabilities,)))
    elif method == "GetServerInformation":
        about = ("test", "Sotto", "1", "1.2")
        invocation.return_value(GLib.Variant("(ssss)", about))
    else:
        (number,) = arguments.unpack()
        say(withdrawn=number)
        invocation.return_value(None)
        closed = GLib.Variant("(uu)", (number, 3))
        connection.emit_signal(None, PATH, NAME, "NotificationClosed", closed)


def on_bus(connection, name):
    interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    connection.register_object(PATH, interface, called)
    state["connection"] = connection


def obey(source, condition):
    line = sys.stdin.readline()
    if not line:
        loop.quit()
        return False
    word, *rest = line.split()
    if word == "click":
        number = int(rest[0])
        signal = GLib.Variant("(us)", (number, "default"))
        state["connection"].emit_signal(None, PATH, NAME, "ActionInvoked", signal)
    elif word == "delay" and rest[0] != "never":
        state.update(mode="obey", delay=float(rest[0]))
    elif word == "delay":
        state.update(mode="never")
    elif word == "refuse":
        state.update(mode="refuse")
    else:
        state.update(mode="obey", delay=0.0)
    say(obeyed=line.strip())
    return True


loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, obey)
Gio.bus_own_name(
    Gio.BusType.SESSION,
    NAME,
    Gio.BusNameOwnerFlags.NONE,
    on_bus,
    lambda *_: say(ready=True),
    lambda *_: loop.quit(),
)
loop.run()
