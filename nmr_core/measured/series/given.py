"""Values of the swept quantity that are given: a list, a mapping, or a table of two columns."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.measured.series.choosing import placed
from nmr_core.measured.series.headers import _quantity as quantity_of_key
from nmr_core.measured.series.naming import numbers_in
from nmr_core.measured.series.quantity import QUANTITIES, Quantity, convert, parse_quantity
from nmr_core.measured.series.series import GIVEN, Item, Series

MAX_BYTES = 1_000_000
LISTED = 5
VALUE = Quantity("value")


def given_values(
    items: Sequence[Item],
    values: str | Path | Mapping[str, float] | Sequence[float],
    by: str | None,
    title: str,
) -> Series:
    """Return a series with given values.

    Parameters
    ----------
    items : sequence of Item
        All items.
    values : path, mapping or sequence
        Table (file, value), mapping of the same, or one number per echo that was read.
    by : str, optional
        Name and unit of the quantity, such as "T (mK)".
    title : str
        Name of the folder or file.

    Raises
    ------
    InputError
        For another number of values, names that no file has, and texts that are no numbers.
    """
    head = ""
    if isinstance(values, str | Path):
        head, values = _table(Path(values))
    quantity, unit = _named(by, head)
    if isinstance(values, Mapping):
        numbers = _by_name(items, values)
    else:
        read = [item for item in items if item.measurement is not None]
        if len(values) != len(read):
            raise InputError(
                f"The series has {len(read)} echoes, got {len(values)} values. Give one per echo "
                "in the order of the files, or a table of file and value."
            )
        given = iter(values)
        numbers = [None if item.measurement is None else _number(next(given)) for item in items]
    if unit:
        numbers = [None if number is None else convert(number, unit) for number in numbers]
    placed_items = [
        replace(item, value=number) for item, number in zip(items, numbers, strict=True)
    ]
    series = Series(tuple(placed_items), title=title)
    return placed(series, quantity, GIVEN, f"The values of {quantity.name} were given.")


def _named(by: str | None, head: str) -> tuple[Quantity, str]:
    """(quantity, unit of the given values) from what is asked for, else from the table's head."""
    if by is None:
        if not head:
            return VALUE, ""
        quantity, numbers = quantity_of_key(head, [1.0])
        known = QUANTITIES.get(quantity.name)
        if known is None or numbers == [1.0]:
            return quantity, ""
        return quantity, _unit_in(head)
    _, name, unit = parse_quantity(by)
    known = QUANTITIES.get(name)
    return (known, unit) if known else (Quantity(name[:40], unit), "")


def _unit_in(head: str) -> str:
    try:
        return parse_quantity(head)[2]
    except InputError:
        return ""


def _table(path: Path) -> tuple[str, dict[str, float]]:
    """(head of the values, values by file) of a table with two columns."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path.name} has {path.stat().st_size / 1e6:.1f} MB; a table of values has at "
                f"most {MAX_BYTES / 1e6:g} MB. Give file and value, one line per echo."
            )
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise FailedError(
            f"{path} could not be read ({error.strerror or error}). Check the spelling."
        ) from None
    separator = next((mark for mark in "\t;," if mark in text), ",")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    if not rows or any(len(row) < 2 for row in rows):
        raise InputError(
            f"{path.name} must have two columns, file and value, got "
            f"{min(map(len, rows), default=0)} in a row. Separate them by a comma or a tab."
        )
    head = ""
    if not _is_number(rows[0][1]):
        head = rows.pop(0)[1].strip()
    values: dict[str, float] = {}
    for row in rows:
        name = row[0].strip()
        if name in values:
            raise InputError(f"{path.name} names {name[:60]} twice. Keep one line of it.")
        number = _number(row[1])
        if number is not None:
            values[name] = number
    return head, values


def _by_name(items: Sequence[Item], values: Mapping[str, float]) -> list[float | None]:
    """The value of each item by its name, its path, or the last part of the path."""
    texts = {str(name).replace("\\", "/"): value for name, value in values.items()}
    used = set()
    numbers: list[float | None] = []
    for item in items:
        last = item.path.rpartition("/")[2]
        stem = last.rpartition(".")[0]
        names = [item.name, item.path, f"{last} {item.number}", last, stem]
        name = next((one for one in names if one in texts), None)
        used.add(name)
        numbers.append(None if name is None else _number(texts[name]))
    unknown = [name for name in texts if name not in used]
    if unknown:
        raise InputError(
            f"{len(unknown)} of {len(texts)} names of values are no file of the series: "
            f"{', '.join(unknown[:LISTED])}. Write them as the files are called, such as "
            f"{items[0].path if items else 'T_4.2K.csv'}."
        )
    return numbers


def _is_number(text: object) -> bool:
    try:
        _number(text)
    except InputError:
        return False
    return True


def _number(value: object) -> float | None:
    """A finite number, also with a decimal comma or a unit; None for an empty text."""
    text = str(value).strip()
    if value is None or text in ("", "-", "nan"):
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        numbers = numbers_in(text)
        if len(numbers) != 1 or numbers[0].text.replace(" ", "") != text.replace(" ", ""):
            raise InputError(
                f"A value of the swept quantity must be a number, got {text[:40]!r}. Leave it "
                "empty where it is not known."
            ) from None
        number = numbers[0].value
    if abs(number) == float("inf") or number != number:
        raise InputError(f"A value of the swept quantity must be finite, got {text[:40]!r}.")
    return number
