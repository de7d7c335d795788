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
    safe = frame.set_axis(heads(frame.columns, targets, table, csv=True), axis=1)
    texts = [name for name in safe if safe[name].dtype.kind not in "biufc"]
    for name in texts:
        safe[name] = safe[name].map(_quoted)
    return safe.to_csv(index=False, lineterminator="\n")


def _quoted(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
