"""Results on stdout: aligned tables for people, JSON for machines."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def plain(value):
    """``value`` as JSON knows it: NumPy becomes Python, NaN and infinity become null, other objects their text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def show_json(value) -> None:
    """One JSON document, in ASCII so that no console can spoil it."""
    print(json.dumps(plain(value), indent=1, allow_nan=False))


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns separated by two spaces; numbers to the right, texts to the left."""
    cells = [[" ".join(str(cell).split()) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [
        all(not row[k] or row[k][0] in "-−0123456789" for row in cells[1:])
        for k in range(len(header))
    ]
    for row in cells:
        line = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        print("  ".join(line).rstrip())


def show_facts(facts: dict[str, str]) -> None:
    """Name and value, a line each."""
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")


def quantity(value: float | str, unit: str = "") -> str:
    """ "0.18 MHz"; a text stays as it is."""
    number = value if isinstance(value, str) else f"{value:.6g}"
    return f"{number} {unit}".rstrip()


def interval(value: float, low: float, high: float) -> str:
    """ "0.0123 [0.0111, 0.0135]", or "-" where there is none."""
    return "-" if math.isnan(value) else f"{value:.4f} [{low:.4f}, {high:.4f}]"


def size(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(item.stat().st_size for item in folder.iterdir() if item.is_file())


def size_text(n_bytes: int) -> str:
    """ "3.8 MB"."""
    return f"{n_bytes / 1e3:,.1f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:,.1f} MB"
