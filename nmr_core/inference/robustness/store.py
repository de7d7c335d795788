"""Results on disk: NMR_DATA/robustness/<run id>/robustness.json; those of the shipped runs ship beside them."""

import math
from dataclasses import asdict, fields
from pathlib import Path
from typing import get_origin

from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.effects import EFFECTS
from nmr_core.errors import InputError
from nmr_core.inference.robustness.result import ROW, Robustness
from nmr_core.storage import trash
from nmr_core.storage.arrays import FORMAT, check_format, kept, reading
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.workspace import checked_id, data_folder

FILE = "robustness.json"
SHIPPED = EXAMPLES.parent / "pretrained" / "robustness"
TEXT = ("run", "effect", "target")


def robustness_folder() -> Path:
    """Where results lie."""
    return data_folder() / "robustness"


def save_robustness(found: Robustness, path: str | Path | None = None) -> Path:
    """Write it to ``path`` (default: the run's folder under ``NMR_DATA/robustness``), in place of an earlier one."""
    folder = robustness_folder() / checked_id(found.run) if path is None else Path(path)
    write_json(folder / FILE, asdict(found) | {"format": FORMAT})
    return folder


def find_robustness(run: str) -> Path | None:
    """The folder of a run's result, None if there is none yet."""
    return kept(checked_id(run), FILE, robustness_folder(), SHIPPED)


def load_robustness(run: str | Path) -> Robustness:
    """The result of the run with an id, or in a folder."""
    folder = run if isinstance(run, Path) else find_robustness(run)
    if folder is None:
        raise InputError(
            f"Nobody has tried how robust the run {run} is. Do it: python -m nmr_core robustness {run}"
        )
    stored = read_json(folder / FILE, "robustness")
    with reading("robustness", folder):
        check_format(stored)
        found = Robustness.from_stored(stored)
        _check(found)
        return found


def _check(found: Robustness) -> None:
    """Every entry is of its kind, every row whole; what is not is a ValueError, a TypeError or a KeyError."""
    for entry in fields(found):
        kind, value = get_origin(entry.type) or entry.type, getattr(found, entry.name)
        if isinstance(value, bool) is not (kind is bool) or not isinstance(
            value, (int, float) if kind is float else kind
        ):
            raise TypeError(f"{entry.name} is {str(value)[:40]!r}")
    for effect, values in found.effects.items():
        if (
            effect not in EFFECTS
            or not values
            or not all(_number(value) and value > 0 for value in values)
        ):
            raise ValueError(f"effects: {effect[:40]!r}")
    for name, spec in found.targets.items():
        if not isinstance(spec["symbol"], str) or not isinstance(spec["label"], str):
            raise TypeError(f"targets: {name[:40]!r}")
    runs, wanted = [found.run] + [found.other] * bool(found.other), set()
    for run in runs:
        wanted |= {(run, "", None, name) for name in found.targets}
        wanted |= {
            (run, effect, value, name)
            for effect, values in found.effects.items()
            for value in values
            for name in found.targets
        }
    for row in found.rows:
        numbers = [row[name] for name in ROW if name not in (*TEXT, "strength")]
        if not all(value is None or (_number(value) and math.isfinite(value)) for value in numbers):
            raise TypeError("a row holds text instead of numbers")
    there = {
        tuple(row[name] for name in ("run", "effect", "strength", "target")) for row in found.rows
    }
    if not found.targets or there != wanted:
        raise ValueError("rows are missing")


def _number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def delete_robustness(run: str, *, by: str = "") -> None:
    """Put the result of a run of the data folder into the trash, if there is one."""
    folder = robustness_folder() / checked_id(run)
    if folder.is_dir():
        trash.discard(folder, by=by)
