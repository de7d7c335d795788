"""A submitted file as an answer, or one sentence why it cannot be scored."""

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.curves import SAMPLE
from nmr_core.errors import InputError

LARGEST = 8_000_000
"""Bytes of a submission, at most."""
_PER_CELL, _SPARE = 100, 250_000
"""Bytes that a number may take, and bytes for other columns and blank lines."""
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TEMPLATE = "Use the template."
_NAME = re.compile(r"([a-z0-9]{4})-\d{5}")


@dataclass(frozen=True, eq=False)
class Answer:
    """What was submitted, in the order of the test curves.

    Parameters
    ----------
    values : float64 array, (n_test, n_columns)
        Numbers within the prior; of a classification the number of the class.
    n_moved : int
        Numbers that were outside of the prior, and were moved to its edge.
    """

    values: np.ndarray
    n_moved: int = 0


def read_answer(challenge: Challenge, content: "bytes | str | pd.DataFrame") -> Answer:
    """Read a submission.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    content : bytes, str or DataFrame
        A CSV file with the columns of the template, in any order; separated by commas, semicolons
        or tabs. Rows may have any order; other columns are ignored.

    Raises
    ------
    InputError
        It cannot be scored: one sentence.
    """
    header, lines = _table(content, largest(challenge))
    positions = _positions(challenge, header)
    # One row too many holds a curve twice, or one that is none
    rows = list(islice(lines, challenge.n_test + 1))
    order = _order(challenge, [row[positions[0]].strip() for row in rows])
    texts = [[rows[k][position].strip() for position in positions[1:]] for k in order]
    if challenge.classes:
        return Answer(_classes(challenge, texts))
    return _within(challenge, _numbers(challenge, texts))


def largest(challenge: Challenge) -> int:
    """Bytes of a submission to a challenge, at most."""
    cells = challenge.n_test * (len(challenge.columns) + 1)
    return min(LARGEST, _SPARE + _PER_CELL * cells)


