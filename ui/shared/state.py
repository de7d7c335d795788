"""What there is to choose from."""

from nmr_core.datasets import DatasetEntry
from nmr_core.datasets.catalogue import dataset_entry
from nmr_core.errors import InputError
from nmr_core.evaluation.compare import RunEntry
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import Kind
from ui.shared import lists


def datasets() -> dict[str, DatasetEntry]:
    """Complete data sets by id, newest first; the shipped example last."""
    return {entry.id: entry for entry in lists.datasets() if entry.usable}


def dataset(id: str) -> DatasetEntry | None:
    """A complete data set by its id, None if there is none."""
    try:
        entry = dataset_entry(id)
    except InputError:  # no id at all
        return None
    return entry if entry is not None and entry.usable else None


def runs() -> dict[str, RunEntry]:
    """Readable runs by id, newest first; the shipped examples last."""
    return {entry.id: entry for entry in lists.runs() if entry.run is not None}


def runs_with(*kinds: Kind) -> set[str]:
    """Ids of the runs that have a stored result of one of some kinds."""
    return {folder.name for kind in kinds for folder in catalogue.folders(kind)}
