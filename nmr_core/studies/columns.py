"""Columns of a study's table that are options of features or model, with their heads."""

from collections.abc import Iterable

from nmr_core.glossary import terms

SCORES = ("r2_", "rmse_")
"""Beginnings of the columns of one target."""


def option_columns(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the columns that are options, with the symbol that the glossary needs.

    Parameters
    ----------
    names : iterable of str
        Columns of the table of a study. An option may have the name of a parameter, such as alpha
        of ridge regression.

    Returns
    -------
    dict
        Name -> {"symbol": its words, "unit": ""}.
    """
    glossary = terms()
    return {
        name: {"symbol": name.replace("_", " "), "unit": ""}
        for name in names
        if name not in glossary and f"study.{name}" not in glossary and not name.startswith(SCORES)
    }
