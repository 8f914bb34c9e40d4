"""What goes with a parcel, as PDF in the size A6: the packing slip and the address label.

Both speak the current language. It refuses to ask anything of the network or the database.
"""

from etalase.web._documents.label import render_label
from etalase.web._documents.slip import render_slip

__all__ = ["render_label", "render_slip"]
