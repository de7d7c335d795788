"""Import and compile for the first page while the first browser still loads Streamlit's client."""

import importlib
import threading
from contextlib import suppress

FIRST = (
    "ui.shared.boot",
    "ui.shared.pages",
    "ui.shared.running_now",
    "nmr_core.plots",
    "ui.shared.figure_code",
    "ui.shared.compute",
    "ui.start.guide",
)
"""Modules of the first page, in the order in which it imports them."""


def begin() -> None:
    """Start the work in a thread; the server answers meanwhile."""
    threading.Thread(target=_prepare, name="ahead", daemon=True).start()


def _prepare() -> None:
    for name in FIRST:
        with suppress(ImportError):  # the page that needs the module shows the error
            importlib.import_module(name)
    from nmr_core.jobs import capacity

    capacity.limit_threads()
