"""The data folder: everything that is stored lies in it, under generated ids.

    NMR_DATA (default ./data)/
        datasets/<id>/   runs/<id>/   studies/<id>/   identifications/<key>/   refinements/<id>/
        calibrations/<run>/   robustness/<run>/   explanations/<run>/   marks/<run>.json
        trainings/<id>/   features/<key>/
        trash/   jobs/   jobs.sqlite3

A title is display text; only an id ever becomes a path, and only after :func:`checked_id`.
"""

import os
import re
import secrets
import time
from pathlib import Path

from nmr_core.errors import InputError

EXAMPLES = Path(__file__).parents[1] / "examples"
PRETRAINED = Path(__file__).parents[1] / "pretrained"
SHIPPED = (EXAMPLES, PRETRAINED)
"""Data folders that ship with the package."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{1,63}")


def data_folder() -> Path:
    """The folder that holds data sets, runs and jobs: ``$NMR_DATA``, else ``./data``."""
    return Path(os.environ.get("NMR_DATA") or "data").absolute()


def new_id(prefix: str) -> str:
    """A fresh id that sorts by time, e.g. ``ds-20261121-031502-5f3a``."""
    return f"{prefix}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"


def checked_id(text: str) -> str:
    """``text`` if it is a well-formed id, fit as a folder's name; else :class:`InputError`."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise InputError(
            f"An id has 2 to 64 of a-z, 0-9, '-' and '_', got {str(text)[:80]!r}. "
            "Copy it from the list."
        )
    return text


def datasets_folder() -> Path:
    """The folder of all data sets."""
    return data_folder() / "datasets"


def runs_folder() -> Path:
    """The folder of all runs."""
    return data_folder() / "runs"
