"""The lists of what is stored, read at most once per second and workspace for all visitors.

What this process has written is in them at once, and so is what a job that has ended has made.
"""

import os
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.datasets import DatasetEntry, list_datasets
from nmr_core.evaluation import list_runs
from nmr_core.evaluation.compare import RunEntry
from nmr_core.storage import files
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.kinds import DATASET, RUN, STUDY, Kind
from ui.shared import job_list

if TYPE_CHECKING:
    from nmr_core.studies import StudyEntry

SHARED = 1.0
"""Seconds for which one reading serves everybody."""
_MOST = 300  # lists in memory
_lists: dict[Path, tuple[float, Hashable, Sequence[Any]]] = {}
"""Folder -> when it was read, in which state, and its list."""


def datasets() -> Sequence[DatasetEntry]:
    """All data sets, as :func:`nmr_core.datasets.list_datasets`; the same object until it changes.

    The list is shared, and to be read only; so are those of the other functions.
    """
    return _shared(DATASET, list_datasets)


def runs() -> Sequence[RunEntry]:
    """All runs, as :func:`nmr_core.evaluation.list_runs`."""
    return _shared(RUN, list_runs)


def studies() -> "Sequence[StudyEntry]":
    """All studies, as :func:`nmr_core.studies.list_studies`."""
    from nmr_core.studies import list_studies  # loads scikit-learn, which most pages need not

    return _shared(STUDY, list_studies)


def _shared(kind: Kind, read: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    folder = own_folder(kind)
    # The state before the reading: what changes meanwhile is read next time
    now, state = time.monotonic(), _state(folder)
    when, last, entries = _lists.get(folder, (0.0, None, ()))
    if last == state and now - when < SHARED:
        return entries
    newest = read()
    if last is None or list(entries) != list(newest):
        entries = newest
    if len(_lists) >= _MOST:
        _lists.clear()
    _lists[folder] = now, state, entries
    return entries


def _state(folder: Path) -> Hashable:
    """What changes with an action of this process, with an added or removed thing, and with the
    end of a job, which may have completed a thing.
    """
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        changed = 0
    return changed, files.n_changes(), job_list.snapshot().live
