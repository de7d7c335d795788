"""Documents of format 1, of versions 0.1 to 0.5, in the layout of today.

Each kind of result had a layout of its own. Arrays lay in files named below; the document held
everything else, None or ``{"float": "nan"}`` where a number does not exist.
"""

from pathlib import Path
from typing import Any

import numpy as np

from nmr_core.storage.arrays import read_arrays
from nmr_core.storage.files import checksum

RENAMED = {
    "null": "baseline",
    "null_mse_w2": "baseline_mse_w2",
    "null_f1": "baseline_f1",
    "wanted": "goal",
}
"""Name in files of 0.1 to 0.5 -> name today."""
RENAMED_ROBUSTNESS = {
    **RENAMED,
    "twin": "other",
    "twin_created": "other_created",
    "twin_title": "other_title",
    "twin_own": "other_own",
    "twin_n_train": "other_n_train",
    "doubtful": "borderline",
    "refused": "out_of_domain",
}
IDENTIFICATIONS = {
    "verdicts": "Identification",
    "scan": "Scan",
    "map": "ErrorMap",
    "profile": "Profile",
}
"""How the key of a stored identification begins -> its class."""
CLASSES = {"BoundMap": "ErrorMap"}
"""Class in files of 0.6 to 0.8 -> class today."""


def with_current_names(stored: Any, renamed: dict[str, str] = RENAMED) -> Any:
    """A JSON value, or a dict of arrays by path, with the names of today at any depth."""
    if isinstance(stored, dict):
        return {
            ".".join(renamed.get(name, name) for name in path.split(".")): with_current_names(
                value, renamed
            )
            for path, value in stored.items()
        }
    if isinstance(stored, list):
        return [with_current_names(value, renamed) for value in stored]
    return stored


def converted(stored: dict, document: Path) -> tuple[str, dict, dict[str, np.ndarray]]:
    """The class's name where the document tells it, its values and its arrays.

    Parameters
    ----------
    stored : dict
        Content of the document.
    document : Path
        Its file.
    """
    value = {name: item for name, item in stored.items() if name not in ("format", "sha256")}
    if "found" in stored:
        return _refinement(stored, document)
    if document.name == "depth.json":
        return _applicability(value, _arrays(stored, document.with_suffix(".npz")))
    if document.name == "calibration.json":
        return _calibration(value, document, _arrays(stored, document.with_suffix(".npz")))
    if document.name == "result.json":
        name = IDENTIFICATIONS[stored["key"].partition("-")[0]]
        return name, value, _arrays(stored, document.with_name("arrays.npz"))
    arrays = _arrays(stored, document.with_suffix(".npz")) if "sha256" in stored else {}
    return "", value, arrays


def _arrays(stored: dict, path: Path) -> dict[str, np.ndarray]:
    return read_arrays(path, stored["sha256"])


def _applicability(value: dict, arrays: dict[str, np.ndarray]) -> tuple[str, dict, dict]:
    """depth.json: the emulator's arrays were beside those of the distances."""
    nested = {
        f"surprise.{path}" if path.startswith("emulator.") else path: array
        for path, array in arrays.items()
    }
    return "", value | {"surprise": {"emulator": {}}}, nested


def _calibration(
    value: dict, document: Path, arrays: dict[str, np.ndarray]
) -> tuple[str, dict, dict]:
    """calibration.json: the names of its tables' columns stood apart."""
    if checksum(document.with_name("model.skops")) != value.pop("model_sha256"):
        raise ValueError("model.skops is not the one that was saved")
    for table, columns in value.pop("columns").items():
        value[table] = {"columns": dict.fromkeys(columns)}
    value["check"] = {} if "check.centre" in arrays else None
    return "", value, arrays


def _refinement(stored: dict, document: Path) -> tuple[str, dict, dict]:
    """result.json of a refinement: no format, and None for NaN."""
    arrays = _arrays(stored, document.with_suffix(".npz"))
    value = _with_nan(stored["found"])
    value["history"] = {"columns": value["history"]}
    if "scale" in arrays:
        scale = complex(arrays.pop("scale"))
        value["scale"] = {"complex": [scale.real, scale.imag]}
    return "", value, arrays


def _with_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_nan(item) for item in value]
    return {"float": "nan"} if value is None else value
