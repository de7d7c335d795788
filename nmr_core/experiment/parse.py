"""Values as text, "xi=3.5" or "angle_2=60,90,120": as links, forms and the command line write them."""

import math

from nmr_core.errors import InputError

Value = float | int | str


def plain_text(text: str) -> str:
    """The text itself, if it can be stored: UTF-8, not empty, without a zero byte."""
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
        Unless there are a name and a value; whether they have a meaning is not checked here.
    """
    name, equals, value = plain_text(text).partition("=")
    if not (equals and name.strip() and value.strip()):
        raise InputError(f"it takes NAME=VALUE, for example xi=3.5; got {text[:60]!r}")
    return name.strip(), number_or_text(value.strip())


def number_or_text(text: str) -> Value:
    """Convert a text to a whole number if it is one, to a float if it is one, else leave it."""
    number = number_or_nan(text)
    if math.isnan(number) and text.lower().strip("+-") != "nan":
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def number_or_nan(text: str) -> float:
    """Convert a text to a float; NaN for what is no number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def several_values(text: str) -> tuple[str, tuple[float, ...]]:
    """Convert "NAME=V1,V2,..." to (name, one number per acquisition); all must be finite numbers."""
    name, _, several = plain_text(text).partition("=")
    numbers = tuple(number_or_nan(value) for value in several.split(","))
    if not name.strip() or not all(map(math.isfinite, numbers)):
        raise InputError(
            f"it takes NAME=V1,V2,... with numbers, for example angle_2=60,90,120; got {text[:60]!r}"
        )
    return name.strip(), numbers


def value_range(text: str) -> tuple[str, float, float, int]:
    """Convert "NAME=LOW:HIGH:N" to (name, low, high, number of values)."""
    name, _, between = plain_text(text).partition("=")
    numbers = [number_or_nan(value) for value in between.split(":")]
    complete = len(numbers) == 3 and all(map(math.isfinite, numbers))
    if not name.strip() or not complete or not numbers[2].is_integer():
        raise InputError(f"it takes NAME=LOW:HIGH:N, for example xi=1:15:29; got {text[:60]!r}")
    low, high, n = numbers
    return name.strip(), low, high, int(n)
