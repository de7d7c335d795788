"""Training curves as files: CSV, and event files that TensorBoard reads."""

import re
import tempfile
import time
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.glossary import csv_text
from nmr_core.learning.curves import TrainingCurve, curves_table
from nmr_core.storage.files import failure

TAGS = {"validation": "error/validation", "training": "error/training"}
"""Part -> name of its curve in TensorBoard."""
EXTRA = "tensorboard"


def curves_csv(curves: Sequence[TrainingCurve]) -> str:
    """The curves as CSV, a row per run and epoch.

    Parameters
    ----------
    curves : sequence of TrainingCurve
        Of any runs.
    """
    return csv_text(curves_table(curves), table="training")


def write_event_files(curves: Sequence[TrainingCurve], folder: Path) -> list[Path]:
    """Write one folder with an event file per run, for ``tensorboard --logdir FOLDER``.

    Times of the epochs are not stored: all events have the time of the export, so TensorBoard's
    axes of time mean nothing.

    Parameters
    ----------
    curves : sequence of TrainingCurve
        Of any runs.
    folder : Path
        The new folder.

    Returns
    -------
    list of Path
        Folder of each run.

    Raises
    ------
    InputError
        The extra "tensorboard" is not installed, there is no curve, or the folder exists.
    FailedError
        It cannot be written.
    """
    require(EXTRA, "The export for TensorBoard")
    if not curves:
        raise InputError("None of the runs was trained in epochs, so there is no training curve.")
    if folder.exists():
        raise InputError(f"{folder} exists. Name a new folder.")
    folders = [folder / name for name in _names(curves)]
    try:
        for curve, place in zip(curves, folders, strict=True):
            _write(curve, place)
    except OSError as error:
        raise failure(error, folder) from error
    return folders


def event_archive(curves: Sequence[TrainingCurve]) -> bytes:
    """The folders of :func:`write_event_files` as one ZIP file.

    Parameters
    ----------
    curves : sequence of TrainingCurve
        Of any runs.

    Raises
    ------
    InputError
        As for :func:`write_event_files`.
    FailedError
        There is no space for temporary files.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "curves"
        write_event_files(curves, folder)
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(folder.parent))
        return content.getvalue()


def _write(curve: TrainingCurve, folder: Path) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    now = time.time()
    writer = EventFileWriter(str(folder))
    for part, tag in TAGS.items():
        for epoch, error in zip(curve.epochs, getattr(curve, part), strict=True):
            if np.isfinite(error):
                summary = Summary(value=[Summary.Value(tag=tag, simple_value=error)])
                writer.add_event(Event(wall_time=now, step=int(epoch), summary=summary))
    writer.close()


def _names(curves: Sequence[TrainingCurve]) -> list[str]:
    """Names of folders: titles as plain letters, with the id, so that they differ."""
    return [f"{_plain(curve.title)}-{_plain(curve.id)[-8:]}" for curve in curves]


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60] or "run"
