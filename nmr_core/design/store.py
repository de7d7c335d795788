"""Results on disk: NMR_DATA/designs/<key>/design.json, design.npz, and the proof beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nmr_core.design.result import DesignResult
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.kinds import DESIGN
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id

T = TypeVar("T")
AGAIN = "Make it again on the page Design, or with python -m nmr_core design."


@dataclass(frozen=True)
class DesignEntry(Entry):
    """A stored design in a list."""

    preset: str = ""
    sentence: str = ""


def save_design(result: DesignResult) -> Path:
    """Write a result under its key and return its folder."""
    folder = design_folder(result.key)
    write_result(result, folder / DESIGN.document)
    return folder


def design_folder(key: str) -> Path:
    """Return the folder of a design in the data folder, where its proof is stored too."""
    return catalogue.own_folder(DESIGN) / checked_id(key)


def load_design(key: str | Path) -> DesignResult:
    """Return a stored result.

    Parameters
    ----------
    key : str or Path
        Its key, or its folder.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    folder = key if isinstance(key, Path) else catalogue.find(DESIGN, key)
    if folder is None:
        raise InputError(f"There is no stored design {str(key)[:60]!r}. {AGAIN}")
    return read_result(folder / DESIGN.document, DesignResult, what="design", again=AGAIN)


def save_beside(result: Any, document: str) -> Path:
    """Write a result about a design beside it, in place of an earlier one.

    Parameters
    ----------
    result : object
        With the key of the design.
    document : str
        Name of the file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        The design is not stored in the data folder.
    """
    path = catalogue.own(DESIGN, checked_id(result.key)) / document
    write_result(result, path)
    return path


def find_beside(key: str, document: str, cls: type[T], *, what: str, again: str) -> T | None:
    """Return what was stored beside a design; None if there is none, or a damaged one."""
    folder = catalogue.find(DESIGN, key)
    if folder is None or not (folder / document).is_file():
        return None
    try:
        return read_result(folder / document, cls, what=what, again=again)
    except FailedError:
        return None


def find_stored(key: str) -> DesignResult | None:
    """Return the result with a key; None if there is none, or only a damaged one."""
    folder = catalogue.find(DESIGN, key)
    try:
        return None if folder is None else load_design(folder)
    except FailedError:
        return None


def list_designs() -> list[DesignEntry]:
    """Return the stored designs, the last key first."""

    def content(folder: Path) -> dict[str, Any]:
        result = load_design(folder)
        return {"preset": result.question["preset"]["name"], "sentence": result.sentence}

    return catalogue.entries(DESIGN, DesignEntry, content)
