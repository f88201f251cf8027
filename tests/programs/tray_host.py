"""A tray: shows the icons of other programs, here as lines of JSON (StatusNotifierItem, and
com.canonical.dbusmenu for their menus). Run by the system's Python, which has GObject introspection
(Debian: python3-gi).

It prints {"ready": true}, and {"item": NAME} for each icon that comes. It reads one command a line:

  menu            prints {"menu": [{"label", "enabled"}...], "title": TEXT} of the last icon
  choose LABEL    as if that item of its menu were clicked
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.kde.StatusNotifierWatcher"
PATH = "/StatusNotifierWatcher"
INTERFACE = """<node><interface name="org.kde.StatusNotifierWatcher">
  <method name="RegisterStatusNotifierItem"><arg direction="in" type="s"/></method>
  <method name="RegisterStatusNotifierHost"><arg direction="in" type="s"/></method>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
  <signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
  <signal name="StatusNotifierHostRegistered"/>
</interface></node>"""

items = []
state = {}


def say(**line):
    print(json.dumps(line), flush=True)


def called(connection, sender, path, interface, method, arguments, invocation):
    invocation.return_value(None)
    if method == "RegisterStatusNotifierItem":
        (service,) = arguments.unpack()
        # Some give their name on the bus, some the path of their object.
        item = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        items.append(item)
        say(item=item[1])


def read(connection, sender, path, interface, name):
    values = {
        "RegisteredStatusNotifierItems": GLib.Variant("as", [a + b for a, b in items]),
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "ProtocolVersion": GLib.Variant("i", 0),
    }
    return values[name]


def on_bus(connection, name):
    interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    connection.register_object(PATH, interface, called, read, None)
    state["connection"] = connection


def ask(name, path, interface, method, arguments):
    return state["connection"].call_sync(
        name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 10_000, None
    )


def of_item(field):
    name, path = items[-1]
    wanted = GLib.Variant("(ss)", ("org.kde.StatusNotifierItem", field))
    answer = ask(name, path, "org.freedesktop.DBus.Properties", "Get", wanted)
    return name, answer.unpack()[0]


def entries():
    name, path = of_item("Menu")
    wanted = GLib.Variant("(iias)", (0, -1, ["label", "enabled", "visible", "type"]))
    layout = ask(name, path, "com.canonical.dbusmenu", "GetLayout", wanted).unpack()
    found = []
    for number, about, _ in layout[1][2]:
        if about.get("visible", True) and about.get("type") != "separator":
            label = about.get("label", "").replace("_", "")
            found.append((number, label, about.get("enabled", True)))
    return name, path, found


def choose(label):
    name, path, found = entries()
    number = next(number for number, text, enabled in found if text == label and enabled)
    event = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("s", ""), 0))
    ask(name, path, "com.canonical.dbusmenu", "Event", event)


def obey(source, condition):
    line = sys.stdin.readline()
    if not line:
        loop.quit()
        return False
    word, _, rest = line.strip().partition(" ")
    try:
        if word == "choose":
            choose(rest)
            say(chosen=rest)
        else:
            menu = [{"label": label, "enabled": enabled} for _, label, enabled in entries()[2]]
            say(menu=menu, title=of_item("XAyatanaLabel")[1])
    except (GLib.Error, IndexError, StopIteration) as error:
        say(failed=f"{line.strip()}: {error!r}")
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
