"""What there is to choose from."""

from nmr_core.datasets import DatasetEntry, list_datasets
from nmr_core.evaluation import list_runs
from nmr_core.evaluation.compare import RunEntry


def datasets() -> dict[str, DatasetEntry]:
    """Complete data sets by id, newest first; the shipped example last."""
    return {entry.id: entry for entry in list_datasets() if entry.usable}


def runs() -> dict[str, RunEntry]:
    """Readable runs by id, newest first; the shipped examples last."""
    return {entry.id: entry for entry in list_runs() if entry.run is not None}
