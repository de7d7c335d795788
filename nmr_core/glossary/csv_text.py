"""Tables as CSV: heads in words with units, for people and spreadsheets."""

from typing import TYPE_CHECKING

from nmr_core.glossary.columns import Targets, heads

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of texts that a spreadsheet would run."""


def csv_text(frame: "pd.DataFrame", targets: Targets | None = None, table: str = "") -> str:
    """Return a table as CSV.

    The heads are the words of the glossary in ASCII with the unit in brackets, such as
    "alpha (MHz)" and "RMSE alpha (MHz)". Programs take the names of columns from ``--json``.
    Texts that a spreadsheet would run as formulas are quoted.

    Parameters
    ----------
    frame : DataFrame
        A table whose columns are in the glossary.
    targets, table
        As in :func:`nmr_core.glossary.column`.
    """
    return plain_csv(frame.set_axis(heads(frame.columns, targets, table, csv=True), axis=1))


def plain_csv(frame: "pd.DataFrame") -> str:
    """Return a table as CSV under its own heads; formulas are quoted."""
    safe = frame.set_axis(list(map(guarded, frame.columns)), axis=1)
    for k, kind in enumerate(safe.dtypes):
        if kind.kind not in "biufc":
            safe.isetitem(k, safe.iloc[:, k].map(guarded))
    return safe.to_csv(index=False, lineterminator="\n")


def guarded(value: object) -> object:
    """A text that a spreadsheet would run, quoted; any other value as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
