"""Results on disk: NMR_DATA/identifications/<key>/arrays.npz and result.json; those of the presets ship with the package.

The JSON is written last and holds the checksum of the arrays, so a pair that does not belong together is never read. Nothing is
unpickled.
"""

from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import FailedError, InputError
from nmr_core.inference.identifiability.identification import (
    BoundMap,
    Identification,
    Profile,
    Scan,
    Verdict,
)
from nmr_core.parameters import Parameter
from nmr_core.storage.arrays import FORMAT, check_format, read_arrays, reading, write_arrays
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.workspace import checked_id, data_folder

KINDS = {"verdicts": Identification, "scan": Scan, "map": BoundMap, "profile": Profile}
SHIPPED = Path(__file__).parent / "shipped"
Result = Identification | Scan | BoundMap | Profile


def identifications_folder() -> Path:
    """Where results lie."""
    return data_folder() / "identifications"


def save(result: Result, folder: Path | None = None) -> Path:
    """Write it to ``folder`` (default: under its key in the data folder)."""
    folder = identifications_folder() / checked_id(result.key) if folder is None else folder
    own = {entry.name: getattr(result, entry.name) for entry in fields(result)}
    arrays = {name: value for name, value in own.items() if isinstance(value, np.ndarray)}
    sha256 = write_arrays(folder / "arrays.npz", arrays)
    rest = {name: _plain(value) for name, value in own.items() if name not in arrays}
    write_json(folder / "result.json", rest | {"format": FORMAT, "sha256": sha256})
    return folder


def _plain(value):
    """As JSON; infinity as a text, as JSON has none."""
    if isinstance(value, pd.DataFrame):
        return {"columns": {name: _plain(value[name].tolist()) for name in value}}
    if isinstance(value, Parameter | Verdict):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    return {"float": repr(value)} if isinstance(value, float) and not np.isfinite(value) else value


def load_identification(key: str) -> Result:
    """The result with a key (of any kind: an Identification, Scan, BoundMap or Profile)."""
    found = find(key)
    if found is None:
        raise InputError(
            f"There is no stored identification {str(key)[:60]!r}. Make it again: "
            "python -m nmr_core identify PRESET"
        )
    return found


def find(key: str) -> Result | None:
    """The same, None if there is none; a damaged one of the data folder counts as none, and is made again."""
    for root in (identifications_folder(), SHIPPED):
        if (root / checked_id(key) / "result.json").is_file():
            try:
                return read(root / key)
            except FailedError:
                continue
    return None


def read(folder: Path) -> Result:
    """The result in a folder; :class:`FailedError` if it is damaged."""
    stored = read_json(folder / "result.json", "identification")
    with reading("identification", folder):
        check_format(stored)
        arrays = read_arrays(folder / "arrays.npz", stored["sha256"])
        kind = KINDS[stored["key"].partition("-")[0]]
        return kind(
            **{
                entry.name: arrays[entry.name]
                if entry.name in arrays
                else _again(entry.name, stored[entry.name])
                for entry in fields(kind)
            }
        )


def _again(name: str, value):
    """What :func:`_plain` wrote, as it was."""
    if isinstance(value, dict):
        if set(value) == {"float"}:
            return float(value["float"])
        if set(value) == {"columns"}:
            return pd.DataFrame(
                {column: _again("", cells) for column, cells in value["columns"].items()}
            )
        if name == "verdicts":
            return {
                key: Verdict(
                    **{k: _again("", v) for k, v in one.items()}
                    | {"partners": tuple(one["partners"])}
                )
                for key, one in value.items()
            }
        if set(value) == {entry.name for entry in fields(Parameter)}:
            return Parameter(**{k: _again("", v) for k, v in value.items()})
        return {key: _again("", item) for key, item in value.items()}
    return tuple(_again("", item) for item in value) if isinstance(value, list) else value
