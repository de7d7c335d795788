"""Files of a run beside its manifest: fitted pipeline (model.skops) and scores (scores.json)."""

import json
import math
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError
from nmr_core.learning.manifest import RunManifest
from nmr_core.learning.stored_members import dump, read_members, write_members
from nmr_core.storage.files import checksum, write_json
from nmr_core.storage.old import with_current_names

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MODEL = "model.skops"
SCORES = "scores.json"
PREDICTIONS = "predictions.parquet"
SCORES_FORMAT = 1

WeightedErrors = dict[bool, tuple[float, float, float]]
"""Identifiable targets only? -> (value, low, high)."""


def write_model(path: Path, model: "Pipeline") -> tuple[str, int]:
    """Write a pipeline with skops, members of an ensemble to files of their own.

    Returns
    -------
    sha256 : str
        Of the file.
    n_bytes : int
        Size of all files.
    """
    rest, n_bytes = write_members(path.parent, model)
    dump(path, rest)
    return checksum(path), path.stat().st_size + n_bytes


def read_model(path: Path, manifest: RunManifest) -> "Pipeline":
    """The pipeline of a run; nothing is unpickled.

    Raises
    ------
    FailedError
        If the file is missing, damaged or not the one that was saved, if it holds a type that is
        not trusted (:func:`nmr_core.models.trusted.trusted_types`), or if it does not work with the
        installed versions.
    """
    # scikit-learn takes a second to import; a run is shown without its model
    from nmr_core.models.trusted import ForeignTypes, load_trusted

    model = f"The model of run {manifest.id}"
    try:
        if checksum(path) != manifest.model_sha256:
            raise FailedError(
                f"{model} is not the one that was saved (its checksum differs). Train again."
            )
        pipeline = load_trusted(path)
        read_members(path.parent, pipeline, model)
        return pipeline
    except ForeignTypes as error:
        raise FailedError(f"{model} cannot be read ({error}). Train again.") from None
    except (OSError, zipfile.BadZipFile, json.JSONDecodeError, KeyError) as error:
        raise FailedError(f"{model} cannot be read ({error}). Train again.") from None
    except FailedError:
        raise
    except Exception as error:
        if not differs(manifest.versions):
            raise damaged_model(manifest, str(error)) from error
        raise other_versions(model, manifest.versions, error) from error


def check_outputs(manifest: RunManifest, table: pd.DataFrame) -> None:
    """Check what the model of a run has returned.

    Raises
    ------
    FailedError
        If no sample has numbers, if probabilities do not add up to 1, or for a class that the run
        does not know.
    """
    numbers = table.select_dtypes("number").to_numpy(float)
    if len(table) and numbers.size and not np.isfinite(numbers).all(axis=1).any():
        raise damaged_model(manifest, "it gives no finite number")
    if manifest.task == "regression" or not len(table):
        return
    (target,) = manifest.targets
    if not set(table[target]) <= set(manifest.classes):
        raise damaged_model(manifest, "it names a class that the run does not know")
    if numbers.size and not np.allclose(numbers.sum(axis=1), 1, atol=1e-3):
        raise damaged_model(manifest, "its probabilities do not add up to 1")


def damaged_model(manifest: RunManifest, detail: str) -> FailedError:
    """The error for a model whose arrays do not fit."""
    first = (detail.splitlines() or ["?"])[0][:100]
    return FailedError(
        f"The model of run {manifest.id} is damaged ({first}). Copy the run again, or train again."
    )


def other_versions(
    what: str, saved: dict[str, str], error: Exception, again: str = "train again"
) -> FailedError:
    """The error for estimators that do not work here, with the versions then and now.

    Parameters
    ----------
    what : str
        Such as "The model of run X".
    saved : dict of str to str
        Versions that they were saved with.
    error : Exception
        What happened.
    again : str
        What mends it.
    """
    detail = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return FailedError(
        f"{what} was saved with {_in_words(saved)} and does not work with {_in_words(versions())} "
        f"({detail}). Install those versions, or {again}."
    )


def differs(saved: dict[str, str]) -> bool:
    """Whether scikit-learn or NumPy is not the version that estimators were saved with."""
    installed = versions()
    return any(saved.get(name) != installed[name] for name in ("scikit-learn", "numpy"))


def _in_words(packages: dict[str, str]) -> str:
    sklearn = packages.get("scikit-learn", "unknown")
    return f"scikit-learn {sklearn} and NumPy {packages.get('numpy', 'unknown')}"


def write_scores(folder: Path, scores: pd.DataFrame, errors: WeightedErrors) -> None:
    """Write scores.json, so that a page with twenty runs draws no bootstrap samples.

    Parameters
    ----------
    folder : Path
        Of the run; its predictions are written already, their checksum is stored with the scores.
    scores : DataFrame
        What :func:`nmr_core.learning.metrics.score_table` returns.
    errors : dict
        Weighted errors over all targets (False) and over the identifiable ones (True).
    """
    table = {
        name: [value if math.isfinite(value) else None for value in values.tolist()]
        for name, values in scores.items()
    }
    document = {
        "format": SCORES_FORMAT,
        "predictions_sha256": checksum(folder / PREDICTIONS),
        "rows": list(scores.index),
        "scores": table,
        "weighted_error": {"total": list(errors[False]), "identifiable": list(errors[True])},
    }
    write_json(folder / SCORES, document)


def read_scores(folder: Path) -> tuple[pd.DataFrame, WeightedErrors] | None:
    """Stored scores and weighted errors of a run; None where they are of other predictions."""
    try:
        stored = json.loads((folder / SCORES).read_text(encoding="utf-8"))
        sha256 = checksum(folder / PREDICTIONS)
        if stored["format"] != SCORES_FORMAT or stored["predictions_sha256"] != sha256:
            return None
        columns = with_current_names(stored["scores"])
        scores = pd.DataFrame(columns, index=stored["rows"], dtype=float)
        errors = stored["weighted_error"]
        total = tuple(map(float, errors["total"]))
        identifiable = tuple(map(float, errors["identifiable"]))
        return scores, {False: total, True: identifiable}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
