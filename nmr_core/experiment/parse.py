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


def value_range(text: str) -> tuple[str, float, float, int]:
    """Convert "NAME=LOW:HIGH:N" to (name, low, high, number of values).

    Raises
    ------
    InputError
        If the name is missing, or LOW, HIGH and N are not finite numbers, N a whole one.
    """
    name, _, between = plain_text(text).partition("=")
    numbers = [number_or_nan(value) for value in between.split(":")]
    complete = len(numbers) == 3 and all(map(math.isfinite, numbers))
    if not name.strip() or not complete or not numbers[2].is_integer():
        raise InputError(f"it takes NAME=LOW:HIGH:N, for example xi=1:15:29; got {text[:60]!r}")
    low, high, n = numbers
    return name.strip(), low, high, int(n)
