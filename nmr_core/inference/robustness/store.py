"""Results on disk: NMR_DATA/robustness/<run id>/; those of the trained models ship with the package."""

from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.inference.robustness.result import Robustness
from nmr_core.storage import catalogue
from nmr_core.storage.arrays import reading
from nmr_core.storage.kinds import ROBUSTNESS
from nmr_core.storage.old import RENAMED_ROBUSTNESS
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id

FILE = ROBUSTNESS.document


def save_robustness(result: Robustness, path: str | Path | None = None) -> Path:
    """Write a result to ``path`` (default: the run's folder under ``NMR_DATA/robustness``), replacing an earlier one."""
    folder = catalogue.own_folder(ROBUSTNESS) / checked_id(result.run) if path is None else path
    write_result(result, Path(folder) / FILE)
    return Path(folder)


def find_robustness(run: str) -> Path | None:
    """The folder of a run's result, None if there is none yet."""
    return catalogue.find(ROBUSTNESS, run)


def load_robustness(run: str | Path) -> Robustness:
    """The result of the run with an id, or in a folder.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    folder = run if isinstance(run, Path) else find_robustness(run)
    if folder is None:
        raise InputError(
            f"There is no robustness result of the run {run}. Compute it: "
            f"python -m nmr_core robustness {run}"
        )
    what = ROBUSTNESS.label
    result = read_result(folder / FILE, Robustness, what=what, renamed=RENAMED_ROBUSTNESS)
    with reading(what, folder):
        result.check()
    return result


def delete_robustness(run: str, *, by: str = "") -> None:
    """Put the result of a run into the trash."""
    catalogue.delete(ROBUSTNESS, run, by=by)