def _table(
    content: "bytes | str | pd.DataFrame", limit: int
) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of a file; rows are read, and compared with the header, one by one."""
    if isinstance(content, pd.DataFrame):
        rows = ([str(value) for value in row] for row in content.itertuples(index=False))
        return [str(name) for name in content.columns], rows
    text = _text(content, limit)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max("\t;,", key=first.count)
    lines = _lines(text, separator)
    header = next(lines, None)
    if header is None:
        raise InputError(f"The file is empty. {_TEMPLATE}")
    return [name.strip() for name in header], _rows(lines, len(header), separator)


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """Lines with a value."""
    try:
        yield from (row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row))
    except csv.Error as error:
        raise InputError(f"The file is no CSV table ({error}). {_TEMPLATE}") from None


def _rows(lines: Iterator[list[str]], width: int, separator: str) -> Iterator[list[str]]:
    """Rows with a point as the decimal sign, all as long as the header."""
    for number, row in enumerate(lines, 2):
        if len(row) != width:
            raise InputError(
                f"Row {number} has {len(row)} values, the header has {width}. Correct the "
                "row; decimals need a point unless columns are separated by semicolons."
            )
        yield [value.replace(",", ".") for value in row] if separator == ";" else row


def _text(content: bytes | str, limit: int) -> str:
    size = len(content)
    if size > limit:
        raise InputError(
            f"A submission to this challenge has at most {limit / 1e6:.1g} MB, got "
            f"{size / 1e6:.1f} MB. Send the CSV table only."
        )
    if isinstance(content, str):
        text = content.removeprefix("\ufeff")
    else:
        try:
            text = content.decode(_BOMS.get(content[:2], "utf-8-sig"))
        except UnicodeError:
            raise InputError(f"The file is no text. Send a CSV table. {_TEMPLATE}") from None
    if "\0" in text:
        raise InputError(f"The file is no text. Send a CSV table. {_TEMPLATE}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _positions(challenge: Challenge, header: list[str]) -> list[int]:
    """Where the columns of the template are in a header."""
    columns = [SAMPLE, *challenge.columns]
    twice = next((name for name in columns if header.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"The column {twice} is there twice. Leave one out.")
    missing = [name for name in columns if name not in header]
    if missing:
        names = ", ".join(header)
        raise InputError(
            f"A column is missing: {missing[0]}; the columns are {names[:100]}. "
            f"They must be {', '.join(columns)}."
        )
    return [header.index(name) for name in columns]


def _order(challenge: Challenge, names: list[str]) -> list[int]:
    """Row of each test curve."""
    samples = challenge.samples
    known = set(samples)
    foreign = next((name for name in names if name not in known), None)
    if foreign is not None:
        raise InputError(_foreign(challenge, foreign))
    rows = {name: k for k, name in enumerate(names)}
    if len(rows) < len(names):
        first = next(name for k, name in enumerate(names) if rows[name] != k)
        raise InputError(f"The curve {first} is there twice. Give one row per curve.")
    missing = next((name for name in samples if name not in rows), None)
    if missing is not None:
        raise InputError(
            f"The file has {len(names):,} of {len(samples):,} curves; {missing} is missing. Give "
            "one row per curve."
        )
    return [rows[name] for name in samples]


def _foreign(challenge: Challenge, name: str) -> str:
    match = _NAME.fullmatch(name)
    if match and match[1] != challenge.tag:
        return (
            f"This file belongs to another challenge: its curves are {match[1]}-..., those of "
            f"this one {challenge.tag}-.... Submit it there."
        )
    return (
        f"There is no curve {name[:40]!r}; the column {SAMPLE} has {challenge.samples[0]} to "
        f"{challenge.samples[-1]}. {_TEMPLATE}"
    )


def _classes(challenge: Challenge, texts: list[list[str]]) -> np.ndarray:
    numbers = {name: number for number, name in enumerate(challenge.classes)}
    for sample, (name,) in zip(challenge.samples, texts, strict=True):
        if name not in numbers:
            raise InputError(
                f"{challenge.columns[0]} of {sample} must be one of {', '.join(numbers)}, got "
                f"{name[:40]!r}. Correct it."
            )
    return np.array([[numbers[name]] for (name,) in texts], float)


def _numbers(challenge: Challenge, texts: list[list[str]]) -> np.ndarray:
    """Finite numbers, (n_test, n_columns)."""
    values = np.empty((len(texts), len(challenge.columns)))
    for k, row in enumerate(texts):
        for column, text in enumerate(row):
            number = _number(text)
            if number is None:
                raise InputError(
                    f"{challenge.columns[column]} of {challenge.samples[k]} must be a finite "
                    f"number, got {text[:40]!r}. Correct it."
                )
            values[k, column] = number
    return values


def _number(text: str) -> float | None:
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _within(challenge: Challenge, values: np.ndarray) -> Answer:
    """Numbers moved to the edge of the prior, as far as they are outside."""
    per_target = len(challenge.columns) // len(challenge.targets)
    low = np.repeat([target.low for target in challenge.targets], per_target)
    high = np.repeat([target.high for target in challenge.targets], per_target)
    if challenge.metric.kind == "intervals":
        _check_ends(challenge, values)
    inside = np.clip(values, low, high)
    is_moved = np.abs(inside - values) > 1e-9 * (high - low)
    return Answer(inside, int(is_moved.sum()))


def _check_ends(challenge: Challenge, values: np.ndarray) -> None:
    crossed = np.argwhere(values[:, 0::2] > values[:, 1::2])
    if len(crossed):
        row, target = crossed[0]
        low, high = values[row, 2 * target : 2 * target + 2]
        name = challenge.targets[target].name
        raise InputError(
            f"{name}_low of {challenge.samples[row]} must be at most {name}_high, got {low:g} and "
            f"{high:g}. Exchange them."
        )
