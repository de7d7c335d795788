"""The scores of a saved run, so that a page with twenty of them does not draw twenty thousand bootstrap samples again."""

import json
import math
from pathlib import Path

import pandas as pd

from nmr_core.storage.files import checksum, write_json
from nmr_core.storage.old import with_current_names

FILE = "scores.json"
PREDICTIONS = "predictions.parquet"
FORMAT = 1


def write_scores(
    folder: Path, scores: pd.DataFrame, weighted: dict[bool, tuple[float, float, float]]
) -> None:
    """``folder/scores.json``: the table, the two weighted errors, and the checksum of the predictions they are of."""
    table = {
        name: [value if math.isfinite(value) else None for value in values.tolist()]
        for name, values in scores.items()
    }
    write_json(
        folder / FILE,
        {
            "format": FORMAT,
            "predictions_sha256": checksum(folder / PREDICTIONS),
            "rows": list(scores.index),
            "scores": table,
            "weighted_error": {
                "total": list(weighted[False]),
                "identifiable": list(weighted[True]),
            },
        },
    )


def read_scores(folder: Path) -> tuple[pd.DataFrame, dict[bool, tuple[float, float, float]]] | None:
    """What :func:`write_scores` wrote; None where there is nothing, or not of these predictions: then they are computed."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if stored["format"] != FORMAT or stored["predictions_sha256"] != checksum(
            folder / PREDICTIONS
        ):
            return None
        scores = pd.DataFrame(
            with_current_names(stored["scores"]), index=stored["rows"], dtype=float
        )
        errors = stored["weighted_error"]
        return scores, {
            False: tuple(map(float, errors["total"])),
            True: tuple(map(float, errors["identifiable"])),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
