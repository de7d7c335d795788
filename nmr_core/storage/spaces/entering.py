"""A workspace by its id or title, for the command line and for Python."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.workspace import in_workspace


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """Read and write inside one workspace of the server whose folder is ``NMR_DATA``.

    Parameters
    ----------
    name : str
        Id of the workspace, or its title where no other has the same.

    Yields
    ------
    Path
        Its data folder.

    Raises
    ------
    InputError
        There is no such workspace, or several have this title.

    Notes
    -----
    Processes that are started inside work in it too, threads do not.

    Examples
    --------
    >>> with nmr.workspace("Echo lab"):  # doctest: +SKIP
    ...     runs = nmr.list_runs()
    """
    folder = named(name).folder()
    before = os.environ.get("NMR_DATA")
    os.environ["NMR_DATA"] = str(folder)
    try:
        with in_workspace(folder) as path:
            yield path
    finally:
        if before is None:
            del os.environ["NMR_DATA"]
        else:
            os.environ["NMR_DATA"] = before


def named(name: str) -> Workspace:
    """The workspace with an id or a title; see :func:`workspace`."""
    spaces = registry.readable(acting())
    found = [space for space in spaces if space.id == name]
    found = found or [space for space in spaces if space.title.casefold() == name.casefold()]
    if len(found) > 1:
        ids = ", ".join(space.id for space in found)
        raise InputError(f"Several workspaces are called {name[:60]!r}: {ids}. Give the id.")
    if not found:
        raise registry.absent(name[:60])
    return found[0]
