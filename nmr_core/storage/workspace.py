"""The data folder: everything that is stored lies in it, under generated ids.

    NMR_DATA (default ./data)/
        datasets/<id>/   runs/<id>/   studies/<id>/   identifications/<key>/   refinements/<id>/
        calibrations/<run>/   robustness/<run>/   explanations/<run>/   marks/<run>.json
        trainings/<id>/   features/<key>/
        trash/   jobs/   jobs.sqlite3

On a server for several people each workspace is such a folder, ``NMR_DATA/workspaces/<id>/``, and
the jobs of all of them stand in one table, ``NMR_DATA/jobs.sqlite3``. Which workspace is meant is a
context variable, see :func:`in_workspace`; threads and processes do not inherit it and get the
folder from whoever starts them.

A title is display text; only an id ever becomes a path, and only after :func:`checked_id`.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from nmr_core.errors import InputError

EXAMPLES = Path(__file__).parents[1] / "examples"
PRETRAINED = Path(__file__).parents[1] / "pretrained"
SHIPPED = (EXAMPLES, PRETRAINED)
"""Data folders that ship with the package."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{1,63}")


WORKSPACES = "workspaces"
"""Folder of all workspaces of a server."""
_current: ContextVar[Path | None] = ContextVar("workspace", default=None)
_independent: ContextVar[str] = ContextVar("independent", default="")
_resolver: Callable[[], Path | None] | None = None


def data_folder() -> Path:
    """The folder that holds data sets and runs: that of the workspace.

    Returns
    -------
    Path
        The folder of :func:`in_workspace`; else what the resolver of a server says; else
        ``$NMR_DATA``, else ``./data``.

    Raises
    ------
    RuntimeError
        There is a resolver, but no workspace: a thread of a server was started without one. Or
        what runs is cached for all workspaces, see :func:`independent`.
    """
    if name := _independent.get():
        raise RuntimeError(f"{name} reads the data folder, and its cache does not name it.")
    folder = _current.get()
    if folder is None and _resolver is None:
        return environment_folder()
    folder = folder or (_resolver() if _resolver else None)
    if folder is None:
        raise RuntimeError("No workspace is chosen here. Enter one with in_workspace(folder).")
    return folder


@contextmanager
def in_workspace(folder: Path | str) -> Iterator[Path]:
    """Let everything inside read and write one data folder; yields its path.

    Parameters
    ----------
    folder : Path or str
        A data folder, e.g. that of a workspace. Threads and processes that are started inside do
        not inherit it.
    """
    path = Path(folder).absolute()
    token = _current.set(path)
    try:
        yield path
    finally:
        _current.reset(token)


def set_resolver(resolver: Callable[[], Path | None] | None) -> None:
    """Say how a server finds the workspace of a visitor; None: ``$NMR_DATA`` is the only one.

    Parameters
    ----------
    resolver : callable or None
        Returns a data folder, None where there is none: then nothing is read or written.
    """
    global _resolver
    _resolver = resolver


@contextmanager
def independent(name: str) -> Iterator[None]:
    """Forbid :func:`data_folder` inside: the result serves all workspaces.

    Parameters
    ----------
    name : str
        What runs, for the error.
    """
    token = _independent.set(name)
    try:
        yield
    finally:
        _independent.reset(token)


def environment_folder() -> Path:
    """``$NMR_DATA``, else ``./data``."""
    text = os.environ.get("NMR_DATA") or "data"
    return _path(text) if os.path.isabs(text) else Path(text).absolute()


@lru_cache(maxsize=100)
def _path(text: str) -> Path:
    """The same object each time: a run of a page asks some fifty times."""
    return Path(text)


def server_folder(folder: Path | str | None = None) -> Path:
    """The folder that holds what is common to all workspaces, such as the table of jobs.

    Parameters
    ----------
    folder : Path or str, optional
        Data folder; default: that of :func:`in_workspace`, else ``$NMR_DATA``. A resolver has
        nothing to say: it needs this folder itself.

    Returns
    -------
    Path
        ``NMR_DATA`` of ``NMR_DATA/workspaces/<id>``; a data folder of its own is its own server
        folder.
    """
    path = Path(folder or _current.get() or environment_folder()).absolute()
    return path.parents[1] if path.parent.name == WORKSPACES else path


def workspace_id(folder: Path | str | None = None) -> str:
    """Id of the workspace whose data folder this is (default: the present one); "" for none."""
    path = data_folder() if folder is None else Path(folder).absolute()
    return path.name if path.parent.name == WORKSPACES else ""


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
