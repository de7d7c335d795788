"""Predictions of many signals, computed by a job.

Stored as NMR_DATA/predictions/<id>.parquet (estimates) and <id>.json (run, source, number, date).
"""

import shutil
import time as clock
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from nmr_core.datasets.dataset import load_dataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.io import isolated
from nmr_core.io.formats import Foreign
from nmr_core.io.text_options import TextOptions
from nmr_core.learning.predicting import Source, prediction_table
from nmr_core.progress import Progress
from nmr_core.storage.files import read_json, write_file, write_json
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import checked_id, data_folder

IN_A_JOB = 1e9
"""Bytes of an uploaded file that a job decodes."""


def predictions_folder() -> Path:
    """Folder of stored predictions."""
    return data_folder() / "predictions"


def predict_job(
    params: dict, progress: Progress, table: Callable[..., pd.DataFrame] = prediction_table
) -> dict:
    """The job "predict": estimate the parameters of stored or uploaded signals.

    Parameters
    ----------
    params : dict
        - run: id
        - id: of the result
        - dataset: id; or upload: name of a file or folder in NMR_DATA/uploads, which is removed
          afterwards, with its format ("": detected) and text (fields of ``TextOptions``)
    progress : callable
        ``progress(done, total, message)``.
    table : callable
        ``table(run, source, progress=...)`` -> estimates, one row per sample.

    Returns
    -------
    dict
        id of the result, and run.
    """
    run = load_run(checked_id(params["run"]))
    name = checked_id(params["id"])
    progress(0, 1, "reading curves")
    source: Source
    if params.get("dataset"):
        source = load_dataset(checked_id(params["dataset"]))
        label = source.manifest.title
    else:
        path = _uploaded(params["upload"])
        source, label = _curves(path, params), path.name
    estimates = table(run, source, progress=progress)
    save_predictions(name, run.id, label, estimates)
    if not params.get("dataset"):
        shutil.rmtree(_folder(path), ignore_errors=True)
    return {"id": name, "run": run.id, "summary": _summary(estimates)}


def _summary(estimates: pd.DataFrame) -> str:
    """Number of curves, and how many of them are in the domain of the run."""
    text = f"{len(estimates):,} curves"
    if "applicability" in estimates:
        n_in = int((estimates["applicability"] == "in domain").sum())
        text += f", {n_in:,} in domain"
    return text


def _curves(path: Path, params: dict) -> Foreign:
    text = TextOptions(**(params.get("text") or {}))
    limits = isolated.Limits(decoded=IN_A_JOB, memory=4 * IN_A_JOB, seconds=300)
    format = params.get("format") or None
    try:
        return isolated.call("curves", limits=limits, path=path, format=format, text=text)
    finally:
        isolated.end_all()


def _uploaded(name: str) -> Path:
    """Path of an upload; paths outside the upload folder are refused."""
    root = (data_folder() / "uploads").resolve()
    path = (root / str(name)).resolve()
    if root not in path.parents or not path.exists():
        raise InputError(
            f"There is no upload {str(name)[:80]!r}; uploads are kept for some hours. "
            "Upload the file again."
        )
    return path


def _folder(path: Path) -> Path:
    root = (data_folder() / "uploads").resolve()
    return path if path.parent == root else path.parent


def save_predictions(name: str, run: str, source: str, table: pd.DataFrame) -> None:
    """Store predictions.

    Parameters
    ----------
    name : str
        Id of the result.
    run : str
        Id of the run.
    source : str
        Title of the data set, or name of the file.
    table : DataFrame
        Of :func:`nmr_core.learning.predicting.prediction_table`.
    """
    path = predictions_folder() / f"{checked_id(name)}.parquet"
    rights.check("create", None, "predictions", kind="predictions", id=name)
    about = {
        "id": name,
        "run": run,
        "source": source,
        "n": len(table),
        "owner": owner_now(),
        "created": clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()),
    }
    write_file(path, lambda temporary: table.to_parquet(temporary, index=False))
    # Last, so that what has a description is complete
    write_json(path.with_suffix(".json"), about)


def load_predictions(name: str) -> tuple[dict, pd.DataFrame]:
    """Read stored predictions.

    Returns
    -------
    about : dict
        id, run, source, n, created.
    table : DataFrame
        One row per sample.

    Raises
    ------
    FailedError
        If they are missing or damaged.
    """
    path = predictions_folder() / f"{checked_id(name)}.parquet"
    about = read_json(path.with_suffix(".json"), "prediction")
    try:
        table = pd.read_parquet(path)
        if len(table) != about["n"] or "sample" not in table:
            raise ValueError(f"it has not {about['n']} rows")
        return about, with_current_names(table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0][:100]
        raise FailedError(
            f"The prediction {name} cannot be read ({reason}). Predict again."
        ) from None


OLD_WORDS = {"inside": "in domain", "doubtful": "borderline", "refuse": "out of domain"}
"""Applicability as versions up to 0.5 wrote it, in a column ``lamp``."""


def with_current_names(table: pd.DataFrame) -> pd.DataFrame:
    """A table of predictions of any version with the current column names."""
    if "lamp" not in table:
        return table
    renamed = table.rename(columns={"lamp": "applicability"})
    return renamed.assign(applicability=renamed["applicability"].replace(OLD_WORDS))
