"""Puts a picture on the clipboard and keeps it there until it is ended. Run by the system's
Python, which has GObject introspection (Debian: python3-gi, gir1.2-gtk-3.0).

  clipboard.py FILE           prints "copied" when other programs can take it
"""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk  # noqa: E402

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
clipboard.set_image(GdkPixbuf.Pixbuf.new_from_file(sys.argv[1]))
Gdk.flush()
print("copied", flush=True)
Gtk.main()
