"""Parser for values in links, forms and commands, such as "xi=3.5" or "angle_2=60,90,120"."""

import math

from nmr_core.errors import InputError

Value = float | int | str


def plain_text(text: str) -> str:
    """Return the text if it can be stored.

    Raises
    ------
    InputError
        If it is empty, not UTF-8 or holds a zero byte.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("the text holds bytes that are not UTF-8") from None
    if not text.strip() or "\0" in text:
        raise InputError("the text is empty or holds a zero byte")
    return text


def assignment(text: str) -> tuple[str, Value]:
    """Convert "NAME=VALUE" to (name, number or text).

    Raises
    ------
    InputError
        If name or value is missing; whether the name exists is not checked here.
    """
    name, equals, value = plain_text(text).partition("=")
    if not (equals and name.strip() and value.strip()):
        raise InputError(f"it takes NAME=VALUE, for example xi=3.5; got {text[:60]!r}")
    return name.strip(), number_or_text(value.strip())


def number_or_text(text: str) -> Value:
    """Convert a text to an int or a float if it is a number, else return it unchanged."""
    number = number_or_nan(text)
    if math.isnan(number) and text.lower().strip("+-") != "nan":
        return text
    return as_whole(number)


def as_whole(number: float) -> float | int:
    """Convert a whole number that a float holds exactly to an int; return others unchanged."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def number_or_nan(text: str) -> float:
    """Convert a text to a float; NaN if it is not a number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def several_values(text: str) -> tuple[str, tuple[float, ...]]:
    """Convert "NAME=V1,V2,..." to (name, one number per acquisition).

    Raises
    ------
    InputError
        If the name is missing or a value is not a finite number.
    """
    name, _, several = plain_text(text).partition("=")
    numbers = tuple(number_or_nan(value) for value in several.split(","))
    if not name.strip() or not all(map(math.isfinite, numbers)):
        raise InputError(
            "it takes NAME=V1,V2,... with numbers, for example angle_2=60,90,120; "
            f"got {text[:60]!r}"
        )
    return name.strip(), numbers


def _with_colons(text: str, n: int) -> list[float]:
    """The n finite numbers of "LOW:HIGH" or "LOW:HIGH:N"; none if the text holds something else."""
    numbers = [number_or_nan(one) for one in text.split(":")]
    return numbers if len(numbers) == n and all(map(math.isfinite, numbers)) else []


def value_range(text: str) -> tuple[str, float, float, int]:
    """Convert "NAME=LOW:HIGH:N" to (name, low, high, number of values).

    Raises
    ------
    InputError
        If the name is missing, or LOW, HIGH and N are not finite numbers, N a whole one.
    """
    name, _, between = plain_text(text).partition("=")
    numbers = _with_colons(between, 3)
    if not name.strip() or not numbers or not numbers[2].is_integer():
        raise InputError(f"it takes NAME=LOW:HIGH:N, for example xi=1:15:29; got {text[:60]!r}")
    low, high, n = numbers
    return name.strip(), low, high, int(n)


MOST_NUMBERS = 2000
"""Numbers of one text."""
UNITS = {"min": 60.0, "s": 1.0, "h": 3600.0, "d": 86_400.0}
"""Unit of a time -> seconds."""


def numbers(text: str) -> tuple[float, ...]:
    """Convert "30,60,90", or "LOW:HIGH:N" for N numbers in equal steps, to numbers.

    Raises
    ------
    InputError
        If there is none, something is no finite number, or there are more than 2,000.
    """
    values = _steps(text) if ":" in text else [number_or_nan(one) for one in text.split(",")]
    if not values or len(values) > MOST_NUMBERS or not all(map(math.isfinite, values)):
        raise InputError(
            "it takes numbers V1,V2,... or LOW:HIGH:N, for example 30,60,90 or 10:180:18; "
            f"got {text[:60]!r}"
        )
    return tuple(values)


def _steps(text: str) -> list[float]:
    """Numbers of "LOW:HIGH:N"; none if it is no range."""
    parts = _with_colons(text, 3)
    if not parts:
        return []
    low, high, n = parts
    if not n.is_integer() or not 1 <= n <= MOST_NUMBERS:
        return []
    step = (high - low) / max(n - 1, 1)
    return [float(f"{low + k * step:.10g}") for k in range(int(n))]


def interval(text: str) -> tuple[str, tuple[float, float]]:
    """Convert "NAME=LOW:HIGH" to (name, (low, high)).

    Raises
    ------
    InputError
        If the name is missing, or LOW and HIGH are not two finite numbers.
    """
    name, _, between = plain_text(text).partition("=")
    ends = _with_colons(between, 2)
    if not name.strip() or not ends:
        raise InputError(
            f"it takes NAME=LOW:HIGH with numbers, for example d=3.5:4.2; got {text[:60]!r}"
        )
    return name.strip(), (ends[0], ends[1])


def seconds(text: str) -> float:
    """Convert "600", "600 s", "10 min", "2h" or "1 d" to seconds.

    Raises
    ------
    InputError
        If it is no finite number with one of these units, or none.
    """
    stripped = text.strip()
    units = [unit for unit in UNITS if stripped.endswith(unit)]
    number = number_or_nan(stripped.removesuffix(units[0]) if units else stripped)
    if not math.isfinite(number):
        raise InputError(
            "a time is a number of seconds, or has a unit, for example 600, 10min or 2h; got "
            f"{text[:40]!r}"
        )
    return number * (UNITS[units[0]] if units else 1.0)
