"""Heads of columns: a term of the glossary, or a parameter with its symbol and unit."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nmr_core.glossary.term import Term, terms

if TYPE_CHECKING:
    import pandas as pd

Targets = Mapping[str, Any]
"""Name -> specification: a Parameter, or its fields as in the manifest of a run."""


def column(name: str, targets: Targets | None = None, table: str = "") -> Term:
    """Return the term of a column.

    Parameters
    ----------
    name : str
        Name of the column, such as "r2", "r2_alpha" or "alpha".
    targets : mapping, optional
        Parameters that columns may be about, with symbol and unit; default: the physical ones.
    table : str
        Kind of the table, whose own terms come first: "coverage" for "coverage.low".

    Returns
    -------
    Term
        With symbol and unit of the parameter where the column is about one.

    Raises
    ------
    KeyError
        The glossary has no such column: add it to terms.toml.
    """
    glossary = terms()
    for key in (f"{table}.{name}", name):
        if key in glossary:
            return glossary[key]
    if targets and name in targets:
        return _parameter(name, targets[name])
    for family in _families(name, table):
        return _member(glossary[family], name[len(family.rpartition(".")[2]) + 1 :], targets)
    spec = _physical(name)
    if spec is None:
        raise KeyError(f"{name!r} is not in the glossary; add it to terms.toml.")
    return _parameter(name, spec)


def heads(
    names: Iterable[str], targets: Targets | None = None, table: str = "", csv: bool = False
) -> list[str]:
    """Return the heads of columns.

    Parameters
    ----------
    names : iterable of str
        Names of the columns.
    targets, table
        As in :func:`column`.
    csv : bool
        ASCII heads for a CSV file, with parameters by name.
    """
    columns = [column(str(name), targets, table) for name in names]
    return [entry.csv_head if csv else entry.head for entry in columns]


def headed(
    frame: "pd.DataFrame", targets: Targets | None = None, table: str = ""
) -> "pd.DataFrame":
    """Return a table with heads instead of names of columns; parameters as in :func:`heads`."""
    return frame.set_axis(heads(frame.columns, targets, table), axis=1)


def symbol_and_unit(name: str, targets: Targets | None = None) -> tuple[str, str]:
    """Return symbol and unit of a parameter; its name and "" where nothing is known of it."""
    spec = targets[name] if targets and name in targets else _physical(name)
    if spec is None:
        return name, ""
    if isinstance(spec, Mapping):
        return str(spec.get("symbol", name)), str(spec.get("unit", ""))
    return spec.symbol, spec.unit


def _parameter(name: str, spec: Any) -> Term:
    """The column of the values of a parameter."""
    symbol, unit = symbol_and_unit(name, {name: spec})
    meaning = getattr(spec, "description", "") or f"Values of {name.replace('_', ' ')}."
    return Term(name, "signals", meaning, unit=unit, format="%.4g", of=name, of_symbol=symbol)


def _member(family: Term, name: str, targets: Targets | None) -> Term:
    """The column of a family that is about one parameter, class or acquisition."""
    symbol, unit = symbol_and_unit(name, targets)
    if family.for_each == "acquisition":
        symbol, unit = name, ""
    if family.unit != "parameter":
        unit = family.unit
    return replace(family, key=f"{family.key}_{name}", unit=unit, of=name, of_symbol=symbol)


@lru_cache(maxsize=5000)
def _families(name: str, table: str) -> tuple[str, ...]:
    """Keys of the families that a column may belong to, the longest first."""
    keys = [key for key, entry in terms().items() if entry.for_each]
    of_table = [key for key in keys if key.startswith(f"{table}.") and table]
    general = [key for key in keys if "." not in key]
    return tuple(
        key
        for group in (of_table, general)
        for key in sorted(group, key=len, reverse=True)
        if name.startswith(f"{key.rpartition('.')[2]}_")
    )


def _physical(name: str) -> Any:
    """The specification of a physical or derived parameter, or of one of a preset."""
    from nmr_core.experiment import DERIVED, PHYSICAL
    from nmr_core.presets import PRESETS

    spaces = [PHYSICAL, DERIVED, *(preset.space for preset in PRESETS.values())]
    return next((space[name] for space in spaces if name in space), None)
