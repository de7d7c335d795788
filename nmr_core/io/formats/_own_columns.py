"""Parameters among the named columns of a file: their names, numbers and texts."""

import re
from dataclasses import fields

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Material, Protocol, Sample
from nmr_core.kernels import KERNELS
from nmr_core.presets import PRESETS
from nmr_core.samples import N_REDRAWN
from nmr_core.weights import WEIGHT

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
"""Columns that may hold texts: the fields of an experiment that are texts."""
MAX_COLUMNS = 1000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def defined_names() -> set[str]:
    """Return the names of all parameters that presets and experiments define."""
    own = {name for preset in PRESETS.values() for name in preset.space.names}
    return own | set(PHYSICAL.names) | set(DERIVED.names) | set(FIELDS) | {N_REDRAWN, WEIGHT}


def parameters(columns: dict[str, np.ndarray], n_samples: int) -> tuple[pd.DataFrame, list[str]]:
    """Return named columns as a table of parameters.

    Parameters
    ----------
    columns : dict of str to array (n_samples,)
        Arrays by the names of the columns.
    n_samples : int
        Rows that each column must have.

    Returns
    -------
    table : DataFrame
        Numbers as float64, and texts of :data:`TEXTS`.
    notes : list of str
        Columns that are left out, and those without a unit.

    Raises
    ------
    InputError
        For a name that cannot be a parameter, or a column of another length.
    """
    check_number(len(columns))
    table: dict[str, np.ndarray] = {}
    notes: list[str] = []
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
            table[name] = np.asarray(values, dtype=float)
        elif name == "kernel":
            table[name] = _kernels(values)
        elif name in TEXTS:
            table[name] = np.array([str(value)[:60] for value in values], dtype=object)
        else:
            notes.append(f"The column {name} holds texts and is left out.")
    undefined = sorted(set(table) - defined_names())
    if undefined:
        notes.append(f"{', '.join(undefined)[:200]}: not among our names; kept without a unit.")
    return pd.DataFrame(table, index=range(n_samples)), notes


def check_number(n_columns: int) -> None:
    """Raise :class:`InputError` for more columns of parameters than are read."""
    if n_columns > MAX_COLUMNS:
        raise InputError(
            f"The file has {n_columns:,} columns of parameters, at most {MAX_COLUMNS:,} are read. "
            "Remove those that are none."
        )


def _kernels(values: np.ndarray) -> np.ndarray:
    """Names of kernels as texts; :class:`InputError` for a name that does not exist."""
    texts = [_text(value)[:60] for value in values]
    wrong = set(texts) - set(KERNELS)
    if wrong:
        raise InputError(
            f"There is no kernel {sorted(wrong)[0][:40]!r}; there are {', '.join(KERNELS)}. Rename "
            "it."
        )
    return np.array(texts, dtype=object)


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
