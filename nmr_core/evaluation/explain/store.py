"""Explanations on disk: NMR_DATA/explanations/<run id>/explanation.npz (arrays) and explanation.json (all the rest).

The JSON is written last and holds the checksum of the arrays, so a pair that does not belong together is never read.
Those of the example runs ship beside them.
"""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.explain.explain import PARTS
from nmr_core.evaluation.explain.explanation import (
    Explanation,
    Importance,
    Impurity,
    Sensitivity,
    TopK,
)
from nmr_core.storage import trash
from nmr_core.storage.arrays import (
    FORMAT,
    check_format,
    kept,
    read_arrays,
    reading,
    write_arrays,
)
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.old_names import with_current_names
from nmr_core.storage.workspace import checked_id, data_folder

KINDS = {"importance": Importance, "impurity": Impurity, "sensitivity": Sensitivity, "top_k": TopK}


def explanations_folder() -> Path:
    """Where explanations lie."""
    return data_folder() / "explanations"


def save_explanation(explanation: Explanation, path: str | Path | None = None) -> Path:
    """Write it to ``path`` (default: the run's folder under ``NMR_DATA/explanations``); parts that an older explanation of the
    same run has and this one lacks are kept."""
    folder = explanations_folder() / checked_id(explanation.run) if path is None else Path(path)
    older = _older(folder, explanation)
    if older is not None:
        kept = {part: getattr(older, part) for part in PARTS if getattr(explanation, part) is None}
        explanation = replace(explanation, **kept)
    arrays, rest = _apart("", explanation)
    for part in PARTS:
        if (found := getattr(explanation, part)) is not None:
            more, rest[part] = _apart(f"{part}.", found)
            arrays |= more
    sha256 = write_arrays(folder / "explanation.npz", arrays)
    write_json(folder / "explanation.json", rest | {"format": FORMAT, "sha256": sha256})
    return folder


def _older(folder: Path, new: Explanation) -> Explanation | None:
    try:
        found = _read(folder)
    except FailedError:
        return None
    return (
        found
        if (found.run, found.run_created, found.dataset) == (new.run, new.run_created, new.dataset)
        else None
    )


def _apart(prefix: str, whole) -> tuple[dict[str, np.ndarray], dict]:
    """(arrays by name, everything else as JSON) of a dataclass; parts are left out."""
    own = {
        entry.name: getattr(whole, entry.name) for entry in fields(whole) if entry.name not in PARTS
    }
    arrays = {
        f"{prefix}{name}": value for name, value in own.items() if isinstance(value, np.ndarray)
    }
    return arrays, {
        name: _plain(value) for name, value in own.items() if not isinstance(value, np.ndarray)
    }


def _plain(value):
    value = value.item() if isinstance(value, np.generic) else value
    return list(value) if isinstance(value, tuple) else value


def find_explanation(run: str) -> Path | None:
    """The folder of a run's explanation, None if there is none yet."""
    return kept(
        checked_id(run), "explanation.json", explanations_folder(), EXAMPLES / "explanations"
    )


def load_explanation(run: str | Path) -> Explanation:
    """The explanation of the run with an id, or in a folder; nothing in it is unpickled."""
    folder = run if isinstance(run, Path) else find_explanation(run)
    if folder is None:
        raise InputError(
            f"Nobody has explained the run {run} yet. Make it: python -m nmr_core explain {run}"
        )
    return _read(folder)


def _read(folder: Path) -> Explanation:
    stored = read_json(folder / "explanation.json", "explanation")
    with reading("explanation", folder):
        check_format(stored)
        arrays = with_current_names(read_arrays(folder / "explanation.npz", stored["sha256"]))
        parts = {
            part: _together(kind, f"{part}.", stored[part], arrays)
            for part, kind in KINDS.items()
            if part in stored
        }
        found = _together(Explanation, "", stored, arrays)
        return replace(found, **parts)


def _together(kind, prefix: str, stored: dict, arrays: dict[str, np.ndarray]):
    """The dataclass again; :class:`KeyError` names what is missing."""
    values = {}
    for entry in fields(kind):
        if entry.name not in PARTS:
            name = f"{prefix}{entry.name}"
            value = arrays[name] if name in arrays else stored[entry.name]
            values[entry.name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def delete_explanation(run: str, *, by: str = "") -> None:
    """Put the explanation of a run of the data folder into the trash, if there is one."""
    folder = explanations_folder() / checked_id(run)
    if folder.is_dir():
        trash.discard(folder, by=by)
