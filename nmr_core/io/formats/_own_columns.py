"""Columns of files that name them: which are parameters, and what a name may be."""

import re
from dataclasses import fields

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Material, Protocol, Sample
from nmr_core.kernels import KERNELS
from nmr_core.presets import PRESETS

RESERVED = ("time", "signals", "mz", "about", "sample", "setting", "time_us", "re", "im", "preset")
TEXTS = {
    "preset",
    *(
        own.name
        for part in (Material, Protocol, Sample)
        for own in fields(part)
        if own.type in (str, "str")
    ),
}
"""Columns of texts: what an experiment has as texts."""
MAX_COLUMNS = 1000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def known() -> set[str]:
    """Names that have a meaning here."""
    own = {name for preset in PRESETS.values() for name in preset.space.names}
    return own | set(PHYSICAL.names) | set(DERIVED.names) | set(FIELDS) | {"n_redrawn"}


def parameters(columns: dict[str, np.ndarray], n_samples: int) -> tuple[pd.DataFrame, list[str]]:
    """Columns of (n_samples,) as a DataFrame, and notes: numbers become float64, texts are kept
    where an experiment has texts.
    """
    if len(columns) > MAX_COLUMNS:
        raise InputError(
            f"The file has {len(columns):,} columns of parameters, at most {MAX_COLUMNS:,} are "
            "read. Remove those that are none."
        )
    kept, notes = {}, []
    for name, values in columns.items():
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise InputError(
                f"{name[:60]!r} can be no parameter: a name has up to 60 of a-z, A-Z, 0-9 and '_' "
                "and begins with a letter. Rename that column."
            )
        if np.shape(values) != (n_samples,):
            raise InputError(
                f"{name} has the shape {np.shape(values)}, expected is one value for each of "
                f"{n_samples:,} samples. Repair that column, or leave it out."
            )
        kind = np.asarray(values).dtype.kind
        if kind in "fiub":
            kept[name] = np.asarray(values, dtype=float)
        elif name == "kernel":
            kept[name] = _kernels(values)
        elif name in TEXTS:
            kept[name] = np.array([str(value)[:60] for value in values], dtype=object)
        else:
            notes.append(f"The column {name} holds texts and is left out.")
    strange = sorted(set(kept) - known())
    return pd.DataFrame(kept, index=range(n_samples)), notes + (
        [f"{', '.join(strange)[:200]}: not among our names; kept without a unit."]
        if strange
        else []
    )


def _kernels(values: np.ndarray) -> np.ndarray:
    texts = np.asarray(values, dtype=str)
    wrong = set(texts.tolist()) - set(KERNELS)
    if wrong:
        raise InputError(
            f"There is no kernel {sorted(wrong)[0][:40]!r}; there are {', '.join(KERNELS)}. Rename "
            "it."
        )
    return texts.astype(object)
