"""Results on stdout: aligned tables for people, JSON for programs."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np

from nmr_core.glossary import Targets, column


def plain(value: Any) -> Any:
    """Return ``value`` as JSON can hold it.

    NumPy arrays and numbers become lists and numbers, NaN and infinity become None, other objects
    become their text.
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def show_json(value: Any) -> None:
    """Print one JSON document, in ASCII so that every console can show it."""
    print(json.dumps(plain(value), indent=1, allow_nan=False))


def show_table(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    targets: Targets | None = None,
    table: str = "",
    **labels: str,
) -> None:
    """Print columns separated by two spaces; numbers to the right, texts to the left.

    Parameters
    ----------
    names : sequence of str
        Names of the columns in the glossary; the heads are those of a CSV file.
    rows : sequence of sequences of str
        Cells.
    targets, table
        As in :func:`nmr_core.glossary.column`.
    labels
        Name of a column -> a head of its own, such as interval="90 % interval".
    """
    heads = [labels.get(name) or column(name, targets, table).csv_head for name in names]
    show_cells(heads, rows)


def show_cells(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose heads are from the glossary already."""
    cells = [[" ".join(str(cell).split()) for cell in row] for row in (heads, *rows)]
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, values)) for values in columns]
    numeric = [all(_is_number(cell) for cell in values[1:]) for values in columns]
    for row in cells:
        line = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, numeric, strict=True)
        ]
        print("  ".join(line).rstrip())


def _is_number(cell: str) -> bool:
    return not cell or cell[0] in "-−0123456789"


def show_facts(facts: Mapping[str, str]) -> None:
    """Print names and values, one line each."""
    print(aligned(facts))


def aligned(facts: Mapping[str, str], indent: str = "") -> str:
    """Names and values, one line each, the values below each other."""
    width = max(map(len, facts), default=0)
    return "\n".join(f"{indent}{name:<{width}}  {value}" for name, value in facts.items())


def listed(title: str, entries: Mapping[str, str]) -> str:
    """Names and their descriptions below a title, for a help text."""
    return f"{title}:\n{aligned(entries, indent='  ')}"


def columns_explained(*names: str, table: str = "") -> str:
    """Heads and meanings of columns from the glossary, for a help text."""
    entries = [column(name, table=table) for name in names]
    lines = [f"{entry.csv_head}: {entry.meaning}" for entry in entries]
    wrapped = (fill(line, 96, initial_indent="  ", subsequent_indent="    ") for line in lines)
    return "\n".join(["columns:", *wrapped])


def quantity(value: float | str, unit: str = "") -> str:
    """A number with its unit, "0.18 MHz"; a text stays as it is."""
    number = value if isinstance(value, str) else f"{value:.6g}"
    return f"{number} {unit}".rstrip()


def interval(value: float, low: float, high: float) -> str:
    """A score with its interval, "0.0123 [0.0111, 0.0135]"; "-" for NaN."""
    return "-" if math.isnan(value) else f"{value:.4f} [{low:.4f}, {high:.4f}]"


def size(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(item.stat().st_size for item in folder.iterdir() if item.is_file())


def size_text(n_bytes: int) -> str:
    """A number of bytes with its unit, "3.8 MB"."""
    return f"{n_bytes / 1e3:,.1f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:,.1f} MB"
