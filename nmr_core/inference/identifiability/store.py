"""Results on disk: NMR_DATA/identifications/<key>/; those of the presets ship with the package."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from nmr_core.errors import FailedError, InputError
from nmr_core.inference.identifiability.identification import (
    ErrorMap,
    Identification,
    Profile,
    Scan,
)
from nmr_core.presets import current_name
from nmr_core.storage import catalogue, old
from nmr_core.storage.kinds import IDENTIFICATION
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import PRETRAINED, checked_id

RENAMED = {
    **old.RENAMED,
    "bound": "error",
    "bounds": "errors",
    "bound_percent": "error_percent",
}
"""Name in files of 0.4 to 0.8 -> name today."""
SHIPPED = PRETRAINED / IDENTIFICATION.folder
Result = Identification | Scan | ErrorMap | Profile


def identifications_folder() -> Path:
    """``NMR_DATA/identifications``."""
    return catalogue.own_folder(IDENTIFICATION)


def save(result: Result, folder: Path | None = None) -> Path:
    """Write a result to ``folder`` (default: under its key in the data folder)."""
    folder = folder or identifications_folder() / checked_id(result.key)
    write_result(result, folder / IDENTIFICATION.document)
    return folder


def load_identification(key: str) -> Result:
    """The result with a key.

    Raises
    ------
    InputError
        There is none, or only a damaged one.
    """
    result = find(key)
    if result is None:
        raise InputError(
            f"There is no stored identification {str(key)[:60]!r}. Make it again: "
            "python -m nmr_core identify PRESET"
        )
    return result


def find(key: str) -> Result | None:
    """The same, None if there is none; a damaged one of the data folder counts as none."""
    for root in (identifications_folder(), SHIPPED):
        folder = root / checked_id(key)
        if (folder / IDENTIFICATION.document).is_file():
            try:
                return read(folder)
            except FailedError:
                continue
    return None


def read(folder: Path) -> Result:
    """The result in a folder; :class:`FailedError` if it is damaged."""
    document = folder / IDENTIFICATION.document
    classes = (Identification, Scan, ErrorMap, Profile)
    result: Result = read_result(document, *classes, what="identification", renamed=RENAMED)
    if isinstance(result, Identification):
        # Versions up to 0.5 called a point of the prior a place; those up to 0.8 had one method
        errors = result.errors.rename(columns={"place": "point"})
        if "method" not in errors:
            errors = errors.assign(change=np.nan, method="linear")
        result = replace(result, errors=errors)
    if result.recipe_version == 1:
        result = cast(Result, replace(result, preset=current_name(result.preset)))
    return result
