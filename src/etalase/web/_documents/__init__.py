"""Papers as PDF in the size A6: a parcel's packing slip and address label, and an order's evidence.

All speak the current language. It refuses to ask anything of the network or the database.
"""

from etalase.web._documents.evidence import render_evidence
from etalase.web._documents.label import render_label
from etalase.web._documents.slip import render_slip

__all__ = ["render_evidence", "render_label", "render_slip"]
