"""A small window that lets a file be dragged out of it, as from a file manager. Run by the system's
Python, which has GObject introspection (Debian: python3-gi, gir1.2-gtk-3.0).

  drag_source.py FILE         prints "dragging" when the drag has begun, "accepted" when what is
                              below the pointer would take the file; ends when it was dropped
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402



def begun(_box, context):
    """Tells of the drag, and when the file would be taken: GTK has no signal for that."""
    print("dragging", flush=True)
    GLib.timeout_add(20, look, context)


def look(context):
    """Says so once what is below the pointer has agreed to a copy."""
    accepted = context.get_selected_action() == Gdk.DragAction.COPY
    if accepted:
        print("accepted", flush=True)
    return not accepted


uri = pathlib.Path(sys.argv[1]).resolve().as_uri()

window = Gtk.Window(title="drag source", default_width=120, default_height=90)
box = Gtk.EventBox()
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda _box, _context, data, _info, _time: data.set_uris([uri]))
box.connect("drag-begin", begun)
box.connect("drag-end", lambda _box, _context: Gtk.main_quit())
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
