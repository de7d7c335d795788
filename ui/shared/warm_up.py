"""Work of the server between clicks: import and compile for pages to come, collect garbage.

Streamlit's own collection after every run of a page is off (``runner.postScriptGC``): with the
libraries of this app loaded, it took 38 to 71 % of the interpreter's time.
"""

import gc
import importlib
import pkgutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import ui
from nmr_core.io import isolated
from nmr_core.jobs import capacity
from nmr_core.jobs.warm import compile_labs, compile_simulator
from nmr_core.serving.front import process as front
from ui.shared import keeper

QUIET = 0.3
"""Seconds without a run of a page that count as a quiet moment."""
PATIENCE = 10.0
"""Longest time to wait for a quiet moment, s."""
COLLECT_EVERY = 60.0
"""Seconds between two collections of garbage."""
_lock = threading.Lock()
_begun = False
_running = 0
_last_end = time.monotonic()


@contextmanager
def running() -> Iterator[None]:
    """Mark a run of a page, or of a fragment."""
    global _running, _last_end
    with _lock:
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            _last_end = time.monotonic()


def import_pages(wait: Callable[[], object] = lambda: None) -> None:
    """Import what pages need at their start; ``wait()`` comes before each step."""
    for name in _modules():
        wait()
        with suppress(ImportError):  # the page that needs the module shows the error
            importlib.import_module(name)
    wait()
    from nmr_core.models.trusted import import_skops  # loads scikit-learn, which the start need not

    import_skops()
    capacity.limit_threads()


def begin() -> None:
    """Start the work, at the end of the first run of a page or before; later calls do nothing."""
    global _begun
    with _lock:
        if _begun:
            return
        _begun = True
    threading.Thread(target=_work, name="warm-up", daemon=True).start()


def _work() -> None:
    _prepare()
    isolated.get_ready()
    keeper.begin()
    _collect_garbage()


def _prepare() -> None:
    """Import and compile, in many small steps: an import holds the interpreter."""
    import_pages(_wait_until_quiet)
    _wait_until_quiet()
    if front.number() == 0:
        _compile_beside()
    compile_simulator()
    compile_labs()
    gc.collect()
    gc.freeze()  # what is loaded now stays, and is never scanned again


def _collect_garbage() -> None:
    while True:
        time.sleep(COLLECT_EVERY)
        _wait_until_quiet()
        gc.collect()


def _modules() -> list[str]:
    """Modules of the app; with them, everything is imported that a page needs at its start."""
    modules = pkgutil.walk_packages(ui.__path__, f"{ui.__name__}.")
    return [module.name for module in modules if not module.ispkg]


def _wait_until_quiet() -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not _running and time.monotonic() - _last_end > QUIET:
            return
        time.sleep(QUIET / 3)


def _compile_beside() -> None:
    """Compile in another process, which leaves the interpreter to the pages; this one then loads
    the stored code.
    """
    steps = (compile_simulator, compile_labs)
    program = "; ".join(f"import {step.__module__} as m; m.{step.__name__}()" for step in steps)
    with suppress(OSError):
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(ui.__file__).parents[1],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
