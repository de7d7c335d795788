"""Predictions of many curves, made by a job: NMR_DATA/predictions/<id>.parquet and <id>.json (what was predicted)."""

import shutil
import time as clock
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from nmr_core.datasets.dataset import load_dataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.io.formats import Foreign, read_foreign
from nmr_core.io.text_options import TextOptions
from nmr_core.learning.predicting import Source, prediction_table
from nmr_core.progress import Progress
from nmr_core.storage.files import read_json, write_file, write_json
from nmr_core.storage.workspace import checked_id, data_folder


def predictions_folder() -> Path:
    """Where they lie."""
    return data_folder() / "predictions"


def predict_job(
    params: dict, progress: Progress, table: Callable[..., pd.DataFrame] = prediction_table
) -> dict:
    """The job "predict": ``run`` and ``id`` (of the result), and ``dataset`` (an id) or ``upload`` (name of a folder or file
    below NMR_DATA/uploads, removed afterwards) with ``format`` ("" = recognised); ``table(run, source, progress=...)`` makes
    the estimates."""
    run, name = load_run(checked_id(params["run"])), checked_id(params["id"])
    progress(0, 1, "reading curves")
    source: Source
    if params.get("dataset"):
        source = load_dataset(checked_id(params["dataset"]))
        label = source.manifest.title
    else:
        path = _uploaded(params["upload"])
        source, label = _curves(path, params), path.name
    save_predictions(name, run.id, label, table(run, source, progress=progress))
    if not params.get("dataset"):
        shutil.rmtree(_folder(path), ignore_errors=True)
    return {"id": name, "run": run.id}


def _curves(path: Path, params: dict) -> Foreign:
    """The curves of an upload, written as ``params`` say."""
    text = TextOptions(**(params.get("text") or {}))
    return read_foreign(path, params.get("format") or None, text=text)


def _uploaded(name: str) -> Path:
    """The upload with this name; nothing else of this machine."""
    root = (data_folder() / "uploads").resolve()
    path = (root / str(name)).resolve()
    if root not in path.parents or not path.exists():
        raise InputError(
            f"There is no upload {str(name)[:80]!r}; uploads are kept for some hours. Upload the file again."
        )
    return path


def _folder(path: Path) -> Path:
    root = (data_folder() / "uploads").resolve()
    return path if path.parent == root else path.parent


def save_predictions(name: str, run: str, source: str, table: pd.DataFrame) -> None:
    """Write a table of :func:`nmr_core.learning.predicting.prediction_table`; the JSON comes last."""
    folder = predictions_folder()
    write_file(
        folder / f"{checked_id(name)}.parquet",
        lambda temporary: table.to_parquet(temporary, index=False),
    )
    write_json(
        folder / f"{name}.json",
        {
            "id": name,
            "run": run,
            "source": source,
            "n": len(table),
            "created": clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()),
        },
    )


def load_predictions(name: str) -> tuple[dict, pd.DataFrame]:
    """(what was predicted: run, source, n, created; the table)."""
    path = predictions_folder() / f"{checked_id(name)}.parquet"
    about = read_json(path.with_suffix(".json"), "prediction")
    try:
        table = pd.read_parquet(path)
        if len(table) != about["n"] or "sample" not in table:
            raise ValueError(f"it has not {about['n']} rows")
        return about, with_current_names(table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FailedError(
            f"The prediction {name} cannot be read ({str(error).splitlines()[0][:100]}). Make it again."
        ) from None


OLD_WORDS = {"inside": "in domain", "doubtful": "borderline", "refuse": "out of domain"}
"""Applicability as versions up to 0.5 wrote it, in a column ``lamp``."""


def with_current_names(table: pd.DataFrame) -> pd.DataFrame:
    """A table of predictions with today's column names, whichever version wrote it."""
    if "lamp" not in table:
        return table
    return table.assign(lamp=table["lamp"].replace(OLD_WORDS)).rename(
        columns={"lamp": "applicability"}
    )
